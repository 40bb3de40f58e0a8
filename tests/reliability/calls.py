"""Each system call by which the programs write files fails once, or is where they are killed.

usage: calls.py BIN [--table faults|kills]... [--only NAME]...

A row of ROWS is a command and the files that it writes. The command is traced once, to learn which
calls concern its folder; then it is run again for each of these calls, which strace makes fail (the
table "faults") or at which the process is killed, the call not being made (the table "kills"; killed
behind a call is killed at the next one, and behind the last one all is done). Wanted:

  a fault   a message that names the file, an exit status that says so, and the old file or the new
            one; an interrupted call (EINTR) is made again, and nobody notices
  a kill    the old file or the new one, and the same command run again writes the new one (`init`
            with --force)

A file that is written line by line while a run goes on may end early, behind a whole line.

strace cannot shorten a write. A limit on the length of files can: a fault of each row is that no file may
be longer than half of the row's shortest ("SHORT").
"""

import argparse
import collections
import json
import os
import pathlib
import re
import resource
import select
import shutil
import signal
import subprocess
import sys
import tempfile
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mock import CLIENT, SECRET, USER, Mock  # noqa: E402

# What writes, and what it can meet. A directory that cannot be synced is told, and no reason to stop.
ERRORS = {
    "openat": ("EMFILE", "ENOSPC", "EACCES", "ENOMEM"),
    "write": ("ENOSPC", "EIO", "EPIPE", "ENOMEM", "EINTR"),
    "writev": ("ENOSPC", "EIO", "EPIPE", "ENOMEM", "EINTR"),
    "fsync": ("EIO", "ENOSPC"),
    "fchmod": ("EPERM",),
    "close": ("EIO",),
    "rename": ("ENOSPC", "EIO", "EACCES", "ENOMEM"),
    "mkdir": ("ENOSPC", "EACCES", "ENOMEM"),
}
MADE_AGAIN = ("EINTR",)
SHORT = "SHORT"
OLD = "what was there before\n"
NOT_RUN = 77  # ctest's SKIP_RETURN_CODE
RUN = "run 'callback/state-m*' 'token/basic*' --driver reference --seed 7 -j 1"


class Row(NamedTuple):
    name: str
    command: str  # its program is the first word; {out} is the folder it writes into, {mock} a mock's URL
    files: tuple  # below {out}
    fresh: bool = False  # what it writes must not be there before
    by_line: tuple = ()  # of the files: written while the run goes on
    alone: bool = False  # only the calls on these files: other threads and processes write, too
    turns: bool = False  # threads take turns: a call may have another number
    again: str = ""  # what the command needs more to overwrite what a killed one has left
    good: tuple = (0,)  # exit statuses without a fault
    old: str = OLD
    serves: bool = False  # it says a line of JSON once its files are there, and ends by SIGTERM
    kills: bool = True  # False: tests of its own kill it


SAVED = "aweber-conformance report {saved} --report "
ROWS = [
    *(Row(f"report {fmt}", SAVED + f"{fmt}={{out}}/r.{fmt}", (f"r.{fmt}",))
      for fmt in ("html", "json", "junit", "sarif", "markdown", "tap")),
    *(Row(f"report {fmt}", SAVED + f"{fmt}={{out}}/r.{fmt}", (f"r.{fmt}",), by_line=(f"r.{fmt}",))
      for fmt in ("pretty", "ndjson")),
    Row("run ndjson", f"aweber-conformance {RUN} --report ndjson={{out}}/r.ndjson", ("r.ndjson",),
        by_line=("r.ndjson",), alone=True),
    Row("compare html", "aweber-conformance compare {saved} {saved} --report html={out}/c.html",
        ("c.html",)),
    Row("badge", "aweber-conformance badge {saved} --svg {out}/b.svg --json {out}/b.json",
        ("b.svg", "b.json")),
    Row("init", "aweber-conformance init {out} --language python --ci github",
        ("aweber-adapter/driver.py", "aweber-adapter/loop.py", "aweber-adapter/settings.schema.json",
         "aweber-conformance.yaml", ".github/workflows/aweber-conformance.yml"),
        fresh=True, again=" --force"),
    Row("baseline", "aweber-conformance baseline update --from {saved} --baseline {out}/b.yaml",
        ("b.yaml",), old="known_failures: []  # by hand\n", turns=True),
    Row("serve", "aweber-mockserver serve --seed 7 --port 0 --admin-port off --subscribers 1 --print-json "
        "--ready-file {out}/ready.json --ca-file {out}/ca.pem", ("ready.json", "ca.pem"), serves=True),
    # Killed, it may have spent the old token: KillNine.* of client_integration_test knows what is right.
    Row("refresh", f"aweber-client refresh --mock {{mock}} --client-id {CLIENT} --client-secret {SECRET} "
        "--store {out}", ("token-default.json",), kills=False),
]


class Call(NamedTuple):
    name: str
    number: int  # of its name, from 1, over the whole life of its thread
    file: str  # below the folder, or a folder of it; "" is the folder itself

    def __str__(self):
        return f"{self.name} number {self.number} on {self.file or 'its folder'}"


class Fault(NamedTuple):
    call: Call
    how: str  # an error's name, a signal, or SHORT
    most: int = 0  # SHORT: bytes of a file

    def option(self) -> str:
        how = "signal=KILL" if self.how == "KILL" else f"error={self.how}"
        return f"inject={self.call.name}:{how}:when={self.call.number}"


class Place:
    """A folder for one run: what is there before it, and what the run saved as `saved` holds."""

    def __init__(self, row: Row, saved: pathlib.Path, programs: pathlib.Path):
        self.row, self.saved, self.programs = row, saved, programs
        self.root = pathlib.Path(tempfile.mkdtemp(prefix="calls-"))
        self.out = self.root / "out"
        self.out.mkdir(mode=0o700)
        self.mock, self.served = None, None
        self.before = {name: None if row.fresh else row.old for name in row.files}
        if "{mock}" in row.command:
            self.mock = Mock(programs, "--seed", "7")
            self.before = {name: issue(self.mock) for name in row.files}
        for name, text in self.before.items():
            if text is not None:
                (self.out / name).write_text(text)
                (self.out / name).chmod(0o600)

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        if self.mock:
            self.mock.stop()
        shutil.rmtree(self.root, ignore_errors=True)

    def command(self, more: str) -> list:
        program, _, rest = (self.row.command + more).partition(" ")
        filled = rest.replace("{out}", str(self.out)).replace("{saved}", str(self.saved))
        if self.mock:
            filled = filled.replace("{mock}", f"http://{self.mock.host}")
        return ["sh", "-c", f'exec "$0" {filled}', str(self.programs / program)]

    def play(self, *options: str, more: str = "", most: int = 0) -> subprocess.CompletedProcess:
        # -I 2: ended, it ends the program as well.
        trace = ["strace", "-I", "2", "-f", "-qq", "-y", "-o", str(self.root / "trace")]
        trace += [word for option in options for word in ("-e", option)]
        if self.row.alone:
            trace += [word for name in self.row.files for word in ("-P", str(self.out / name))]
        command = [*trace, *self.command(more)] if options else self.command(more)
        self.served = None
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                   errors="replace", cwd=self.root,
                                   env={**os.environ, "TMPDIR": str(self.root),
                                        "ASAN_OPTIONS": "detect_leaks=0"},  # not beside strace
                                   # Python ignores SIGXFSZ, and so does what inherits that: EFBIG.
                                   restore_signals=not most, preexec_fn=shorten(most) if most else None)
        try:
            first = ""
            if self.row.serves and select.select([process.stdout], [], [], 120)[0]:
                first = process.stdout.readline()
            if first.startswith("{"):
                self.served = self.texts()
                os.kill(json.loads(first)["pid"], signal.SIGTERM)
            said, told = process.communicate(timeout=120)
        except BaseException:
            process.terminate()
            raise
        return subprocess.CompletedProcess(command, process.returncode, first + said, told)

    def lines(self) -> list:
        return (self.root / "trace").read_text(errors="replace").splitlines()

    def calls(self) -> list:
        """The calls of a traced run that concern its folder."""
        count, found = collections.Counter(), []
        for line in self.lines():
            match = re.match(r"(\d+) +(\w+)\(", line)
            if not match or match[2] not in ERRORS:
                continue
            thread, name = match.groups()
            count[thread, name] += 1
            said = re.search(r" write\([12]<", line)  # that a file was written, to whoever looks
            if str(self.out) in line and "O_RDONLY" not in line and not said:
                named = re.findall(re.escape(str(self.out)) + r"(?:/([\w./-]+))?", line)
                file = re.sub(r"\.tmp-\w{6}$", "", next((n for n in named if n), ""))
                found.append(Call(name, count[thread, name], file))
        return sorted(set(found))

    def was_hit(self, fault: Fault) -> bool:
        """Whether the call that was changed concerned the folder: where a row is `alone`, threads may
        take other turns."""
        lines = self.lines()
        mark = r"\(INJECTED\)"
        if fault.how == "KILL":
            if not any("+++ killed by SIGKILL" in line for line in lines):
                return False
            mark = r"= \?$|<unfinished \.\.\.>$"
        return any(re.search(mark, line) and str(self.out) in line and f" {fault.call.name}(" in line
                   for line in lines)

    def texts(self) -> dict:
        """The files (of what serves: as they were meanwhile), without the names of this run's folders."""
        if self.served is not None:
            return self.served
        return {name: re.sub(re.escape(str(self.root)) + r"[\w./-]*", "",
                             (self.out / name).read_text(errors="replace"))
                if (self.out / name).is_file() else None for name in self.row.files}


def shorten(most: int):
    return lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))


def issue(mock: Mock) -> str:
    """A token of that mock, as the reference client stores it."""
    _, issued = mock.admin().json("POST", "/api/v1/tokens", {"client_id": CLIENT, "username": USER})
    return json.dumps({"access_token": issued["access_token"]["value"], "issued_at_ms": 1,
                       "refresh_token": issued["refresh_token"]["value"]})


def alike(text: str) -> str:
    """A file without what differs from run to run: times, keys, and what one run sent."""
    text = re.sub(r"(BEGIN CERTIFICATE-----)[\w+/=\n]*(-----END)", r"\1\2", text or "")
    text = re.sub(r"(?:[0-9A-F]{2}:){31}[0-9A-F]{2}", "", text)  # a certificate's fingerprint
    if text.startswith('{"event"'):
        events = [json.loads(line) if line.endswith("}") else {} for line in text.splitlines()]
        return str([[event.get(key) for key in ("event", "id", "outcome")] for event in events])
    return re.sub(r"\d+", "0", text)


def is_whole(row: Row, name: str, text, before, new) -> bool:
    if text == before or (text is not None and alike(text) == alike(new)):
        return True
    if row.serves and text is None:  # what it wrote goes when it ends
        return True
    if name in row.by_line and text is not None:
        return text == "" or text.endswith("\n")
    return False


def faults_of(row: Row, calls: list, new: dict, kills: bool) -> list:
    if kills:
        return [Fault(call, "KILL") for call in calls]
    faults = [Fault(call, error) for call in calls for error in ERRORS[call.name]]
    first = Call("write", 1, row.files[0] if len(row.files) == 1 else "")
    faults.append(Fault(first, SHORT, min(len(text.encode()) for text in new.values()) // 2))
    return faults


def judge(row: Row, fault: Fault, place: Place, done, new: dict) -> list:
    """What is wrong after a fault."""
    wrong = [f"{name} is neither the old nor the new one: {str(text)[-80:]!r}"
             for name, text in place.texts().items()
             if not is_whole(row, name, text, place.before[name], new[name])]
    if fault.how == "KILL":
        again = place.play(more=row.again)
        if again.returncode not in row.good:
            wrong.append(f"run again it ends with {again.returncode}: {again.stderr[-200:]}")
        return wrong + [f"run again it writes no new {name}: {str(text)[-80:]!r}"
                        for name, text in place.texts().items() if alike(text) != alike(new[name])]
    said = done.stdout + done.stderr
    complete = all(alike(text) == alike(new[name]) for name, text in place.texts().items())
    if fault.how == SHORT and done.returncode in row.good:
        wrong.append("no file is too long, or nobody says so")
    elif fault.how in MADE_AGAIN:
        if done.returncode not in row.good or not complete:
            wrong.append(f"an interrupted call was not made again: {done.returncode}, {said[-200:]}")
    elif done.returncode < 0 or done.returncode >= 128:
        wrong.append(f"ends by signal or crash: {done.returncode}")
    elif done.returncode in row.good and not complete:
        wrong.append("the exit status says that all is well, and a file is not written")
    elif done.returncode not in row.good and str(place.out / fault.call.file) not in said:
        wrong.append(f"the message does not name the file: {said[-200:]!r}")
    return wrong


def play(row: Row, saved: pathlib.Path, programs: pathlib.Path, kills: bool) -> tuple:
    """(calls changed, complaints) of one row."""
    with Place(row, saved, programs) as place:
        done = place.play("trace=" + ",".join(ERRORS))
        if done.returncode not in row.good:
            return 0, [f"without a fault it ends with {done.returncode}: {done.stderr[-300:]}"]
        calls, new = place.calls(), place.texts()
    if row.files and not calls:
        return 0, ["no call was seen that writes: nothing was tried"]
    tried, complaints = 0, []
    faults = faults_of(row, calls, new, kills)
    for fault in faults:
        with Place(row, saved, programs) as place:
            if fault.how == SHORT:  # without strace, whose trace would be shortened
                done = place.play(most=fault.most)
            else:
                done = place.play("trace=" + ",".join(ERRORS), fault.option())
            if fault.how != SHORT and not place.was_hit(fault):
                if not (row.alone or row.turns):
                    complaints.append(f"{fault.call}, {fault.how}: did not happen")
                continue
            tried += 1
            complaints += [f"{fault.call}, {fault.how}: {wrong}"
                           for wrong in judge(row, fault, place, done, new)]
    if not tried:
        complaints.append("nothing was tried")
    return tried, complaints


def main() -> int:
    parser = argparse.ArgumentParser(prog="calls.py")
    parser.add_argument("bin", type=pathlib.Path)
    parser.add_argument("--table", choices=("faults", "kills"), action="append")
    parser.add_argument("--only", action="append", help="a row's name; may be given several times")
    args = parser.parse_args()
    if shutil.which("strace") is None or subprocess.run(
            ["strace", "-qq", "-o", "/dev/null", "true"], check=False).returncode != 0:
        print("NOT RUN: strace is not there, or may not trace here (apt-get install strace)")
        return NOT_RUN
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    programs, bad, total = args.bin.resolve(), 0, 0
    with tempfile.TemporaryDirectory(prefix="calls-run-") as work:
        saved = pathlib.Path(work) / "saved.ndjson"
        subprocess.run(["sh", "-c", f'"$0" {RUN} --report ndjson={saved}',
                        str(programs / "aweber-conformance")], check=True, capture_output=True)
        for table in args.table or ("faults", "kills"):
            for row in ROWS:
                if (args.only and row.name not in args.only) or (table == "kills" and not row.kills):
                    continue
                tried, complaints = play(row, saved, programs, table == "kills")
                total += tried
                bad += len(complaints)
                print(f"{'ok  ' if not complaints else 'FAIL'} {table:7} {row.name:20} {tried} calls",
                      flush=True)
                for complaint in complaints:
                    print(f"       {complaint}")
    print(f"{total} calls changed, {bad} complaints")
    return 1 if bad or not total else 0


if __name__ == "__main__":
    sys.exit(main())
