"""aweber-conformance: words, files, selections, reports, baselines."""

from commands.row import Row

RUN = "aweber-conformance run callback/ok --driver reference --seed 7 "
SAVED = RUN + "--report ndjson=run.ndjson && "
REFUSES = ('"/usr/bin/python3 $SRC/tests/testdata/drivers/wrap.py refuse-all '
           '$BIN/aweber-client driver"')
FAILED = (f"aweber-conformance run callback/ok --no-preflight --driver {REFUSES} "
          "--report ndjson=run.ndjson >/dev/null; ")
HANGS = '"/usr/bin/python3 $SRC/tests/testdata/drivers/hostile.py hang"'

SHOUTS = ("aweber-conformance run callback/ok --no-preflight --driver "
          '"/usr/bin/python3 $SRC/tests/testdata/drivers/wrap.py shout $BIN/aweber-client driver" '
          "--report html=run.html --report markdown=run.md --report pretty=run.txt --report ndjson=run.ndjson")

ROWS = [
    # Words.
    Row("no command", "aweber-conformance", 2, ("a command is missing; one of: run, list, explain",)),
    Row("a misspelt command", "aweber-conformance rnu", 2, ("there is no command 'rnu'; did you mean 'run'?",)),
    Row("a flag first", "aweber-conformance --driver x", 2, ("the command is missing before --driver",)),
    Row("half a command", "aweber-conformance baseline", 2, ("a command is missing; one of: update",)),
    Row("an unknown flag", "aweber-conformance run --drvier x", 2, ("--drvier",)),
    Row("help", "aweber-conformance help", 0, ("run", "explain", "Exit status")),
    Row("help of a command", "aweber-conformance help baseline update", 0, ("--from",)),
    Row("help of no command", "aweber-conformance help rnu", 2, ("there is no command 'rnu'; did you mean 'run'?",)),
    Row("help names defaults", "aweber-conformance run --help", 0,
        ("(default 30)", "(default aweber)", "(default 1)", "(default 10)", "(default https)")),
    Row("version", "aweber-conformance --version", 0, ("aweber-conformance ",)),
    # Selections.
    Row("a folder of scenarios", "aweber-conformance run callback --driver reference", 4,
        ("did you mean 'callback/**'?",)),
    Row("a pattern of nothing", "aweber-conformance run callback/okk --driver reference", 4,
        ("matches no scenario; did you mean 'callback/ok'?",)),
    Row("a tag of nothing", "aweber-conformance list --tag nope", 4, ("tag 'nope' matches no scenario",)),
    Row("checks of a tag of nothing", "aweber-conformance list --checks --tag nope", 4,
        ("tag 'nope' matches no scenario",)),
    Row("checks of a selection", "aweber-conformance list callback/ok --checks", 0, ("cb-",), ("rv-503",)),
    Row("a shard of none", "aweber-conformance list --shard 3/2", 2, ("3/2",)),
    Row("failed from what passed", SAVED + "aweber-conformance run --failed-from run.ndjson --driver reference", 4,
        ("everything passed in run.ndjson",)),
    Row("explain nothing", "aweber-conformance explain cb-stat-mismatch", 2, ("did you mean 'cb-state-mismatch'?",)),
    # Drivers.
    Row("no driver", "aweber-conformance run callback/ok", 2, ("no client to test: give --driver COMMAND",)),
    Row("an empty driver", "aweber-conformance run callback/ok --driver \"$UNSET\"", 2,
        ("--driver: the command is empty", "--driver reference")),
    Row("a driver that is a folder", "aweber-conformance run callback/ok --driver /tmp", 2,
        ("--driver: /tmp is a folder",)),
    Row("a driver that is not there", "aweber-conformance run callback/ok --driver ./nope", 3,
        ("preflight failed", "./nope", "check the paths")),
    Row("a driver that is no program", "aweber-conformance run callback/ok --driver ./binary", 3,
        ("preflight failed", "make the program executable")),
    Row("a driver with an open quote", "aweber-conformance run callback/ok --driver \"'x\"", 2, ("--driver:",)),
    Row("an unknown kind", "aweber-conformance run callback/ok --driver x --driver-kind webap", 2,
        ("webap", "webapp")),
    Row("a kind without its configuration", "aweber-conformance run callback/ok --driver x --driver-kind webapp", 2,
        ("--driver-config",)),
    Row("a configuration that is a folder",
        "aweber-conformance run callback/ok --driver-kind webapp --driver-config folder", 2, ("folder",)),
    Row("a configuration that is empty",
        "aweber-conformance run callback/ok --driver-kind webapp --driver-config empty", 2, ("empty",)),
    Row("a configuration that is binary",
        "aweber-conformance run callback/ok --driver-kind webapp --driver-config binary", 2, ("binary",)),
    Row("a client that hangs in one case is to blame",
        "aweber-conformance run callback/ok callback/state-mismatch token/html-200 --driver "
        '"/usr/bin/python3 $SRC/tests/testdata/drivers/wrap.py hang-on-page $BIN/aweber-client driver" --list', 1,
        ("The client hangs while taking the callback.", "1 fail")),
    Row("a client that ends in one case is to blame",
        "aweber-conformance run callback/ok token/html-200 --driver "
        '"/usr/bin/python3 $SRC/tests/testdata/drivers/wrap.py end-on-page $BIN/aweber-client driver" --list', 1,
        ("The client's program ends while taking the callback.", "1 fail", "exit status 7")),
    # Numbers.
    Row("a seed that is no number", "aweber-conformance run callback/ok --driver reference --seed x", 2,
        ("--seed: must be a whole number, not 'x'",)),
    Row("seed 0 is drawn", RUN.replace("--seed 7", "--seed 0") + "--report json=r.json; grep '\"seed\"' r.json", 0,
        ("\"seed\": ",), ("\"seed\": 0,",)),
    Row("no jobs", RUN + "-j 0", 2, ("--jobs",)),
    # Reports.
    Row("two reports to one file", RUN + "--report json=r.x --report junit=./r.x", 2,
        ("--report json and junit both go to ./r.x",)),
    Row("two reports to standard output", RUN + "--report json --report junit", 2,
        ("both go to standard output",)),
    Row("github beside pretty", RUN + "--report github --report pretty", 0, ("1 case: 1 pass",)),
    Row("github beside pretty tells failures",
        f"aweber-conformance run callback/ok --no-preflight --driver {REFUSES} --report pretty --report github", 1,
        ("::error", "problem")),
    Row("an unknown format", RUN + "--report jnuit", 2, ("did you mean 'junit'?",)),
    Row("a report without a file", RUN + "--report json=", 2, ("names no file after '='",)),
    Row("a report into no folder", RUN + "--report json=nope/r.json", 2, ("No such file or directory",)),
    Row("a report into a folder", RUN + "--report json=folder", 2, ("Is a directory",)),
    Row("report of a good run", SAVED + "aweber-conformance report run.ndjson", 0, ("1 case: 1 pass",)),
    Row("report of a failed run", FAILED + "aweber-conformance report run.ndjson", 1, ("1 case: 1 fail",)),
    Row("report over its own file", SAVED + "aweber-conformance report run.ndjson --report html=run.ndjson", 2,
        ("run.ndjson is the saved run itself",)),
    Row("two renderings to one file",
        SAVED + "aweber-conformance report run.ndjson --report html=x --report tap=x", 2, ("both go to x",)),
    Row("report of a cut file", SAVED + "head -n 2 run.ndjson >cut && aweber-conformance report cut", 2,
        ("cut:2: the run ends here without a run-finished event",)),
    Row("report of what is whole", SAVED + "head -n 2 run.ndjson >cut && aweber-conformance report cut --partial", 0,
        ("the run was cut short",)),
    Row("report of an empty file", "aweber-conformance report empty", 2, ("empty: is empty",)),
    Row("report of a folder", "aweber-conformance report folder", 2, ("folder", "directory")),
    Row("report of a binary file", "aweber-conformance report binary", 2,
        ("binary: neither an ndjson nor a json report",)),
    Row("report of no file", "aweber-conformance report nope", 2, ("nope", "No such file")),
    Row("report of another's JSON", "echo '{\"a\": 1}' >a.json; aweber-conformance report a.json", 2,
        ("not a json report: it has no \"cases\"",)),
    Row("report of a newer version",
        SAVED + "sed 's/\"version\":1/\"version\":9/' run.ndjson >new && aweber-conformance report new", 2,
        ("new:1: the run was saved by a newer program",)),
    Row("compare with itself", SAVED + "aweber-conformance compare run.ndjson run.ndjson", 0, ("0 new",)),
    Row("compare with worse", SAVED + "cp run.ndjson old; " + FAILED + "aweber-conformance compare old run.ndjson", 1,
        ("worse",)),
    Row("compare of no file", SAVED + "aweber-conformance compare run.ndjson nope", 2, ("nope", "No such file")),
    Row("compare into one file twice",
        SAVED + "aweber-conformance compare run.ndjson run.ndjson --report html=x --report json=x", 2,
        ("both go to x",)),
    Row("badge of a binary file", "aweber-conformance badge binary", 2, ("binary",)),
    # What a driver says is text, and shortened.
    Row("a driver that shouts",
        SHOUTS + "; ls -l run.html run.md; cat run.txt; size() { wc -c <$1; }; "
        "[ $(size run.html) -lt 400000 ] && [ $(size run.md) -lt 65000 ] && [ $(size run.txt) -lt 6000 ] && "
        "! grep -q '<script>alert' run.html && grep -q '&lt;script&gt;alert' run.html", 0,
        ("The client fails at taking the callback.",), ("\033", "internal error")),
    Row("a saved run of a driver that shouts", SHOUTS + " >/dev/null; aweber-conformance report run.ndjson", 1,
        ("1 case: 1 fail",), ("\033", "internal error")),
    Row("compare what selected other cases", SAVED + "aweber-conformance run token/basic --driver reference --report "
        "ndjson=b.ndjson >/dev/null; aweber-conformance compare run.ndjson b.ndjson", 2,
        ("the runs selected different cases", "--partial")),
    Row("compare what both selected", SAVED + "aweber-conformance run token/basic callback/ok --driver reference "
        "--report ndjson=b.ndjson >/dev/null; aweber-conformance compare --partial run.ndjson b.ndjson", 0, ("0 new",)),
    # Baselines.
    Row("baseline update", FAILED + "aweber-conformance baseline update --from run.ndjson --baseline b.yaml && cat b.yaml",
        0, ("wrote b.yaml", "callback/ok")),
    Row("baseline into no folder", "aweber-conformance baseline update --driver reference --baseline nope/b.yaml", 2,
        ("--baseline nope/b.yaml: cannot be written: No such file or directory",)),
    Row("baseline into a folder", "aweber-conformance baseline update --driver reference --baseline folder", 2,
        ("--baseline folder: cannot be written: Is a directory",)),
    Row("baseline without a file", "aweber-conformance baseline update --driver reference", 2,
        ("--baseline FILE is missing",)),
    Row("baseline leaves broken cases out",
        "aweber-conformance baseline update callback/ok --no-preflight --max-restarts 0 --driver "
        '"/usr/bin/python3 $SRC/tests/testdata/drivers/hostile.py crash" --baseline b.yaml', 3,
        ("wrote b.yaml", "left out, because they could not be played", "callback/ok")),
    Row("a baseline that is binary", RUN + "--baseline binary", 2, ("binary",)),
    # Scenarios of one's own.
    Row("own scenarios in .yml", "echo 'id: a' >folder/a.yml; aweber-conformance list --scenarios folder", 2,
        ("a.yml: a scenario's file ends in .yaml; rename it",)),
    Row("own scenario with an unknown check",
        "printf 'id: own\\ntitle: t\\nwhy: w\\nsteps: [authorize]\\nexpect: {client: {authorize: ok}, "
        "checks: [cb-nope]}\\n' >folder/own.yaml; aweber-conformance list --scenarios folder", 2,
        ("there is no check 'cb-nope'",)),
    Row("own scenario with another id",
        "printf 'id: other\\ntitle: t\\nwhy: w\\nsteps: [authorize]\\nexpect: {client: {authorize: ok}}\\n' "
        ">folder/own.yaml; aweber-conformance list --scenarios folder", 2, ("other",)),
    Row("own scenarios from a file", "aweber-conformance list --scenarios empty", 2, ("empty",)),
    # Other commands.
    Row("lint of an empty file", "aweber-conformance lint empty", 2, ("empty: is empty",)),
    Row("lint of a binary file", "aweber-conformance lint binary", 2, ("binary: ",)),
    Row("lint of a folder", "aweber-conformance lint folder", 2, ("folder",)),
    Row("lint of nobody", "aweber-conformance lint http://127.0.0.1:1", 2, ("127.0.0.1:1",)),
    Row("schema of nothing", "aweber-conformance schema sceanrio", 2, ("scenario",)),
    Row("completion of no shell", "aweber-conformance completion tcsh", 2, ("bash",)),
    Row("init in no folder", "aweber-conformance init nope", 2, ("nope",)),
    Row("settings that are not there", RUN + "--settings nope.yaml", 2, ("nope.yaml",)),
    Row("settings with an unknown key", "echo 'drivr: x' >aweber-conformance.yaml; aweber-conformance run callback/ok", 2,
        ("aweber-conformance.yaml:1:1", "did you mean \"driver\"?")),
]
