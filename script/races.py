"""script/races: plays the programs of tests/races and compares what was said of each."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import re
import sys
import time

from races_play import PROGRAMS, NoReport, play

ROOT = pathlib.Path(__file__).resolve().parent.parent

# The designs that are right, and the programs with a mistake: the scenario that shows it, and the
# check that fails (or warns) for it.
TABLE = json.loads((PROGRAMS / "table.json").read_text(encoding="utf-8"))
# A handful that shows at least every kind of verdict: for every commit.
SMOKE = {"flock", "daemon", "no-lock", "loser-forgets", "refreshes-in-turn", "lock-left-behind",
         "writes-in-pieces", "token-in-arguments", "refresh-undoes-logout"}


def problem_of_racy(cases, check):
    """What is wrong with the verdict; "" when the mistake was caught by `check`."""
    case = cases[0]
    for result in case["checks"]:
        if result["id"] == check and result["outcome"] in ("fail", "warn"):
            return ""
    return f"{case['id']} is {case['outcome']}, {check} says nothing: {case.get('reason', '')}"


def problem_of_correct(cases):
    for case in cases:
        if case["outcome"] not in ("pass", "skip"):
            return f"{case['id']} is {case['outcome']}: {case.get('reason', '')}"
    return ""


def programs_without_a_row():
    """Names of correct.py and racy.py that the table lacks, and the other way round."""
    def names(file, table):
        text = (PROGRAMS / file).read_text(encoding="utf-8")
        return set(re.findall(r'^    "([a-z-]+)": ', text[text.index(table):], re.M)) - {"helper"}

    return (names("correct.py", "DESIGNS = {") ^ set(TABLE["correct"])
            | names("racy.py", "MISTAKES = {") ^ {row["program"] for row in TABLE["racy"]})


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--smoke", action="store_true", help="a handful of programs")
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--preset", default=os.environ.get("PRESET", "dev"))
    parser.add_argument("--bin", type=pathlib.Path, help="the folder of the programs")
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    folder = arguments.bin or ROOT / "build" / arguments.preset / "bin"
    if strangers := programs_without_a_row():
        sys.exit(f"tests/races/table.json: no row for, or no program of: {sorted(strangers)}")
    wanted = [(row["program"], row["scenario"], row["check"]) for row in TABLE["racy"]]
    wanted += [(name, "processes/**", "") for name in TABLE["correct"]]
    only = set(arguments.only) | (SMOKE if arguments.smoke else set())
    if unknown := only - {row[0] for row in wanted}:
        sys.exit(f"--only: there is no program {sorted(unknown)} in tests/races/table.json")
    if only:
        wanted = [row for row in wanted if row[0] in only]
    failures = 0

    def one(row, turn):
        name, scenario, check = row
        within = "4s" if check == "sh-no-deadlock" else "60s"
        try:
            cases = play(folder / "aweber-conformance", [scenario], arguments.seed + turn, name, within)
        except NoReport as problem:
            return str(problem)
        return problem_of_racy(cases, check) if check else problem_of_correct(cases)

    began = time.monotonic()
    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        played = [[pool.submit(one, row, turn) for turn in range(arguments.times)]
                  for row in wanted]
        for (name, scenario, check), turns in zip(wanted, played):
            bad = [(turn, problem) for turn, job in enumerate(turns) if (problem := job.result())]
            wording = f"caught by {check}" if check else "accused of nothing"
            print(f"{name:28} {wording:34} {len(turns) - len(bad)} of {len(turns)}  "
                  f"{scenario if check else ''}", flush=True)
            failures += bool(bad)
            for turn, problem in bad[:3]:
                print(f"    --seed {arguments.seed + turn}: {problem}", flush=True)
    correct = sum(1 for row in wanted if not row[2])
    print(f"{len(wanted) - correct} mistakes and {correct} correct designs, {arguments.times} times "
          f"each: {failures} rows not as expected, {time.monotonic() - began:.0f} s")
    sys.exit(1 if failures else 0)


main()
