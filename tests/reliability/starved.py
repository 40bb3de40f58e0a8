"""Programs with too little memory: they end with a word and an exit status, or do their work; no signal
ends them, and nothing hangs.

usage: starved.py BIN
"""

import pathlib
import resource
import subprocess
import sys

# Of address space. Below 20 the libraries' own initialisers have no room: they abort before any code of
# these programs (a thrown bad_alloc finds no memory for itself in libyaml-cpp's constructors).
MEGABYTES = (20, 24, 32, 40, 48, 64, 80, 96, 112, 128, 160, 192, 224, 256, 300)
PATIENCE = 120  # seconds: a busy machine, not a measure
COMMANDS = {
    "mock": ["aweber-mockserver", "serve", "--scheme", "http", "--port", "0", "--admin-port", "0",
             "--print-json"],
    "run": ["aweber-conformance", "run", "token/basic", "--driver", "reference", "--seed", "7", "-j", "1"],
    "lint": ["aweber-conformance", "list"],
    "client": ["aweber-client", "--help"],
}


def limit(megabytes: int):
    def apply() -> None:
        resource.setrlimit(resource.RLIMIT_AS, (megabytes << 20, megabytes << 20))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    return apply


def outcome(command: list, megabytes: int) -> tuple:
    """(exit status, what it said last). A mock that can be used is told to end."""
    process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                               errors="replace", preexec_fn=limit(megabytes))
    try:
        first = process.stdout.readline() if "serve" in command else ""
        if first.startswith("{"):
            process.terminate()
        said = first + process.communicate(timeout=PATIENCE)[0]
    except subprocess.TimeoutExpired:
        process.kill()
        return None, "it did not end: " + process.communicate()[0][-200:]
    return process.returncode, said.strip()


def main() -> int:
    programs = pathlib.Path(sys.argv[1]).resolve()
    tried = bad = refused = 0
    for name, words in COMMANDS.items():
        for megabytes in MEGABYTES:
            status, said = outcome([str(programs / words[0]), *words[1:]], megabytes)
            tried += 1
            refused += bool(status)
            # 127: the loader had no room for the program's libraries, before any of its own code.
            if status is not None and 0 <= status < 127 and said or status == 127:
                continue
            bad += 1
            print(f"FAIL {name} with {megabytes} MB: exit status {status}: {said[-200:]!r}")
    print(f"{tried} starved programs, {refused} of them could not work and said so, {bad} complaints")
    return 1 if bad or not refused else 0


if __name__ == "__main__":
    sys.exit(main())
