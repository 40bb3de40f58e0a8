"""Command lines as people type them, right and wrong: for each the exit status and the words that must
be there. The tables are in commands/*.py; each row is played by /bin/sh in a folder of its own.

    tests/e2e/commands_test.py PATH-OF-THE-PROGRAMS [WORDS-OF-A-ROW'S-NAME]...
"""

import concurrent.futures
import os
import pathlib
import signal
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from commands import client, mockserver, runner, world  # noqa: E402

TABLES = {"runner": runner.ROWS, "mockserver": mockserver.ROWS, "client": client.ROWS,
          "world": world.ROWS}
LIMIT = 120  # seconds for one row


def fixtures(place: pathlib.Path) -> None:
    """What rows name: $T/empty, $T/binary, $T/folder, and names with spaces and letters."""
    (place / "empty").write_text("")
    (place / "binary").write_bytes(bytes(range(256)) * 16)
    (place / "folder").mkdir()
    (place / "ein Ordner mit Ümlaut").mkdir()


def play(row, programs: pathlib.Path) -> str:
    """What is wrong with the row, or ""."""
    with tempfile.TemporaryDirectory(prefix="commands-") as name:
        place = pathlib.Path(name)
        fixtures(place)
        environment = {"PATH": f"{programs}:/usr/local/bin:/usr/bin:/bin", "HOME": str(place), "LANG": "C.UTF-8",
                       "TMPDIR": str(place / "folder"), "T": str(place), "BIN": str(programs),
                       "SRC": str(HERE.parent.parent)}
        script = f". '{HERE}/commands/prelude.sh'\n{row.command}"
        # Into a file: what a row leaves running may hold a pipe open.
        with open(place / ".said", "w+b") as out:
            shell = subprocess.Popen(["/bin/sh", "-c", script], cwd=place, env=environment,
                                     stdin=subprocess.DEVNULL, stdout=out, stderr=out,
                                     start_new_session=True)
            wrong = []
            try:
                status = shell.wait(LIMIT)
                if status != row.status:
                    wrong.append(f"exit status {status}, not {row.status}")
            except subprocess.TimeoutExpired:
                wrong.append(f"still ran after {LIMIT} s")
            try:
                os.killpg(shell.pid, signal.SIGKILL)
            except ProcessLookupError:
                pass
            shell.wait()
            out.seek(0)
            said = out.read().decode(errors="replace")
        wrong += [f"does not say {words!r}" for words in row.says if words not in said]
        wrong += [f"says {words!r}" for words in row.never if words in said]
        return "" if not wrong else "; ".join(wrong) + "\n    $ " + row.command + "\n" + said[-1500:]


def main() -> int:
    programs = pathlib.Path(sys.argv[1]).resolve()
    words = sys.argv[2:]
    rows = [(f"{table}: {row.name}", row) for table, all_rows in TABLES.items() for row in all_rows]
    rows = [(name, row) for name, row in rows if not words or any(word in name for word in words)]
    names = [name for name, _ in rows]
    assert len(set(names)) == len(names), "two rows have one name"
    bad = 0
    with concurrent.futures.ThreadPoolExecutor(os.cpu_count()) as pool:
        for name, problem in zip(names, pool.map(lambda pair: play(pair[1], programs), rows)):
            if problem:
                bad += 1
                print(f"{name}: {problem}\n", flush=True)
    print(f"command lines: {len(rows)} rows, {bad} bad")
    return 1 if bad or not rows else 0


if __name__ == "__main__":
    sys.exit(main())
