"""tests/models/check.py: the designs that hold are verified exhaustively, each broken one must have a
counterexample. With --replay PROGRAM the counterexamples are played with real processes."""

import argparse
import concurrent.futures
import hashlib
import json
import os
import pathlib
import re
import shutil
import struct
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent.parent / "script"))
import races_play  # noqa: E402

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
    subprocess.run(["gcc", "-O0", "-DSAFETY", "-o", "pan", "pan.c"], cwd=folder, check=True,
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


def wanted_order(row, order):
    """The same by the number of arrival. Under a lock the requests come one by one, so whoever is
    first there arrives first; otherwise all stand at the gate, and process N arrived as number N."""
    ranks = {process: rank for rank, process in
             enumerate(dict.fromkeys(order) if "LOCK" in row[1] else range(max(order, default=0) + 1))}
    return [ranks[process] for process in dict.fromkeys(order)]


def drawn(seed, scenario):
    """The order in which the step `release` lets three waiting requests through: what
    conformance/run/player_crowd.cc draws from base/os/random.h."""
    case = "c" + hashlib.sha256(f"{seed}/{scenario}/0".encode()).hexdigest()[:12]
    stream = hashlib.sha256(struct.pack("<QQ", seed, 0) + f"{case}/release".encode()).digest()
    waiting, order = [0, 1, 2], []
    for value in struct.unpack("<QQ", stream[:16]):
        order.append(waiting.pop(value % len(waiting)))
    return order + waiting


def freed_order(case):
    """The same of a case that was played: by number of the request."""
    for step in case.get("steps", []):
        if "freed" in step:
            numbers = [int(re.search(r"request (\d+)", text)[1]) for text in step["freed"]]
            return [sorted(numbers).index(number) for number in numbers]
    return []


def replay(program, row, order):
    """The first seed that gives the counterexample's order, and what is wrong with its verdict. The
    order is computed; a play in which not everybody had come to the gate in time is played again."""
    _, defines, _, name, scenario, check = row
    wanted = wanted_order(row, order)
    one_by_one = "LOCK" in defines
    seed = next(seed for seed in range(1, 1000)
                if one_by_one or drawn(seed, scenario)[:len(wanted)] == wanted)
    within = "4s" if check == "sh-no-deadlock" else "60s"
    freed = []
    for _ in range(3):
        case = races_play.play(program, [scenario], seed, name, within)[0]
        freed = freed_order(case)
        if freed[:len(wanted)] != wanted:
            continue
        found = any(result["id"] == check and result["outcome"] in ("fail", "warn")
                    for result in case["checks"])
        return seed, "" if found else f"{case['outcome']}: {case.get('reason', '')}"
    return seed, f"expected the order {wanted}, played {freed}"


def play_holds(row):
    with tempfile.TemporaryDirectory() as folder:
        errors, states, out, _ = verify(row[1], folder)
    line = f"{row[0]:48} {'holds' if errors == 0 else 'BROKEN'}, {states} states"
    return errors == 0, line if errors == 0 else f"{line}\n{out}"


def play_broken(row, program):
    with tempfile.TemporaryDirectory() as folder:
        errors, _, out, trail = verify(row[1], folder)
    order = order_of(trail)
    if errors == 0 or row[2] not in out:
        return False, f"{row[0]:48} NO COUNTEREXAMPLE"
    line = f"{row[0]:48} counterexample {order}"
    if not program:
        return True, line
    seed, problem = replay(program, row, order)
    return not problem, line + (f", NOT REPLAYED with seed {seed}: {problem}" if problem else
                                f", seed {seed} of {row[4]}: {row[5]}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--replay", metavar="PROGRAM", help="aweber-conformance")
    arguments = parser.parse_args()
    failures = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        jobs = [pool.submit(play_holds, row) for row in HOLDS]
        jobs += [pool.submit(play_broken, row, arguments.replay) for row in BROKEN]
        for job in jobs:
            good, line = job.result()
            failures += not good
            print(line, flush=True)
    print(json.dumps({"failures": failures}))
    sys.exit(1 if failures else 0)


main()
