"""tests/models/check.py: the designs that hold are verified exhaustively, each broken one must have a
counterexample. With --replay PROGRAM the counterexamples are played with real processes."""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
ROOT = HERE.parent.parent

GOOD = "LOCK AGAIN FORGET"  # the design of the reference client
HOLDS = [
    ("three processes", GOOD),
    ("three processes, reuse revokes", f"{GOOD} REUSE"),
    ("three processes, grace", f"{GOOD} GRACE"),
    ("three processes, a lost reply", f"{GOOD} LOST=1"),
    ("three processes, a lost reply, reuse revokes", f"{GOOD} REUSE LOST=1"),
    ("three processes, a crash", f"{GOOD} CRASHES=1"),
    ("three processes, a crash, reuse revokes", f"{GOOD} REUSE CRASHES=1"),
    ("three processes, a lost reply and a crash", f"{GOOD} REUSE LOST=1 CRASHES=1"),
]
# What is broken, what spin must find, and the program, scenario and check that show it.
BROKEN = [
    ("no lock", "", "assertion", "no-lock", "processes/at-once[three,revokes]", "sh-token-once"),
    ("no second look", "LOCK", "assertion", "lock-without-looking-again",
     "processes/at-once[three,rotates]", "sh-token-once"),
    ("the loser forgets", "BLIND NOTONCE", "assertion", "loser-forgets",
     "processes/at-once[three,rotates]", "sh-store-kept"),
    ("the refused token stays", "LOCK AGAIN LOST=1", "assertion", "keeps-refused",
     "processes/lost-reply", "sh-token-once"),
    ("no lock, but it recovers", "RECOVER REUSE", "assertion", "loser-recovers",
     "processes/at-once[three,revokes]", "sh-token-once"),
    ("a lock file", "LOCKFILE AGAIN FORGET CRASHES=1", "end state", "lock-left-behind",
     "processes/killed-at-refresh", "sh-no-deadlock"),
]


def verify(defines, folder):
    """What spin says: (errors, states, text of the counterexample)."""
    flags = [f"-D{word}" for word in defines.split()]
    shutil.copy(HERE / "refresh.pml", folder)

    def run(*words):
        return subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False).stdout

    run("spin", "-a", *flags, "refresh.pml")
    subprocess.run(["gcc", "-O1", "-DSAFETY", "-o", "pan", "pan.c"], cwd=folder, check=True,
                   capture_output=True)
    out = run("./pan", "-m100000")
    errors = re.search(r"errors: (\d+)", out)
    states = re.search(r"(\d+) states, stored", out)
    if errors is None or "max search depth too small" in out:
        sys.exit(f"spin did not finish for {defines}:\n{out}")
    trail = run("spin", "-t", *flags, "refresh.pml") if int(errors[1]) else ""
    return int(errors[1]), int(states[1]), out, trail


def order_of(trail):
    """The processes in the order in which the server saw them."""
    return [int(number) for number in re.findall(r"SERVER process (\d+)", trail)]


def freed_order(case):
    """The same of a case that was played: by number of the request."""
    for step in case.get("steps", []):
        if "freed" in step:
            numbers = [int(re.search(r"request (\d+)", text)[1]) for text in step["freed"]]
            return [sorted(numbers).index(number) for number in numbers]
    return []


def replay(program, row, order):
    """The seed whose order is the counterexample's, and what is wrong with its verdict."""
    _, _, _, name, scenario, check = row
    sys.path.insert(0, str(ROOT / "script"))
    import races_play
    ranks = [sorted(set(order)).index(one) for one in dict.fromkeys(order)]
    for seed in range(1, 60):
        within = "4s" if check == "sh-no-deadlock" else "60s"
        case = races_play.play(program, [scenario], seed, name, within)[0]
        freed = freed_order(case)
        if len(ranks) > 1 and freed[:len(ranks)] != ranks:
            continue
        found = any(result["id"] == check and result["outcome"] in ("fail", "warn")
                    for result in case["checks"])
        return seed, "" if found else f"{case['outcome']}: {case.get('reason', '')}"
    return 0, f"no seed gives the order {ranks}"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--replay", metavar="PROGRAM", help="aweber-conformance")
    arguments = parser.parse_args()
    failures = 0
    for title, defines in HOLDS:
        with tempfile.TemporaryDirectory() as folder:
            errors, states, out, _ = verify(defines, folder)
        print(f"{title:48} {'holds' if errors == 0 else 'BROKEN'}, {states} states", flush=True)
        if errors:
            failures += 1
            print(out)
    for row in BROKEN:
        with tempfile.TemporaryDirectory() as folder:
            errors, _, out, trail = verify(row[1], folder)
        found = errors > 0 and row[2] in out
        order = order_of(trail)
        line = f"{row[0]:48} {'counterexample' if found else 'NO COUNTEREXAMPLE'} {order}"
        if found and arguments.replay:
            seed, problem = replay(arguments.replay, row, order)
            line += f", seed {seed}: {row[5]}" if not problem else f", NOT REPLAYED: {problem}"
            failures += bool(problem)
        failures += not found
        print(line, flush=True)
    print(json.dumps({"failures": failures}))
    sys.exit(1 if failures else 0)


main()
