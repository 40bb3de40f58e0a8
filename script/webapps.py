"""Plays the suite against tests/webapps: one right application, in several right ways, and the same
with one mistake each. Each mistake must be caught by its check, and a right way accused of nothing.

Prints a table: what was played, caught or not, what else was accused, cases and time."""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent.parent / "tests" / "webapps"
PROFILES = ("aweber", "rfc6749", "rfc9700")
READS = {
    "one-request": ["GET /accounts"],
    "three-requests": ["GET /accounts", "GET /accounts/*/lists", "GET /accounts/*"],
}


def configuration(row: dict, deviation: bool, profile: str) -> str:
    """The driver configuration for one row of the table."""
    name = row["name"]
    variation = row.get("with", "") if deviation else name
    memory = variation == "memory"
    values = {
        "DIR": str(HERE),
        "DEVIATION": name if deviation else "",
        "VARIATION": variation,
        "PKCE": "always" if profile == "rfc9700" else "",
        "RESTART": "case" if variation == "restart-each" else "never",
        "CONNECT": "submit: connect to aweber" if variation == "post-start"
                   else "follow: connect to aweber",
        "READS": json.dumps(READS.get(variation, ["GET /accounts", "GET /accounts/*/lists"])),
        "CLAIM_PKCE": "[S256]",
        "REFRESH": json.dumps(row.get("refresh", ["on_expiry", "on_401"])),
        "PERSIST": "false" if memory else "true",
        "BROWSER": row.get("browser", "built-in"),
    }
    text = (HERE / "app.yaml.in").read_text()
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text


class Player:
    def __init__(self, program: pathlib.Path, work: pathlib.Path, jobs: int, selection: list,
                 smoke: bool):
        self.smoke = smoke
        self.program = program
        self.work = work
        self.jobs = jobs
        self.selection = selection

    def play(self, row: dict, deviation: bool, profile: str) -> dict:
        stem = f"{row['name']}.{profile}"
        config = self.work / f"{stem}.yaml"
        config.write_text(configuration(row, deviation, profile))
        out = self.work / f"{stem}.json"
        # In a real browser the whole suite takes a quarter of an hour: its own scenarios there.
        few = "browser" in row or deviation and self.smoke
        selection = row.get("in", self.selection) if few else self.selection
        began = time.monotonic()
        done = subprocess.run(
            [self.program, "run", *selection, "--no-preflight", "--driver-kind", "webapp",
             "--driver-config", config, "--profile", profile, "-j", str(self.jobs),
             "--report", f"json={out}"],
            capture_output=True, text=True, timeout=900, check=False)
        if not out.exists():
            raise SystemExit(f"{stem}: no report (exit {done.returncode}):\n{done.stderr[-2000:]}")
        report = json.loads(out.read_text())
        report["seconds"] = time.monotonic() - began
        report["stderr"] = done.stderr
        return report


def accusations(report: dict) -> dict:
    """check -> scenarios in which it failed or was warned of."""
    found = collections.defaultdict(list)
    for case in report["cases"]:
        for check in case.get("checks", []):
            if check["outcome"] in ("fail", "warn"):
                found[check["id"]].append(case["id"])
    return found


def broken(report: dict) -> list:
    return [case["id"] for case in report["cases"] if case["outcome"] in ("error", "not-run")]


def summary(report: dict) -> str:
    counts = " ".join(f"{count} {name}" for name, count in report["summary"].items() if count)
    return f"{counts}, {report['seconds']:.1f} s"


def judge_right(row: dict, profile: str, report: dict) -> list:
    problems = [f"{check} in {where[0]}" for check, where in accusations(report).items()]
    problems += [f"{case['outcome']} {case['id']}: {case.get('reason', '')[:160]}"
                 for case in report["cases"] if case["outcome"] in ("error", "inconclusive", "not-run")]
    print(f"  {'right' if not problems else 'ACCUSED':8}{row['name']:22}{profile:9}{summary(report)}",
          flush=True)
    for problem in problems:
        print(f"          {problem}", flush=True)
    return problems


def judge_wrong(row: dict, report: dict, warned: set) -> bool:
    found = accusations(report)
    caught = row["check"] in found
    word = "caught" if caught else "MISSED"
    print(f"  {word:8}{row['name']:22}{row['check']:24}"
          f"{(found[row['check']][0] if caught else ''):36}{summary(report)}", flush=True)
    others = sorted(set(found) - {row["check"], "expected-outcome"} - warned)
    if others:
        print(f"          also: {', '.join(f'{c} ({found[c][0]})' for c in others)}", flush=True)
    if broken(report):
        print(f"          error: {', '.join(broken(report)[:3])}", flush=True)
    return caught


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/webapps", description=__doc__)
    parser.add_argument("--sample", type=int, help="only N of the mistakes, drawn by --seed")
    parser.add_argument("--seed", type=int, default=int(time.time()) // 86400, help="for --sample")
    parser.add_argument("--smoke", action="store_true",
                        help="each mistake in the scenario that catches it, the right application "
                             "in one profile: a minute")
    parser.add_argument("--only", action="append", help="only this mistake or variation (repeatable)")
    parser.add_argument("--skip-right", action="store_true", help="do not play the right ways")
    parser.add_argument("--profile", action="append", help="profiles of the right ways (all)")
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("-j", type=int, default=int(os.environ.get("JOBS", os.cpu_count() or 1)),
                        help="runs at once")
    parser.add_argument("--jobs", type=int, default=1, help="drivers of one run")
    parser.add_argument("selection", nargs="*", help="scenarios, default all")
    args = parser.parse_args()

    if args.smoke:
        args.profile = args.profile or ["aweber"]
    table = json.loads((HERE / "table.json").read_text())
    mistakes, ways = table["deviations"], table["variations"]
    if args.only:
        mistakes = [row for row in mistakes if row["name"] in args.only]
        ways = [row for row in ways if row["name"] in args.only]
    elif args.sample is not None:
        mistakes = random.Random(args.seed).sample(mistakes, min(args.sample, len(mistakes)))
        print(f"sampled {len(mistakes)} mistakes with --seed {args.seed}")
    if shutil.which("chromedriver") is None:
        left_out = [row["name"] for row in mistakes + ways if "browser" in row]
        mistakes = [row for row in mistakes if "browser" not in row]
        ways = [row for row in ways if "browser" not in row]
        if left_out:
            print(f"NOT PLAYED without Debian's chromium-driver: {', '.join(left_out)}")
    if args.smoke:
        ways = []
    if not args.only:
        ways = [{"name": "plain", "what": "as it is"}, *ways]

    accused, missed = [], []
    with (tempfile.TemporaryDirectory(prefix="webapps-") as work,
          concurrent.futures.ThreadPoolExecutor(args.j) as pool):
        player = Player(args.bin.resolve() / "aweber-conformance", pathlib.Path(work), args.jobs,
                        args.selection, args.smoke)
        if not args.skip_right:
            print(f"right ways: {len(ways)}, nothing may be accused", flush=True)
            runs = [(row, profile) for row in ways for profile in args.profile or PROFILES]
            reports = pool.map(lambda run: player.play(run[0], False, run[1]), runs)
            for (row, profile), report in zip(runs, reports):
                if judge_right(row, profile, report):
                    accused.append(f"{row['name']} ({profile})")
        print(f"mistakes: {len(mistakes)}, each caught by its check", flush=True)
        reports = pool.map(lambda row: player.play(row, True, row.get("profile", "aweber")), mistakes)
        for row, report in zip(mistakes, reports):
            if not judge_wrong(row, report, set()):
                missed.append(row["name"])
    print(f"{len(mistakes) - len(missed)} caught, {len(missed)} missed, {len(accused)} right ways accused")
    return 1 if accused or missed else 0


if __name__ == "__main__":
    sys.exit(main())
