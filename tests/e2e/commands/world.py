"""The world around the three programs: standard streams, folders, PATH, HOME, terminals, signals."""

from commands.row import Row

RUN = "aweber-conformance run callback/ok --driver reference --seed 7 "
# A command of each program that prints something, by its name.
PRINTS = {
    "conformance list": "aweber-conformance list", "conformance explain": "aweber-conformance explain callback/ok",
    "conformance explain check": "aweber-conformance explain cb-state-mismatch",
    "conformance doctor": "aweber-conformance doctor", "conformance schema": "aweber-conformance schema scenario",
    "conformance schemas": "aweber-conformance schema",
    "conformance completion": "aweber-conformance completion bash", "conformance help": "aweber-conformance --help",
    "conformance version": "aweber-conformance --version", "conformance help word": "aweber-conformance help run",
    "conformance man": "aweber-conformance man",
    "conformance init": "aweber-conformance init folder --language python --ci none",
    "conformance lint": "mock && curl -sS -o /dev/null $(fact base_url)/oauth2/token -d grant_type=x && aweber-conformance lint $(fact admin_url | sed s,/api/v1,,)",
    "conformance run": RUN, "conformance run json": RUN + "--report json",
    "conformance report": RUN + "--report ndjson=r >/dev/null; aweber-conformance report r",
    "conformance compare": RUN + "--report ndjson=r >/dev/null; aweber-conformance compare r r",
    "conformance badge": RUN + "--report ndjson=r >/dev/null; aweber-conformance badge r",
    "conformance baseline": RUN + "--report ndjson=r >/dev/null; aweber-conformance baseline update --from r --baseline b",
    "mockserver scenarios": "aweber-mockserver scenarios",
    "mockserver scenarios json": "aweber-mockserver scenarios --format json",
    "mockserver explain": "aweber-mockserver explain callback/ok", "mockserver help": "aweber-mockserver --help",
    "mockserver help serve": "aweber-mockserver serve --help", "mockserver version": "aweber-mockserver --version",
    "mockserver validate": "aweber-mockserver validate $SRC/scenarios",
    "mockserver completion": "aweber-mockserver completion zsh", "mockserver man": "aweber-mockserver man",
    "mockserver serve": "aweber-mockserver serve --port 0 --admin-port 0",
    "mockserver serve json": "aweber-mockserver serve --port 0 --admin-port 0 --print-json",
    "client help": "aweber-client --help", "client version": "aweber-client --version",
    "conformance explore": "aweber-conformance explore --driver reference --sequences 3 --seed 7",
    "client driver": "echo '{\"id\":1,\"op\":\"hello\",\"v\":1}' | aweber-client driver",
    "client completion": "aweber-client completion fish", "client man": "aweber-client man",
}


def full(name: str, command: str) -> Row:
    """Into a full disk: a message and a status that is not 0."""
    return Row(f"full: {name}", f"{command} >/dev/full; status=$?; [ -z \"$MOCK_PID\" ] || stop; [ $status != 0 ]", 0,
               ("No space left on device",), ("internal error", "terminate called", "Aborted"))


def closed(name: str, command: str) -> Row:
    """Into a closed standard output: the same."""
    return Row(f"closed: {name}", f"{command} >&-; status=$?; [ -z \"$MOCK_PID\" ] || stop; [ $status != 0 ]", 0,
               ("cannot write",), ("internal error", "terminate called", "Aborted"))


def head(name: str, command: str) -> Row:
    """To a reader that takes one line and goes: no word of it."""
    return Row(f"head: {name}", f"({command}) | head -n 1", 0, (),
               ("cannot write", "internal error", "terminate called", "Broken pipe"))


HANGS = '--driver "/usr/bin/python3 $SRC/tests/testdata/drivers/wrap.py hang-marked $BIN/aweber-client driver"'

ROWS = [
    *[full(name, command) for name, command in PRINTS.items()],
    *[closed(name, command) for name, command in PRINTS.items()],
    *[head(name, command) for name, command in PRINTS.items() if "serve" not in name or "help" in name],
    # Closed and silent input.
    Row("run with closed input", RUN + "<&-", 0, ("1 case: 1 pass",)),
    Row("serve with closed input", "mock <&- && walk && stop", 0, ("walked 200",)),
    Row("list with closed error output", "aweber-conformance list callback/ok 2>&-", 0, ("callback/ok",)),
    Row("a mistake with closed error output", "aweber-conformance rnu 2>&-", 2),
    # Names, folders, PATH, HOME.
    Row("spaces and letters in names",
        RUN + "--report html='ein Ordner mit Ümlaut/r ö.html' --report ndjson='ein Ordner mit Ümlaut/r.ndjson' && "
        "aweber-conformance report 'ein Ordner mit Ümlaut/r.ndjson'", 0, ("1 case: 1 pass",)),
    Row("a driver in a folder with spaces",
        "cp $SRC/tests/testdata/drivers/wrap.py 'ein Ordner mit Ümlaut/w.py'; aweber-conformance run callback/ok "
        "--driver \"/usr/bin/python3 'ein Ordner mit Ümlaut/w.py' none $BIN/aweber-client driver\"", 0,
        ("1 case: 1 pass",)),
    Row("programs in a folder with spaces",
        "ln -s $BIN/* 'ein Ordner mit Ümlaut/'; './ein Ordner mit Ümlaut/aweber-conformance' run callback/ok "
        "--driver reference", 0, ("1 case: 1 pass",)),
    Row("from another folder", "cd / && " + RUN, 0, ("1 case: 1 pass",)),
    Row("from a folder that is gone", "mkdir gone && cd gone && rmdir ../gone && " + RUN, 0, ("1 case: 1 pass",)),
    Row("no HOME", "unset HOME; " + RUN, 0, ("1 case: 1 pass",)),
    Row("client without HOME", "unset HOME; aweber-client accounts", 2, ("--store",)),
    Row("no environment", "env -i $BIN/aweber-conformance run callback/ok --driver reference", 0, ("1 case: 1 pass",)),
    Row("no PATH", "PATH= $BIN/aweber-conformance run callback/ok --driver reference", 0, ("1 case: 1 pass",)),
    Row("TMPDIR that is not there", "TMPDIR=/nope " + RUN, 3, ("/nope",)),
    Row("a folder that may not be written",
        "chmod 500 folder; as_nobody env TMPDIR=/tmp "
        "aweber-conformance list --checks >folder/x; chmod 700 folder; exit 0", 0),
    Row("a report into a folder that may not be written",
        "chmod 755 .; mkdir -m 555 shut; as_nobody env TMPDIR=/tmp $BIN/aweber-conformance "
        "run callback/ok --driver reference --report json=shut/r.json", 2, ("shut/r.json: Permission denied",)),
    Row("a ready-file into a folder that may not be written",
        "chmod 755 .; mkdir -m 555 shut; as_nobody env TMPDIR=/tmp $BIN/aweber-mockserver "
        "serve --port 0 --admin-port 0 --ready-file shut/r.json", 2, ("shut/r.json",)),
    Row("a store that may not be written",
        "chmod 755 .; mkdir -m 555 shut; as_nobody $BIN/aweber-client status --client-id a "
        "--store shut/s", 3),
    # Terminals.
    Row("plain when piped", RUN, 0, ("1 case: 1 pass",), ("\033",)),
    Row("colours on a terminal", f"TERM=xterm script -qec '{RUN}' /dev/null", 0, ("\033[",), ()),
    Row("a dumb terminal is plain", f"TERM=dumb script -qec '{RUN}' /dev/null", 0, ("1 case: 1 pass",), ("\033", )),
    Row("NO_COLOR is plain", f"TERM=xterm NO_COLOR=1 script -qec '{RUN}' /dev/null", 0, ("1 case: 1 pass",), ("\033[3",)),
    Row("colours where asked for", RUN + "--color always", 0, ("\033[",), ()),
    # Several at once.
    Row("two runs at once", f"({RUN} >one) & {RUN} >two; status=$?; wait $! && cat one two; exit $status", 0,
        ("1 case: 1 pass",)),
    # Ctrl-C, at each phase; tests/e2e/runner_test.cc has the first moments and the reports.
    Row("Ctrl-C while the driver starts",
        "signal_when INT started aweber-conformance run callback/ok --shell --driver 'touch started; exec sleep 60' "
        "--report json=r.json; status=$?; cat r.json; exit $status", 130, ("not-run", "interrupted")),
    Row("Ctrl-C in the preflight", f"signal_when INT hung aweber-conformance run callback/ok {HANGS}", 130,
        ("interrupted: this report is partial",)),
    Row("Ctrl-C in a case", f"signal_when INT hung aweber-conformance run callback/ok --no-preflight {HANGS}", 130,
        ("interrupted: this report is partial",)),
    Row("SIGTERM in a case", f"signal_when TERM hung aweber-conformance run callback/ok --no-preflight {HANGS}", 130,
        ("interrupted: this report is partial",)),
    Row("Ctrl-C leaves a saved run", f"signal_when INT hung aweber-conformance run callback/ok --no-preflight {HANGS} "
        "--report ndjson=r.ndjson; aweber-conformance report r.ndjson", 130, ("1 not-run",)),
    Row("Ctrl-C of the mock", "mock --ready-file r && kill -INT $MOCK_PID; wait $MOCK_PID; echo ended $?; ls r", 2,
        ("ended 0",)),
]
