"""script/races: plays the programs of tests/races and compares what was said of each."""

import argparse
import concurrent.futures
import os
import pathlib
import sys

from races_play import play

ROOT = pathlib.Path(__file__).resolve().parent.parent

CORRECT = ["flock", "folder-flock", "posix-lock", "exclusive-file", "abstract-socket", "sqlite",
           "compare-and-swap", "daemon"]
ROTATES = "processes/at-once[three,rotates]"
REVOKES = "processes/at-once[three,revokes]"

# The program, the scenario that shows its mistake, and the check that fails (or warns) for it.
RACY = [
    ("no-lock", REVOKES, "sh-token-once"),
    ("loser-forgets", ROTATES, "sh-store-kept"),
    ("loser-writes-back", ROTATES, "sh-store-kept"),
    ("loser-asks-anew", ROTATES, "sh-no-needless-login"),
    ("loser-fails", ROTATES, "sh-call-succeeds"),
    ("loser-recovers", ROTATES, "sh-one-refresh"),
    ("loser-recovers", REVOKES, "sh-token-once"),
    ("lock-around-saving", REVOKES, "sh-token-once"),
    ("lock-without-looking-again", ROTATES, "sh-token-once"),
    ("refreshes-in-turn", ROTATES, "sh-refresh-storm"),
    ("lock-of-its-own", REVOKES, "sh-token-once"),
    ("shared-lock", REVOKES, "sh-token-once"),
    ("lock-not-awaited", REVOKES, "sh-token-once"),
    ("lock-lost", REVOKES, "sh-token-once"),
    ("impatient-lock", REVOKES, "sh-token-once"),
    ("lock-left-behind", "processes/killed-at-refresh", "sh-no-deadlock"),
    ("folder-left-behind", "processes/killed-at-refresh", "sh-no-deadlock"),
    ("lock-stolen", REVOKES, "sh-token-once"),
    ("insists-on-refused", "processes/lost-reply", "sh-token-once"),
    ("keeps-refused", "processes/lost-reply", "sh-token-once"),
    ("empties-first", "processes/full-disk", "sh-store-whole"),
    ("empties-first", "processes/killed-at-write[2]", "sh-store-whole"),
    ("writes-in-pieces", "processes/killed-at-write[5]", "sh-store-whole"),
    ("readable-by-all", "processes/secrets", "sh-store-private"),
    ("readable-copy", "processes/secrets", "sh-store-private"),
    ("token-in-arguments", "processes/secrets", "sh-no-secret-shown"),
    ("token-in-environment", "processes/secrets", "sh-no-secret-shown"),
    ("token-in-log", "processes/secrets", "sh-no-secret-file"),
    ("token-printed", "processes/one", "tr-no-secret-log"),
    ("refresh-undoes-login", "processes/login-meets-refresh", "sh-login-kept"),
    ("refresh-undoes-logout", "processes/logout-meets-refresh", "sh-logout-final"),
    ("keeps-old-refresh-token", "processes/one", "sh-store-kept"),
]


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


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=1)
    parser.add_argument("--only", action="append", default=[])
    parser.add_argument("--jobs", type=int, default=2)
    parser.add_argument("--preset", default=os.environ.get("PRESET", "dev"))
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    program = ROOT / "build" / arguments.preset / "bin" / "aweber-conformance"
    wanted = [(name, [scenario], check)
              for name, scenario, check in RACY]
    wanted += [(name, ["processes/**"], "") for name in CORRECT]
    if arguments.only:
        wanted = [row for row in wanted if row[0] in arguments.only]
    failures = 0

    def one(task):
        (name, scenarios, check), time = task
        within = "4s" if check == "sh-no-deadlock" else "60s"
        cases = play(program, scenarios, arguments.seed + time, name, within)
        return problem_of_racy(cases, check) if check else problem_of_correct(cases)

    with concurrent.futures.ThreadPoolExecutor(arguments.jobs) as pool:
        for row in wanted:
            problems = list(pool.map(one, [(row, time) for time in range(arguments.times)]))
            bad = [problem for problem in problems if problem]
            good = len(problems) - len(bad)
            wording = f"caught by {row[2]}" if row[2] else "accused of nothing"
            print(f"{row[0]:28} {wording:34} {good} of {len(problems)}  "
                  f"{row[1][0] if row[2] else ''}", flush=True)
            if bad:
                failures += 1
                print(f"    {bad[0]}")
    sys.exit(1 if failures else 0)


main()
