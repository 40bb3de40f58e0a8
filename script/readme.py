"""Runs the console blocks of README.md and the pages. See script/readme.

A page is one shell, in a folder that looks like the repository's and is thrown away; what a page left
behind does not reach the next. Ports are free ones, the mock of a page that needs one is started, and
what only stands for something ("...", your-program) is given something that works, or left out by name.
"""

import argparse
import difflib
import os
import pathlib
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from typing import NamedTuple

ROOT = pathlib.Path(__file__).resolve().parent.parent
LIMIT = 600  # seconds for a page

VARYING = [
    (re.compile(r"\b\d+(\.\d+)? s\b"), "N s"),
    (re.compile(r"\d{4}-\d\d-\d\dT[\d:.]+Z"), "TIME"),
    (re.compile(r'"version": "[^"]*"'), '"version": "V"'),
    (re.compile(r"\b\d+(\.\d+){1,2} \((Python|C\+\+|JavaScript)\)"), r"V (\2)"),  # a client's
]
# What only stands for something, and what it is here.
STANDS_FOR = [('"..."', "reference"), ("my-cli.yaml", "examples/process/aweber_client.yaml")]
# A run of the whole catalogue with a driver that starts programs takes minutes, and has a test of its
# own: here it plays these.
SAMPLE = "flow/full 'callback/state-m*'"
WHOLE_RUN = re.compile(r"(aweber-conformance (?:run|baseline update))(?= (?!--driver reference)(?:\\\n *)?--driver)")
# What a command needs that not every machine has: a module of Debian's Python. Without it, it is left out.
NEEDS = {"examples/webapp/django": "django"}
# Commands that are not run, by their first words, and why.
LEFT_OUT = {
    "README.md": {
        "git clone": "the address is the reader's", "script/": "a script with a test of its own",
        "HTTPS_PROXY=": "the reader's program", "docker-compose": "script/docker-test runs these",
        "TOKEN=": "of the containers", "curl -s -H": "of the containers",
        "build/release/bin/aweber-conformance run --driver \"python3": "docs/write-an-adapter.md has it",
        "build/release/bin/aweber-mockserver serve --scheme https": "script/unmodified runs it",
        "curl -s http://127.0.0.1:8081/ca.pem": "of that mock",
    },
    "docs/install.md": {"script/": "a script with a test of its own", "cd my-project": "the reader's project", "aweber-conformance": "in that project"},
    "docs/client.md": {"aweber-client login": "waits for a browser; tests/browser has it",
                       "aweber-client": "after that login"},
    "docs/process-programs.md": {"script/": "a script with a test of its own",
                                 "aweber-conformance run": "script/programs runs it"},
    "docs/reliability.md": {"script/": "an hour; ctest has the parts"},
    "docs/refresh-race.md": {"python3 tests/models/check.py": "needs spin; script/races is its test",
                             "script/": "a script with a test of its own"},
    "docs/explore.md": {"aweber-conformance explore --driver": "an hour on each of four machines",
                        "aweber-conformance report": "merges what they found"},
    "docs/write-an-adapter.md": {"(cd my-adapter && npm": "the reader's library"},
    "docs/drivers.md": {"aweber-conformance run --driver-kind webapp --driver-config examples/webapp/node":
                        "needs npm's packages; script/webapps runs them"},
}
# Commands that end otherwise than with 0 (a run, a comparison, an exploration: 0 or 1), by their first
# words.
ENDS_WITH = {
    "docs/drivers.md": {"aweber-conformance run --driver-kind prompt --driver-config "
                        "examples/prompt/guide_sample.yaml": 3},  # as the page says
}
# What a reader has, or does between two commands: before the command that begins so.
BEFORE = {
    "README.md": {"aweber-conformance run --driver \"...\" --report junit":
                  "printf 'known_failures: []\\n' >known.yaml"},
    "docs/running.md": {
        "aweber-conformance report 1.ndjson":  # the other machines
            "for i in 2 3 4; do aweber-conformance run --driver reference --shard $i/4 --report "
            "ndjson=$i.ndjson >/dev/null; done",
        "aweber-conformance compare": "cp run.ndjson old.ndjson; cp run.ndjson new.ndjson",
        "aweber-conformance lint traffic.har":
            "walk; curl -s $ADMIN/requests.har >traffic.har; curl -s $ADMIN/requests >journal.json",
    },
    "docs/client.md": {  # which the page started in the background
        "curl": "curl -s --retry 30 --retry-connrefused --retry-delay 1 http://127.0.0.1:8081/readyz >/dev/null",
    },
    "docs/write-an-adapter.md": {  # fills in the template
        "DRIVER=": "cp examples/adapters/requests_oauthlib/driver.py examples/adapters/over_requests.py my-adapter/",
    },
}
NEEDS_MOCK = {"README.md", "docs/running.md", "docs/webhooks.md"}
# Of the real client that the page tells of: made by script/clients.
OTHER_TESTS = {"docs/clients.md", "examples/unmodified/README.md"}
WALK = """walk() {
  curl -s -o /dev/null $MOCK/oauth2/token -d grant_type=refresh_token -d refresh_token=x -d client_id=y
}
"""


class Command(NamedTuple):
    text: str    # as the page has it, after the prompt
    begin: int   # of what it prints, in the page
    end: int


def commands_of(page: str) -> list:
    found = []
    for block in re.finditer(r"^```console\n(.*?)^```$", page, re.S | re.M):
        prompts = list(re.finditer(r"^\$ ((?:.*\\\n)*.*)\n", block.group(1), re.M))
        for at, prompt in enumerate(prompts):
            end = prompts[at + 1].start() if at + 1 < len(prompts) else len(block.group(1))
            found.append(Command(prompt.group(1), block.start(1) + prompt.end(), block.start(1) + end))
    return found


def walks_of(page: str) -> list:
    """A block of shell as a whole, when the block after it shows what it prints."""
    return [Command(walk.group(1), walk.start(2), walk.end(2)) for walk in re.finditer(
        r"^```sh\n(.*?)^```$(?:(?!```).)*^```console\n(?!\$ )(.*?)^```$", page, re.S | re.M)]


def masked(text: str) -> str:
    for pattern, word in VARYING:
        text = pattern.sub(word, text)
    return text


def free_ports(numbers: list) -> dict:
    """A free port for each of the pages' usual ones."""
    held = [socket.socket() for _ in numbers]
    for one in held:
        one.bind(("127.0.0.1", 0))
    ports = {number: one.getsockname()[1] for number, one in zip(numbers, held)}
    for one in held:
        one.close()
    return ports


class Page:
    def __init__(self, name: str, programs: pathlib.Path):
        self.name, self.path = name, ROOT / name
        self.text = self.path.read_text()
        self.programs = programs
        self.problems = []
        self.used = set()

    def is_left_out(self, command: str) -> bool:
        for words in LEFT_OUT.get(self.name, {}):
            if command.startswith(words):
                self.used.add(words)
                return True
        for words, module in NEEDS.items():
            if words in command and subprocess.run(["/usr/bin/python3", "-c", f"import {module}"],
                                                   stderr=subprocess.DEVNULL).returncode != 0:
                print(f"{self.name}: left out, there is no {module}: {command.splitlines()[0]}")
                return True
        return False

    def script(self, commands: list, out: pathlib.Path, ports: dict) -> str:
        def here(text: str) -> str:
            for word, stand_in in STANDS_FOR:
                text = text.replace(word, stand_in)
            text = WHOLE_RUN.sub(rf"\1 {SAMPLE}", text)
            return re.sub(r"\b(127\.0\.0\.1:)(\d+)", lambda m: m[1] + str(ports.get(m[2], m[2])), text)

        lines = [WALK]
        if self.name in NEEDS_MOCK:
            lines.append(f"mkfifo {out}/ready; aweber-mockserver serve --scheme http --print-json >{out}/ready 2>/dev/null &\n"
                         f"read -r facts <{out}/ready\n")
        told = dict(BEFORE.get(self.name, {}))
        for number, command in enumerate(commands):
            for words in [w for w in told if command.text.startswith(w)]:
                self.used.add(words)
                lines.append(here(told.pop(words)))
            lines.append(f"{{ {here(command.text)}\n}} >{out}/{number}.out 2>{out}/{number}.err\n"
                         f"echo $? >{out}/{number}.status\n")
        return "\n".join(lines)

    def run(self) -> dict:
        """What each command that was run printed."""
        commands = [c for c in commands_of(self.text) if not self.is_left_out(c.text)]
        commands = sorted([*commands, *walks_of(self.text)], key=lambda command: command.begin)
        ports = free_ports(["8080", "8081", "8082", "8765", "9000"])
        printed = {}
        with tempfile.TemporaryDirectory(prefix="readme-") as place, \
                tempfile.TemporaryDirectory(prefix="readme-out-") as out_name:
            for entry in ROOT.iterdir():
                if entry.name not in ("build", ".git"):
                    os.symlink(entry, pathlib.Path(place, entry.name))
            pathlib.Path(place, "build/release").mkdir(parents=True)
            os.symlink(self.programs, pathlib.Path(place, "build/release/bin"))
            environment = {**os.environ, "PATH": f"{self.programs}:/usr/bin:/bin:{os.environ['PATH']}",
                           "AWEBER_MOCK_PORT": str(ports["8080"]),
                           "AWEBER_MOCK_ADMIN_PORT": str(ports["8081"]),
                           "MOCK": f"http://127.0.0.1:{ports['8080']}",
                           "ADMIN": f"http://127.0.0.1:{ports['8081']}/api/v1", "HOME": place}
            out = pathlib.Path(out_name)
            shell = subprocess.Popen(["/bin/sh", "-c", self.script(commands, out, ports)], cwd=place,
                                     env=environment, stdin=subprocess.DEVNULL, stdout=sys.stderr,
                                     start_new_session=True)
            try:
                shell.wait(LIMIT)
            except subprocess.TimeoutExpired:
                self.problems.append(f"still ran after {LIMIT} s")
            try:
                os.killpg(shell.pid, signal.SIGTERM)  # what the page left running
            except ProcessLookupError:
                pass
            for number, command in enumerate(commands):
                printed[command] = self.judge(command, out, number)
        return printed

    def judge(self, command: Command, out: pathlib.Path, number: int) -> str:
        status_file = out / f"{number}.status"
        if not status_file.exists():
            self.problems.append(f"$ {command.text}\n  was not reached")
            return ""
        said = (out / f"{number}.out").read_text(errors="replace")
        status = int(status_file.read_text())
        judges = re.search(r"aweber-conformance (run|explore|compare|lint)", command.text) is not None
        known = [wanted for words, wanted in ENDS_WITH.get(self.name, {}).items()
                 if command.text.startswith(words)]
        if status not in (known or ((0, 1) if judges else (0,))):
            told = (out / f"{number}.err").read_text(errors="replace")
            self.problems.append(f"$ {command.text}\n  exit status {status}\n{told[-1500:]}{said[-1500:]}")
        return said

    def compare(self, printed: dict) -> str:
        """The page with what its commands print now, and what differs among the problems."""
        text = self.text
        for command, said in reversed(printed.items()):
            shown = self.text[command.begin:command.end]
            if not shown or masked(said) == masked(shown):
                continue
            self.problems.append("".join(difflib.unified_diff(
                masked(shown).splitlines(keepends=True), masked(said).splitlines(keepends=True),
                self.name, "what it prints: " + command.text.splitlines()[0])))
            text = text[:command.begin] + said + text[command.end:]
        return text

    def check_tables(self) -> None:
        tables = [*LEFT_OUT.get(self.name, {}), *BEFORE.get(self.name, {})]
        self.problems += [f"script/readme.py names a command that the page has not: {words}"
                          for words in tables if words not in self.used]


def pages_with_commands() -> list:
    pages = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")), ROOT / "examples/unmodified/README.md"]
    names = [str(page.relative_to(ROOT)) for page in pages if "```console" in page.read_text()]
    return [name for name in names if name not in OTHER_TESTS]


def unreachable_pages() -> list:
    """Pages that no link leads to, from README.md on."""
    seen, ahead = set(), [ROOT / "README.md"]
    while ahead:
        page = ahead.pop()
        if page in seen or not page.is_file():
            continue
        seen.add(page)
        for link in re.findall(r"\]\(([^)#\s]+\.md)[^)]*\)", page.read_text()):
            if "://" not in link:
                ahead.append((page.parent / link).resolve())
        for link in re.findall(r"\]\(([^)#\s]+)\)", page.read_text()):  # a folder: all of its pages
            folder = (page.parent / link).resolve()
            if "://" not in link and folder.is_dir() and folder.is_relative_to(ROOT / "docs"):
                ahead += folder.glob("*.md")
    pages = [*(ROOT / "docs").rglob("*.md"), ROOT / "CONTRIBUTING.md", ROOT / "conformance/PROTOCOL.md"]
    return sorted(str(page.relative_to(ROOT)) for page in pages if page not in seen)


def stale_diffs() -> list:
    """Lines that a page of docs/adding shows as added to a file and that the file does not have."""
    stale = []
    for page in sorted((ROOT / "docs/adding").glob("*.md")):
        name = page.relative_to(ROOT)
        for block in re.findall(r"^```diff\n(.*?)^```", page.read_text(), re.M | re.S):
            path, text = "", ""
            for line in block.splitlines():
                if line.startswith("--- "):
                    path = line.split()[1]
                    text = "".join((ROOT / path).read_text().split()) if (ROOT / path).is_file() else ""
                    if not text:
                        stale.append(f"{name}: there is no file {path}; name the one that has these lines")
                elif text and line.startswith("+") and "".join(line[1:].split()) not in text:
                    stale.append(f"{name}: {path} has no such line; bring the page up to date: {line[1:].strip()}")
    return stale


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bin", required=True, type=pathlib.Path, help="where the programs are")
    parser.add_argument("--write", action="store_true", help="bring the pages up to date")
    parser.add_argument("pages", nargs="*", metavar="PAGE")
    arguments = parser.parse_args()
    bad = 0
    if not arguments.pages:
        for problem in [f"{lost}: no link from README.md leads to it" for lost in unreachable_pages()] + stale_diffs():
            print(problem)
            bad += 1
    for name in arguments.pages or pages_with_commands():
        page = Page(name, arguments.bin.resolve())
        began = time.monotonic()
        printed = page.run()
        page.check_tables()
        before = len(page.problems)
        text = page.compare(printed)
        if arguments.write and text != page.text:
            page.path.write_text(text)
            page.problems = page.problems[:before]
        for problem in page.problems:
            print(f"{name}: {problem}\n")
        bad += len(page.problems)
        print(f"{name}: {len(printed)} commands run, {len(page.problems)} problems, "
              f"{time.monotonic() - began:.0f} s", flush=True)
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
