"""Compares the outcomes of many runs of the suite: of each case, and of each check in it."""

import argparse
import collections
import json
import pathlib
import subprocess
import sys
import tempfile
import time

JOBS = (1, 2, 4)


def outcomes(report: dict) -> dict:
    """What must not change: (case, check) -> outcome, with "" for the case's own."""
    found = {}
    for case in report["cases"]:
        found[case["id"], ""] = case["outcome"]
        for check in case.get("checks", []):
            found[case["id"], check["id"]] = check["outcome"]
    return found


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/steadiness", description=__doc__)
    parser.add_argument("--runs", type=int, default=20)
    parser.add_argument("--driver", help="the client (default: the reference client)")
    parser.add_argument("--profile", default="aweber")
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("selection", nargs="*", help="scenario ids or globs (default: all)")
    args = parser.parse_args()
    driver = args.driver or f"{args.bin}/aweber-client driver"

    seen = collections.defaultdict(lambda: collections.defaultdict(list))
    with tempfile.TemporaryDirectory(prefix="steadiness-") as work:
        for run in range(args.runs):
            seed, jobs = 1001 + run, JOBS[run % len(JOBS)]
            out = pathlib.Path(work) / "report.json"
            began = time.monotonic()
            done = subprocess.run(
                [args.bin / "aweber-conformance", "run", *args.selection, "--driver", driver,
                 "--profile", args.profile, "--seed", str(seed), "-j", str(jobs),
                 "--report", f"json={out}"],
                capture_output=True, text=True, timeout=900, check=False)
            took = time.monotonic() - began
            if not out.exists():
                raise SystemExit(f"the runner left no report (exit {done.returncode}):\n"
                                 f"{done.stderr[-2000:]}")
            report = json.loads(out.read_text())
            out.unlink()
            for what, outcome in outcomes(report).items():
                seen[what][outcome].append(f"--seed {seed} -j {jobs}")
            summary = " ".join(f"{v} {k}" for k, v in report["summary"].items() if v)
            print(f"  {run + 1:2} --seed {seed} -j {jobs}: {summary}, {took:.1f} s", flush=True)

    unsteady = 0
    for (case, check), runs in sorted(seen.items()):
        total = sum(len(which) for which in runs.values())
        if total < args.runs:
            runs["absent"] = [f"in {args.runs - total} runs"]
        if len(runs) == 1:
            continue
        unsteady += 1
        words = "; ".join(f"{outcome} {len(which)}x, e.g. {which[0]}"
                          for outcome, which in sorted(runs.items()))
        print(f"UNSTEADY {case} {check}: {words}".replace(" :", ":"))
    print(f"{args.runs} runs, {len(seen)} outcomes, {unsteady} of them unsteady")
    return 1 if unsteady else 0


if __name__ == "__main__":
    sys.exit(main())
