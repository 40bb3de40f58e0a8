"""Plays processes/** against programs as they are. See script/programs."""

import argparse
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

import yaml

from case_id import selects

FOLDER = pathlib.Path("examples/process")
BASELINES = pathlib.Path("baselines/process")
PAGE = pathlib.Path("docs/process-programs.md")
BEGIN, END = "<!-- Made by script/programs --page from a run. -->", "<!-- The end of it. -->"
# What npm installs stands there; the rest of PATH is the system's.
PATH = f"{FOLDER.resolve()}/node/node_modules/.bin:/usr/bin:/bin"
COUNTED = ("fail", "xfail", "error", "flaky")


class ProgramRow(NamedTuple):
    name: str  # of its configuration and its baseline
    command: str  # there when it is installed
    arguments: tuple = ()


PROGRAMS = [
    ProgramRow("gcalcli", "gcalcli", ("-j", "2")),
    ProgramRow("getmail6", "getmail-gmail-xoauth-tokens", ("-j", "2", "--scheme", "http")),
    ProgramRow("mutt_oauth2", "/usr/share/doc/mutt/examples/mutt_oauth2.py",
               ("-j", "2", "--profile", "rfc9700")),
    ProgramRow("rclone", "rclone", ("-j", "1")),  # it listens at one port
    # The same; eight of Node's start-ups at once take longer than a command may on two cores.
    ProgramRow("wrangler", "wrangler", ("-j", "1", "--scheme", "http", "--skip",
                                        "processes/at-once[eight*")),
]


def is_there(row):
    return pathlib.Path(row.command).exists() or shutil.which(row.command, path=PATH) is not None


def words(row, runner, command):
    return [runner, *command, "processes/**", "--driver-kind", "process", "--driver-config",
            str(FOLDER / f"{row.name}.yaml"), "--seed", "1", *row.arguments]


def play(row, runner, out, update):
    """The exit status of a run, and its report."""
    baseline = BASELINES / f"{row.name}.yaml"
    environment = {**os.environ, "PATH": PATH}
    if update:
        subprocess.run([*words(row, runner, ["baseline", "update"]), "--baseline", str(baseline)],
                       check=False, env=environment, stdout=subprocess.DEVNULL)
    known = ["--baseline", str(baseline)] if baseline.exists() else []
    done = subprocess.run([*words(row, runner, ["run"]), *known, "--report", f"json={out}"],
                          capture_output=True, text=True, check=False, env=environment)
    if not out.exists():
        sys.exit(f"{row.name}: no report (exit {done.returncode})\n{done.stderr[-3000:]}")
    return done.returncode, json.loads(out.read_text())


def failures(report):
    """check -> the cases in which it failed, or could not be judged."""
    found = {}
    for case in report["cases"]:
        for check in case.get("checks", []):
            # What another failure has left unjudged is no finding of its own.
            unjudged = check["outcome"] == case["outcome"] == "inconclusive"
            if check["outcome"] in COUNTED or unjudged:
                found.setdefault(check["id"], []).append(case["id"])
    return found


def entries(row):
    path = BASELINES / f"{row.name}.yaml"
    return yaml.safe_load(path.read_text())["known_failures"] if path.exists() else []


def summary(report):
    counts = {}
    for case in report["cases"]:
        counts[case["outcome"]] = counts.get(case["outcome"], 0) + 1
    return ", ".join(f"{count} {outcome}" for outcome, count in sorted(counts.items()))


def section(row, report):
    """The part of the page about one program."""
    lines = [f"### {row.name}", "",
             "| check | cases | why | where its source says so |", "| --- | --- | --- | --- |"]
    found = failures(report)
    for entry in entries(row):
        check = entry.get("check")
        all_of = found.get(check, []) if check else sum(found.values(), [])
        cases = sorted({case for case in all_of if selects(entry["case"], case)})
        names = [case.removeprefix("processes/") for case in cases]
        shown = ", ".join(f"`{name}`" for name in names[:3])
        if len(names) > 3:
            shown += f" and {len(names) - 3} more"
        name = f"`{check}`" if check else "none"
        lines.append(f"| {name} | {shown} | {entry['reason']} | {entry['see']} |")
    return "\n".join(lines)


def write_page(sections):
    text = PAGE.read_text(encoding="utf-8")
    head, rest = text.split(BEGIN)
    tail = rest.split(END)[1]
    PAGE.write_text(f"{head}{BEGIN}\n\n" + "\n\n".join(sections) + f"\n\n{END}{tail}",
                    encoding="utf-8")


def main():
    parser = argparse.ArgumentParser(prog="script/programs", description=__doc__)
    parser.add_argument("--only", action="append", default=[], metavar="NAME")
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("--page", action="store_true", help="write the results into the page")
    parser.add_argument("--update", action="store_true", help="rewrite the baselines first")
    parser.add_argument("--keep", type=pathlib.Path, help="a folder for the JSON reports")
    parser.add_argument("--saved", action="store_true",
                        help="nothing is played: the reports are those in --keep")
    arguments = parser.parse_args()
    known = [row.name for row in PROGRAMS]
    if unknown := set(arguments.only) - set(known):
        sys.exit(f"--only: there is no program {sorted(unknown)}; there are {', '.join(known)}")
    rows = [row for row in PROGRAMS if not arguments.only or row.name in arguments.only]
    missing = [row.name for row in rows if not is_there(row)]
    if missing:
        print(f"not installed, left out: {', '.join(missing)} (script/bootstrap --with programs)")
    if arguments.page and (missing or arguments.only):
        sys.exit("--page: needs every program")
    runner = str((arguments.bin / "aweber-conformance").resolve())
    bad, sections = [], []
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.keep or pathlib.Path(temporary)
        for row in rows:
            if row.name in missing:
                continue
            out = folder / f"{row.name}.json"
            if arguments.saved:
                report = json.loads(out.read_text())
                status = int(strange(row, report) != {})
            else:
                status, report = play(row, runner, out, arguments.update)
            print(f"{row.name:12} {len(report['cases'])} cases: {summary(report)}: "
                  f"{'as known' if status == 0 else 'NOT AS KNOWN'}", flush=True)
            if status != 0:
                bad.append(row.name)
                told(row, report)
            sections.append(section(row, report))
    if arguments.page:
        write_page(sections)
    played = len(rows) - len(missing)
    print(f"{played} programs played, {len(bad)} not as {BASELINES} says")
    sys.exit(1 if bad or played == 0 else 0)


def strange(row, report):
    """check -> the cases in which its failure is not in the baseline."""
    expected = entries(row)
    found = {check: [case for case in cases if not any(
        entry.get("check", check) == check and selects(entry["case"], case) for entry in expected)]
        for check, cases in failures(report).items()}
    return {check: cases for check, cases in found.items() if cases}


def told(row, report):
    """What the baseline does not know."""
    for check, cases in sorted(strange(row, report).items()):
        print(f"    {check}: {', '.join(cases)}")
    for case in report["cases"]:
        if case["outcome"] in ("not-run", "error", "xpass"):
            print(f"    {case['id']} is {case['outcome']}: {case.get('reason', '')[:200]}")


main()
