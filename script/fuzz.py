"""Runs the libFuzzer programs in turn and says what came of it: executions, edges, findings.
See script/fuzz."""

import argparse
import concurrent.futures
import datetime
import os
import pathlib
import re
import subprocess
import sys
import threading
import time
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
TARGETS = sorted(file.name.removesuffix("_fuzz.cc") for file in ROOT.glob("tests/fuzz/*_fuzz.cc"))
UNITS = {"s": 1, "m": 60, "h": 3600}
NOT_RUN = 77  # for tests/reliability/table.py
MOST_FINDINGS = 5  # of one target: what breaks at once would break for ever
LIMITS = ["-max_len=4096", "-timeout=20", "-rss_limit_mb=2048", "-print_final_stats=1"]
TABLE = "| target | executions | edges | corpus | findings |\n| --- | ---: | ---: | ---: | --- |"


class Result(NamedTuple):
    target: str
    executions: int
    edges: int
    corpus: int
    findings: list  # files

    def row(self) -> str:
        named = ", ".join(f"`{pathlib.Path(name).name}`" for name in self.findings) or "none"
        return (f"| {self.target} | {self.executions:,} | {self.edges:,} | {self.corpus:,} | {named} |")


def duration(text: str) -> int:
    match = re.fullmatch(r"([1-9]\d*)([smh]?)", text)
    if not match:
        raise argparse.ArgumentTypeError(f"'{text}' is not a time; write 90s, 10m or 8h")
    return int(match[1]) * UNITS[match[2] or "s"]


def last_number(pattern: str, text: str) -> int:
    found = re.findall(pattern, text)
    return int(found[-1]) if found else 0


def fuzz(target: str, args, until_stopped: threading.Event) -> Result:
    """Runs one target until its share of the time is over, going on behind every finding."""
    work = ROOT / "build/fuzz"
    corpus = work / "corpus" / target
    corpus.mkdir(parents=True, exist_ok=True)
    dictionary = ROOT / f"tests/fuzz/dictionaries/{target}.dict"
    options = [f"-dict={dictionary}"] if dictionary.is_file() else []
    executions = edges = 0
    findings: list = []
    end = time.monotonic() + args.share
    while len(findings) < MOST_FINDINGS and not until_stopped.is_set():
        left = int(end - time.monotonic())
        if left < 1:
            break
        log = work / f"{target}.log"
        with open(log, "w", encoding="utf-8") as out:
            status = subprocess.run(
                [str(args.bin / f"{target}_fuzz"), f"-max_total_time={left}", *LIMITS, *options,
                 f"-artifact_prefix={work}/{target}-", str(corpus),
                 str(ROOT / "tests/fuzz/seeds" / target)],
                stdout=out, stderr=subprocess.STDOUT, check=False).returncode
        text = log.read_text(encoding="utf-8", errors="replace")
        # A program that ends by a finding may have no final count; its last line of progress has one.
        executions += (last_number(r"stat::number_of_executed_units: *(\d+)", text)
                       or last_number(r"(?m)^#(\d+)\t", text))
        edges = max(edges, last_number(r"\bcov: (\d+)", text))
        if status == 0:
            break
        kept = re.findall(r"Test unit written to (\S+)", text)
        if not kept:
            print(text[-3000:], file=sys.stderr)
            sys.exit(f"fuzz: {target}: ended with {status} and named no input; {log} has the rest")
        findings += kept
        where = re.findall(r"(?m)^.*(?:does not hold|runtime error|ERROR: ).*$", text)
        print(f"fuzz: {target}: {kept[-1]}: {where[0].strip() if where else 'see ' + str(log)}",
              file=sys.stderr, flush=True)
    return Result(target, executions, edges, sum(1 for _ in corpus.iterdir()), findings)


def table_of(results: list, args) -> str:
    total = sum(one.executions for one in results)
    found = sum(len(one.findings) for one in results)
    day = datetime.date.today().isoformat()
    lines = [f"{day}, {args.share} s a target, {args.jobs} at a time, address and undefined "
             "sanitizers:", "", TABLE, *(one.row() for one in results),
             f"| all | {total:,} executions | | | {found or 'none'} |"]
    return "\n".join(lines)


def append(page: pathlib.Path, table: str) -> None:
    """Puts the table behind the page's heading about fuzzing, before the tables of earlier runs."""
    text = page.read_text(encoding="utf-8")
    heading = "## Fuzzing, run by run\n"
    if heading not in text:
        text = text.rstrip("\n") + f"\n\n{heading}"
    at = text.index(heading) + len(heading)
    page.write_text(text[:at] + "\n" + table + "\n" + text[at:], encoding="utf-8")


def smoke(args) -> int:
    done = subprocess.run([str(args.bin / "fuzz_corpus"), str(ROOT / "tests/fuzz/seeds"), *args.names],
                          stdout=subprocess.PIPE, text=True, check=False)
    lines = done.stdout.splitlines()
    print(lines[-1] if lines else "nothing was played")
    if done.returncode != 0:
        print(f"fuzz: the input came from {lines[-1] if lines else 'no file'}", file=sys.stderr)
    return 1 if done.returncode else 0


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/fuzz", description=__doc__)
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"targets: {' '.join(TARGETS)}")
    parser.add_argument("--for", dest="time", type=duration, default=960, metavar="TIME",
                        help="time in all, shared by the targets (default 16m)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1, metavar="N",
                        help="targets at a time (default: one a core)")
    parser.add_argument("--append", type=pathlib.Path, metavar="FILE",
                        help="adds the table to this page, e.g. docs/reliability.md")
    parser.add_argument("--smoke", action="store_true", help="plays the seeds, cut and changed")
    parser.add_argument("--bin", type=pathlib.Path, default=ROOT / "build/fuzz/bin",
                        help="folder of the programs")
    args = parser.parse_args()
    for name in args.names:
        if name not in TARGETS:
            parser.error(f"'{name}' is no target; there are {' '.join(TARGETS)}")
    if args.smoke:
        return smoke(args)
    names = args.names or TARGETS
    if not all((args.bin / f"{name}_fuzz").is_file() for name in names):
        print("NOT RUN: no fuzzers; script/build fuzz fuzzers (needs clang)")
        return NOT_RUN
    args.share = max(1, args.time * args.jobs // len(names))
    stopped = threading.Event()
    with concurrent.futures.ThreadPoolExecutor(args.jobs) as pool:
        running = [pool.submit(fuzz, name, args, stopped) for name in names]
        try:
            results = [one.result() for one in running]
        except (KeyboardInterrupt, SystemExit):
            stopped.set()
            raise
    table = table_of(results, args)
    print(table)
    if args.append:
        append(args.append, table)
    return 1 if any(one.findings for one in results) else 0


if __name__ == "__main__":
    sys.exit(main())
