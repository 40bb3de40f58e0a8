"""Runs the suite against tests/testdata/drivers/hostile.py in every mode in turn, and looks at what
is left: the exit status, the reports, processes, files. See script/hostile."""

import argparse
import collections
import json
import os
import pathlib
import signal
import subprocess
import sys
import tempfile
import time
import uuid
import xml.etree.ElementTree as xml

ROOT = pathlib.Path(__file__).resolve().parent.parent
DRIVER = ROOT / "tests/testdata/drivers/hostile.py"
CASES = ["hostile/login", "hostile/refused", "hostile/second"]
MARK = "AWEBER_HOSTILE_RUN"  # in the environment of the run: how its descendants are known
# Seconds for one run: three cases, each with a limit of 4 s, three starts, and 2 s for each end.
LIMIT = 60

BROKEN = 3  # the driver broke
FAILED = 1  # it kept the protocol, and the client it speaks for is no client
# What each mode must end with. A URL that leads elsewhere is a failure of the client.
MODES = {
    "good": FAILED, "noise": BROKEN, "drip": FAILED, "rubbish": BROKEN, "daemon": FAILED,
    "bad-bye": FAILED, "no-bye": FAILED, "unknown-kind": BROKEN, "flood-stderr": BROKEN,
    "wrong-id": BROKEN, "twice": BROKEN, "early": BROKEN, "unasked": BROKEN, "late": BROKEN,
    "no-outcome": BROKEN, "both": BROKEN, "number": BROKEN, "no-url": BROKEN, "long-line": BROKEN,
    "deep": BROKEN, "half-a-line": BROKEN, "crash": BROKEN, "exit-3": BROKEN, "die-between": BROKEN,
    "close-output": BROKEN, "close-everything": BROKEN, "leave-child": BROKEN, "family": BROKEN,
    "flood-noise": BROKEN, "flood-and-hang": BROKEN, "hang": BROKEN, "deaf": BROKEN,
    "stubborn": BROKEN, "stopped": BROKEN, "exit-at-once": BROKEN, "silent": BROKEN,
    "bad-version": BROKEN, "bad-features": BROKEN, "knows-all": BROKEN,
}


def descendants(mark: str) -> list:
    """Processes that carry this run's mark, whatever group, session or parent they have."""
    found = []
    for entry in pathlib.Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            if f"{MARK}={mark}".encode() in (entry / "environ").read_bytes().split(b"\0"):
                found.append(int(entry.name))
        except OSError:
            continue  # it has gone, or is another user's
    return found


def totals_problem(directory: pathlib.Path) -> str:
    """What is wrong with the reports; "" when all hold every case, and the same."""
    report = json.loads((directory / "r.json").read_text())
    outcomes = {case["id"]: case["outcome"] for case in report["cases"]}
    if sorted(outcomes) != sorted(CASES) or len(report["cases"]) != len(CASES):
        return f"the json report has {sorted(outcomes)}"
    counted = {name: n for name, n in report["summary"].items() if n}
    if counted != dict(collections.Counter(outcomes.values())):
        return f"summary {counted} is not what the cases say: {outcomes}"
    for case in report["cases"]:
        if case["outcome"] in ("error", "not-run", "inconclusive") and not case["reason"]:
            return f"{case['id']} is {case['outcome']} for no reason"
    events = [json.loads(line) for line in (directory / "r.ndjson").read_text().splitlines()]
    finished = {event["id"]: event["outcome"] for event in events if event["event"] == "case-finished"}
    if finished != outcomes:
        return f"ndjson has {finished}, json {outcomes}"
    if events[-1]["event"] != "run-finished":
        return "ndjson has no end"
    suite = xml.parse(directory / "r.xml").getroot()
    if int(suite.get("tests")) != len(CASES):
        return f"junit counts {suite.get('tests')} tests"
    points = [line for line in (directory / "r.tap").read_text().splitlines()
              if line.startswith(("ok ", "not ok "))]
    return "" if len(points) == len(CASES) else f"tap has {len(points)} points"


def run_once(binary: pathlib.Path, mode: str, number: int) -> str:
    """Plays one run; what is wrong with it, or ""."""
    mark = uuid.uuid4().hex
    with tempfile.TemporaryDirectory(prefix="hostile-") as name:
        directory = pathlib.Path(name)
        scratch = directory / "tmp"
        scratch.mkdir()
        command = [
            str(binary), "run", "hostile/**", "--scenarios", str(ROOT / "tests/testdata/hostile"),
            "--driver", f"/usr/bin/python3 {DRIVER} {mode}", "--seed", str(number),
            "--no-preflight", "-j", str(1 + number % 2), "--start-timeout", "4", "--max-restarts", "2",
        ]
        for kind, file in (("json", "r.json"), ("ndjson", "r.ndjson"), ("junit", "r.xml"),
                           ("tap", "r.tap"), ("html", "r.html")):
            command += ["--report", f"{kind}={directory / file}"]
        environment = {**os.environ, MARK: mark, "TMPDIR": str(scratch)}
        with open(directory / "out", "wb") as out:
            process = subprocess.Popen(command, stdout=out, stderr=out, env=environment,
                                       stdin=subprocess.DEVNULL)
            try:
                status = process.wait(timeout=LIMIT)
            except subprocess.TimeoutExpired:
                problem = f"still ran after {LIMIT} s"
                process.kill()
                process.wait()
                status = None
        left = descendants(mark)
        for one in left:
            os.kill(one, signal.SIGKILL)
        if status is None:
            return problem
        said = (directory / "out").read_text(errors="replace")
        if left:
            return f"left {len(left)} processes"
        if status != MODES[mode]:
            return f"exit status {status}, not {MODES[mode]}:\n{said[-1500:]}"
        if any(scratch.iterdir()):
            return f"left files: {[one.name for one in scratch.iterdir()]}"
        return totals_problem(directory)


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=200, help="runs, modes in turn (200)")
    parser.add_argument("--first", type=int, default=0, help="number of the first run, to go on from")
    parser.add_argument("--mode", action="append", choices=sorted(MODES), help="only these modes")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/release/bin")
    given = parser.parse_args()
    modes = given.mode or list(MODES)
    count = len(modes) if given.mode and given.count == 200 else given.count
    began = time.monotonic()
    bad = 0
    slowest = (0.0, "")
    for number in range(given.first, given.first + count):
        mode = modes[number % len(modes)]
        started = time.monotonic()
        problem = run_once(given.bin / "aweber-conformance", mode, number)
        took = time.monotonic() - started
        slowest = max(slowest, (took, mode))
        print(f"[{number + 1 - given.first}/{count}] {mode}: {problem or 'ok'} ({took:.1f} s)", flush=True)
        bad += 1 if problem else 0
    print(f"hostile drivers: {count} runs, {bad} bad, {time.monotonic() - began:.0f} s; "
          f"the slowest: {slowest[1]}, {slowest[0]:.1f} s")
    return 1 if bad else 0


sys.exit(main())
