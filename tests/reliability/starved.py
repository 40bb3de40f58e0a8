"""Programs with too little memory, or too few threads: they end with a word and an exit status, or do
their work; no signal ends them, and nothing hangs. A mock that came up is sent a request: it answers or
refuses it, goes on, and ends when it is told to.

usage: starved.py BIN
"""

import http.client
import json
import os
import pathlib
import resource
import shutil
import subprocess
import sys
import tempfile
import urllib.parse

# Of address space. Below 20 the libraries' own initialisers have no room: they abort before any code of
# these programs (a thrown bad_alloc finds no memory for itself in libyaml-cpp's constructors).
MEGABYTES = (20, 24, 32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 300)
THREADS = (1, 2, 4, 8)  # and processes, of one user
USER = 54321  # root has no such limit; a number that nobody else uses has no other processes
PROGRAMS = ("aweber-mockserver", "aweber-conformance", "aweber-client")
PATIENCE = 120  # seconds: a busy machine, not a measure
COMMANDS = {
    "mock": ["aweber-mockserver", "serve", "--scheme", "http", "--port", "0", "--admin-port", "0",
             "--print-json"],
    "run": ["aweber-conformance", "run", "token/basic", "--driver", "reference", "--seed", "7", "-j", "1"],
    "list": ["aweber-conformance", "list"],
    "client": ["aweber-client", "--help"],
}


def limit(what: int, most: int):
    def apply() -> None:
        resource.setrlimit(what, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return apply


def request(facts: str) -> None:
    """One request to the mock that said these; no answer is one, too."""
    host = urllib.parse.urlsplit(json.loads(facts)["base_url"]).netloc
    peer = http.client.HTTPConnection(host, timeout=PATIENCE)
    try:
        peer.request("GET", "/1.0/accounts")
        peer.getresponse().read()
    except TimeoutError:
        raise
    except (OSError, http.client.HTTPException):
        pass
    finally:
        peer.close()


def outcome(command: list, apply, **options) -> tuple:
    """(exit status, what it said last). A mock that can be used is asked once, and told to end."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", preexec_fn=apply, **options)
    try:
        first = process.stdout.readline() if "serve" in command else ""
        if first.startswith("{"):
            request(first)
            process.terminate()
        said = first + process.communicate(timeout=PATIENCE)[0]
    except (TimeoutError, subprocess.TimeoutExpired):
        process.kill()
        return None, "it did not answer or end: " + process.communicate()[0][-200:]
    if first.startswith("{") and process.returncode != 0:
        return None, f"it came up, and did not go on: {process.returncode}, {said[-200:]}"
    return process.returncode, said.strip()


def trials(programs: pathlib.Path, work: pathlib.Path):
    """(what is tried, command, limit, options of Popen)."""
    for name, words in COMMANDS.items():
        for megabytes in MEGABYTES:
            yield (f"{name} with {megabytes} MB", [str(programs / words[0]), *words[1:]],
                   limit(resource.RLIMIT_AS, megabytes << 20), {})
    options = {"cwd": work, "env": {**os.environ, "HOME": str(work), "TMPDIR": str(work)}}
    if os.geteuid() == 0:  # another user may not read where the programs are
        for program in PROGRAMS:
            shutil.copy(programs / program, work / program)
        work.chmod(0o777)
        programs = work
        options.update(user=USER, group=USER, extra_groups=[])
    for name, words in COMMANDS.items():
        for threads in THREADS:
            yield (f"{name} with {threads} threads", [str(programs / words[0]), *words[1:]],
                   limit(resource.RLIMIT_NPROC, threads), options)


def main() -> int:
    programs = pathlib.Path(sys.argv[1]).resolve()
    tried = bad = refused = 0
    with tempfile.TemporaryDirectory(prefix="starved-") as work:
        for what, command, apply, options in trials(programs, pathlib.Path(work)):
            status, said = outcome(command, apply, **options)
            tried += 1
            refused += bool(status)
            # 127: the loader had no room for the program's libraries, before any of its own code.
            if status is not None and 0 <= status < 127 and said or status == 127:
                continue
            bad += 1
            print(f"FAIL {what}: exit status {status}: {said[-200:]!r}")
    print(f"{tried} starved programs, {refused} of them could not work and said so, {bad} complaints")
    return 1 if bad or not refused else 0


if __name__ == "__main__":
    sys.exit(main())
