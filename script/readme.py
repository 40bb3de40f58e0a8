"""Runs README.md's first command and holds the page to what it prints. See script/docs.

Durations and times of day differ from run to run and are not compared. With --write the page is
brought up to date; otherwise a difference is shown and the exit status is 1.
"""
import argparse
import difflib
import os
import pathlib
import re
import subprocess
import sys

VARYING = [
    (re.compile(r"\b\d+(\.\d+)? s\b"), "N s"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "TIME"),
]


def masked(text: str) -> str:
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text


def transcript(page: str) -> tuple[int, int, str]:
    """Where the output of the first command begins and ends, and the command."""
    begin = page.index("```console\n$ ") + len("```console\n")
    command_end = re.compile(r"(?<!\\)\n").search(page, begin).end()
    return command_end, page.index("```", command_end), page[begin + 2:command_end]


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, help="where the programs are")
    parser.add_argument("--write", action="store_true", help="bring README.md up to date")
    arguments = parser.parse_args()
    path = pathlib.Path("README.md")
    page = path.read_text()
    start, end, command = transcript(page)
    programs = str(pathlib.Path(arguments.bin).resolve())
    environment = {**os.environ, "PATH": programs + os.pathsep + os.environ["PATH"]}
    done = subprocess.run(["/bin/sh", "-c", command], env=environment, capture_output=True, text=True)
    if done.stderr:
        sys.stderr.write(done.stderr)
    if masked(done.stdout) == masked(page[start:end]):
        return 0
    if arguments.write:
        path.write_text(page[:start] + done.stdout + page[end:])
        return 0
    sys.stdout.writelines(difflib.unified_diff(
        masked(page[start:end]).splitlines(keepends=True),
        masked(done.stdout).splitlines(keepends=True), "README.md", "what the command prints"))
    print("README.md: its first transcript is out of date; run script/docs")
    return 1


if __name__ == "__main__":
    sys.exit(main())
