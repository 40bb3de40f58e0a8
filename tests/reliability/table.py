"""Promise, test, figure, verdict: runs the rows of ROWS and prints one line for each. See
script/reliability."""

import argparse
import datetime
import os
import pathlib
import re
import signal
import subprocess
import sys
import time
from typing import NamedTuple, Optional

ROOT = pathlib.Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs/reliability.md"
BEGIN = "<!-- rows: made by script/reliability --write -->\n"
END = "<!-- end of rows -->\n"
NOT_RUN = 77  # what a test says that cannot run here
GTEST = r"\[  PASSED  \] (\d+ tests?)"
BOTH = r"(?s)\[  PASSED  \] (\d+ tests?).*\[  PASSED  \] (\d+ tests?)"


class Row(NamedTuple):
    name: str
    promise: str
    command: str  # {bin} is the programs' folder; run in the project's
    figure: str  # a pattern; its group is the figure
    smoke: Optional[str] = None  # instead of the command; None: the same
    minutes: int = 20  # it is ended after so long
    asked: bool = False  # only when it is named: it builds
    in_smoke: bool = True  # False: another row is its short form
    skips: bool = False  # it counts although some of its tests were skipped


def gtest(name: str, promise: str, program: str, cases: str) -> Row:
    return Row(name, promise, f"{{bin}}/{program} --gtest_brief=1 --gtest_filter={cases}", GTEST)


CALLS = "python3 tests/reliability/calls.py {bin} --table "
SOME = " --only 'report json' --only 'run ndjson' --only badge"
ROWS = [
    Row("faults", "A call that writes and fails is told with the file's name and an exit status; "
        "there is the old file or the new one, and an interrupted call is made again",
        CALLS + "faults", r"(\d+ calls) changed, 0 complaints", CALLS + "faults" + SOME),
    Row("kills", "A program that is killed at such a call leaves the old file or the new one, and "
        "the same command run again writes the new one",
        CALLS + "kills", r"(\d+ calls) changed, 0 complaints", CALLS + "kills" + SOME),
    Row("starved", "A program that has too little memory or no thread at its start says so and ends with a "
        "status; a mock that came up answers or refuses a request, and goes on",
        "python3 tests/reliability/starved.py {bin}",
        r"(\d+ starved programs), .* 0 complaints"),
    gtest("store", "The reference client's store, killed at every call of a save, has the new tokens "
          "or the old ones; of many processes one refreshes", "client_integration_test",
          "KillNine.*:TwoProcesses.*"),
    Row("hostile", "Whatever a driver does, the run ends, and nothing of it is left",
        "python3 script/hostile.py --bin {bin}", r"hostile drivers: (\d+ runs), 0 bad",
        "python3 script/hostile.py --bin {bin} --mode daemon --mode rubbish --mode stopped --mode twice "
        "--mode die-between --mode family"),
    gtest("ends", "A run that is killed or gets a signal at any moment leaves no process and no folder",
          "e2e_test", "*KilledRuns.*:RunnerTest.ASignalAtAnyMoment*:BadProgramsTest.*:"
          "ProcessesTest.NothingOutlives*"),
    Row("fuzz", "No text from outside breaks its reader",
        "python3 script/fuzz.py --for 16m --bin build/fuzz/bin", r"\| all \| ([\d,]+ executions) \| \| \| none",
        minutes=40, in_smoke=False),  # `corpus` is
    Row("corpus", "The seeds of the fuzzers, cut and changed at every byte, break nothing",
        "python3 script/fuzz.py --smoke --bin {bin}", r"\d+ targets, (\d+ inputs), no finding"),
    gtest("wire", "Broken, slow and endless messages are refused in time, by the mock and by the client",
          "http_integration_test", "MalformedRequests.*:*HostileServer.*:HttpServerLifetime.*"),
    Row("soak", "Memory, descriptors and threads stay as they are, and no rotated token wins",
        "python3 tests/reliability/soak.py --for 10m --bin {bin}",
        r"(?s)ok   memory +(\S+ MB/h).*ok   work +(\d+ refreshes)",
        "python3 tests/reliability/soak.py --for 10s --bin {bin}"),
    gtest("limits", "Beyond each limit the newcomer is refused in words, and others go on",
          "mockserver_integration_test", "MockLimits.*"),
    Row("secrets", "No secret is shown anywhere, nor what looks like one that the mock did not make",
        "{bin}/mockserver_unit_test --gtest_brief=1 --gtest_filter=Redact.* && "
        "{bin}/mockserver_integration_test --gtest_brief=1 --gtest_filter=Canary*", BOTH),
    gtest("hardening", "The programs lie anywhere in memory, with read-only relocations, no executable "
          "stack, stack protector and FORTIFY", "e2e_test", "*HardeningTest.*"),
    Row("asan", "No memory error, no undefined behaviour in any test", "script/sanitize asan",
        r"100% tests passed, 0 tests failed out of (\d+)", minutes=180, asked=True),
    Row("tsan", "No data race in the transport, the mock and its webhooks",
        "script/sanitize tsan --threads", BOTH, minutes=180, asked=True, skips=True),  # without nginx
]


class Outcome(NamedTuple):
    row: Row
    verdict: str  # "ok", "FAIL", "not run"
    figure: str
    seconds: float
    output: str

    def line(self) -> str:
        return f"{self.verdict:8} {self.row.name:10} {self.figure:32} {self.seconds:6.0f} s"


def end_group(process: subprocess.Popen) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)  # the row's own group
    except ProcessLookupError:
        pass


def patterns_without_a_test(command: str) -> list:
    """Of the --gtest_filter of a row: a name that was changed would go on passing, unplayed."""
    empty = []
    for program, patterns in re.findall(r"(\S+) --gtest_brief=1 --gtest_filter=(\S+)", command):
        for pattern in patterns.split(":"):
            listed = subprocess.run([ROOT / program, "--gtest_list_tests", f"--gtest_filter={pattern}"],
                                    capture_output=True, text=True, check=False).stdout
            if not re.search(r"(?m)^  \S", listed):
                empty.append(pattern)
    return empty


def play(row: Row, args) -> Outcome:
    command = (row.smoke if args.smoke and row.smoke else row.command).format(bin=args.bin)
    begin = time.monotonic()
    if empty := patterns_without_a_test(command):
        return Outcome(row, "FAIL", f"no test is named {' '.join(empty)}", 0, "")
    process = subprocess.Popen(["bash", "-c", command], cwd=ROOT, stdout=subprocess.PIPE,
                               stderr=subprocess.STDOUT, text=True, errors="replace",
                               start_new_session=True)
    try:
        output, _ = process.communicate(timeout=60 * row.minutes)
        status = process.returncode
    except subprocess.TimeoutExpired:
        end_group(process)
        output, status = f"{process.communicate()[0]}\nended after {row.minutes} minutes", 1
    except BaseException:
        end_group(process)
        raise
    took = time.monotonic() - begin
    if status == NOT_RUN:
        return Outcome(row, "not run", output.strip().splitlines()[-1][:80], took, output)
    found = re.search(row.figure, output)
    # A row whose figure is not there has tried nothing, whatever its exit status.
    good = status == 0 and found is not None and not re.match(r"0\b", found[1])
    if good and not row.skips and re.search(r"\[  SKIPPED \] [1-9]", output):
        return Outcome(row, "not run", "tests were skipped", took, output)
    figure = ", ".join(found.groups()) if found else f"exit status {status}, no figure"
    return Outcome(row, "ok" if good else "FAIL", figure, took, output)


def cells_of_page(text: str) -> dict:
    """Name to (figure, day) of the rows that the page has."""
    rows = re.findall(r"(?m)^\| (\w+) \| .* \| `[^`]*` \| (.*?) \|$", text)
    return {name: figure for name, figure in rows}


def write(outcomes: list, smoke: bool) -> None:
    text = PAGE.read_text(encoding="utf-8")
    begin, end = text.index(BEGIN) + len(BEGIN), text.index(END)
    known = cells_of_page(text[begin:end])
    day = datetime.date.today().isoformat()
    if not smoke:  # a smoke's figures would pass for the whole
        known.update({one.row.name: f"{one.figure}, {day}" for one in outcomes if one.verdict == "ok"})
    lines = ["| row | promise | command | figure |", "| --- | --- | --- | --- |"]
    for row in ROWS:
        command = row.command.format(bin="build/release/bin").replace("|", "\\|")
        lines.append(f"| {row.name} | {row.promise} | `{command}` | {known.get(row.name, 'absent')} |")
    PAGE.write_text(text[:begin] + "\n" + "\n".join(lines) + "\n\n" + text[end:], encoding="utf-8")


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/reliability", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="the short form of every row; fuzz's is corpus")
    parser.add_argument("--only", action="append", choices=[row.name for row in ROWS], metavar="NAME",
                        help=f"a row: {' '.join(row.name for row in ROWS)}; may be given several times")
    parser.add_argument("--sanitizers", action="store_true", help="asan and tsan, too: they build")
    parser.add_argument("--write", action="store_true", help="puts the figures into docs/reliability.md")
    parser.add_argument("--list", action="store_true", help="prints the rows' commands")
    parser.add_argument("--bin", default="build/release/bin", help="folder of the programs and tests")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    rows = [row for row in ROWS
            if (row.name in args.only if args.only
                else (not row.asked or args.sanitizers) and (row.in_smoke or not args.smoke))]
    if args.list:
        for row in rows:
            print(f"{row.name:10} {row.command.format(bin=args.bin)}")
        return 0
    outcomes = []
    for row in rows:
        outcomes.append(play(row, args))
        print(outcomes[-1].line(), flush=True)
        if outcomes[-1].verdict == "FAIL":
            print("    " + "\n    ".join(outcomes[-1].output.strip().splitlines()[-15:]), flush=True)
    if args.write:
        write(outcomes, args.smoke)
    bad = sum(one.verdict == "FAIL" for one in outcomes)
    print(f"{len(outcomes)} rows, {bad} failing")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
