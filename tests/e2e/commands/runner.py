"""aweber-conformance: words, files, selections, reports, baselines."""

import json

from commands.row import Row

RUN = "aweber-conformance run callback/ok --driver reference --seed 7 "
SAVED = RUN + "--report ndjson=run.ndjson && "
REFUSES = ('"/usr/bin/python3 $SRC/tests/testdata/drivers/wrap.py refuse-all '
           '$BIN/aweber-client driver"')
FAILED = (f"aweber-conformance run callback/ok --no-preflight --driver {REFUSES} "
          "--report ndjson=run.ndjson >/dev/null; ")
HANGS = '"/usr/bin/python3 $SRC/tests/testdata/drivers/hostile.py hang"'

CONFIGURED = ("printf 'command: \"true\"\\n' >c.yaml; aweber-conformance run callback/ok --driver-kind {} "
              "--driver-config c.yaml")
WEBAPP = ("command: sleep 99\\nurl: http://127.0.0.1:${port}\\nconnect: [{open: /}]\\nsuccess: {text: ok}\\n")
PROCESS = ("login: {command: echo login, kind: prompt}\\ncall: {command: echo call}\\nstore: [.cli]\\n")
HAR = json.dumps({"log": {"version": "1.2", "entries": [{
    "startedDateTime": "2026-01-01T00:00:00Z", "time": 1,
    "request": {"method": "POST", "url": "https://auth.aweber.com/oauth2/token", "httpVersion": "HTTP/1.1",
                "headers": [{"name": "Content-Type", "value": "application/x-www-form-urlencoded"}],
                "postData": {"mimeType": "application/x-www-form-urlencoded",
                             "text": "grant_type=authorization_code&code=c&client_id=a&client_secret="}},
    "response": {"status": 200, "headers": [], "content": {}}}]}})

SHOUTS = ("aweber-conformance run callback/ok --no-preflight --driver "
          '"/usr/bin/python3 $SRC/tests/testdata/drivers/wrap.py shout $BIN/aweber-client driver" '
          "--report html=run.html --report markdown=run.md --report pretty=run.txt --report ndjson=run.ndjson")

ROWS = [
    # Words.
    Row("no command", "aweber-conformance", 2,
        ("aweber-conformance init", "run --driver reference", "All commands: aweber-conformance --help")),
    Row("a misspelt command", "aweber-conformance rnu", 2, ("there is no command 'rnu'; did you mean 'run'?",)),
    Row("a flag first", "aweber-conformance --driver x", 2, ("the command is missing before --driver",)),
    Row("half a command", "aweber-conformance baseline", 2, ("a command is missing; one of: update",)),
    Row("an unknown flag", "aweber-conformance run --drvier x", 2, ("--drvier: did you mean --driver?",)),
    Row("an unknown flag with a value", "aweber-conformance list --tags=pkce", 2, ("--tags: did you mean --tag?",)),
    Row("a flag of another program", RUN + "--verbose", 2, ("--verbose", "Run with --help")),
    Row("help", "aweber-conformance help", 0, ("run", "explain", "Exit status")),
    Row("help of a command", "aweber-conformance help baseline update", 0, ("--from",)),
    Row("help of no command", "aweber-conformance help rnu", 2, ("there is no command 'rnu'; did you mean 'run'?",)),
    Row("help names defaults", "aweber-conformance run --help", 0,
        ("(default 30)", "(default aweber)", "(default 1)", "(default 10)", "(default https)")),
    Row("version", "aweber-conformance --version", 0, ("aweber-conformance ",)),
    # Selections.
    Row("a folder of scenarios", "aweber-conformance run callback --driver reference", 4,
        ("did you mean 'callback/**'?",)),
    Row("the end of an id", "aweber-conformance run state-mismatch --driver reference", 4,
        ("did you mean 'callback/state-mismatch'?",)),
    Row("a pattern with a slash before", "aweber-conformance list /callback/ok", 4, ("did you mean 'callback/ok'?",)),
    Row("a built-in scenario by its path", "aweber-conformance run scenarios/callback/ok.yaml --driver reference", 2,
        ("did you mean the built-in scenario 'callback/ok'?",)),
    Row("a skip of nothing", "aweber-conformance run 'callback/*' --skip nope --driver reference", 4,
        ("--skip 'nope' matches no scenario",)),
    Row("a profile in other letters", RUN + "--profile AWeber", 2, ("--profile", "aweber")),
    Row("a pattern of nothing", "aweber-conformance run callback/okk --driver reference", 4,
        ("matches no scenario; did you mean 'callback/ok'?",)),
    Row("a tag of nothing", "aweber-conformance list --tag nope", 4, ("tag 'nope' matches no scenario",)),
    Row("checks of a tag of nothing", "aweber-conformance list --checks --tag nope", 4,
        ("tag 'nope' matches no scenario",)),
    Row("checks of a selection", "aweber-conformance list callback/ok --checks", 0, ("tk-code-exact",), ("rv-503",)),
    Row("a shard of none", "aweber-conformance list --shard 3/2", 2, ("3/2",)),
    Row("failed from what passed", SAVED + "aweber-conformance run --failed-from run.ndjson --driver reference", 4,
        ("everything passed in run.ndjson",)),
    Row("explain what is none of these", "aweber-conformance explain problem", 2,
        ("`list` names scenarios, `list --checks` checks",)),
    Row("explain nothing", "aweber-conformance explain cb-stat-mismatch", 2, ("did you mean 'cb-state-mismatch'?",)),
    # Drivers.
    Row("no driver", "aweber-conformance run callback/ok", 2, ("no client to test: give --driver COMMAND",)),
    Row("an empty driver", "aweber-conformance run callback/ok --driver \"$UNSET\"", 2,
        ("--driver: the command is empty", "--driver reference")),
    Row("a driver that is a folder", "aweber-conformance run callback/ok --driver /tmp", 2,
        ("--driver: /tmp is a folder",)),
    Row("a driver without quotes", "touch app.py; aweber-conformance run --driver python3 app.py", 4,
        ("quote the whole: --driver \"... app.py\"",)),
    Row("a driver that is no adapter", "aweber-conformance run callback/ok --driver 'echo hi'", 3,
        ("the program does not speak the driver protocol", "aweber-conformance init", "--driver-kind prompt")),
    Row("a driver with an assignment", "aweber-conformance run callback/ok --driver 'A=1 python3 app.py'", 2,
        ("--driver: A=1 is for a shell", "add --shell")),
    Row("a driver with a shell's word", "aweber-conformance run callback/ok --driver 'cd folder && ./driver'", 2,
        ("--driver: && is for a shell", "add --shell")),
    Row("a shell's word in quotes is none", "aweber-conformance run callback/ok --driver \"echo '&&'\"", 3,
        ("preflight failed",), ("--shell",)),
    Row("a driver with a syntax error", "echo 'x = ' >a.py; aweber-conformance run callback/ok --driver 'python3 a.py'", 3,
        ("the program has a syntax error",)),
    Row("a driver without its module", "echo 'import nope' >a.py; aweber-conformance run callback/ok --driver 'python3 a.py'",
        3, ("the Python module 'nope' is not installed",)),
    Row("a driver without its interpreter", "printf '#!/usr/bin/env nope\\n' >d; chmod +x d; "
        "aweber-conformance run callback/ok --driver ./d", 3, ("the interpreter that the program's first line names",)),
    Row("a driver that is not there", "aweber-conformance run callback/ok --driver ./nope", 3,
        ("preflight failed", "to start: ./nope", "check the paths; they are relative to the folder"),
        ("--no-preflight",)),
    Row("a template that is not filled in", "aweber-conformance init . --language python --ci none >/dev/null; "
        "aweber-conformance run", 3, ("the adapter is a template that is not filled in yet",
                                      "fill in the places that it marks with TODO")),
    Row("a driver that echoes", "aweber-conformance run callback/ok --driver cat", 3,
        ("the program does not speak the driver protocol",)),
    Row("a driver that is no program", "aweber-conformance run callback/ok --driver ./binary", 3,
        ("preflight failed", "make the program executable")),
    Row("a driver with an open quote", "aweber-conformance run callback/ok --driver \"'x\"", 2, ("--driver:",)),
    Row("an unknown kind", "aweber-conformance run callback/ok --driver x --driver-kind webap", 2,
        ("webap", "webapp")),
    Row("a configuration without its kind", "aweber-conformance run callback/ok --driver-config empty", 2,
        ("--driver-config empty: say for which kind", "--driver-kind prompt, webapp or process")),
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
    # A flag that the kind of driver would not look at.
    Row("a browser for an adapter", RUN + "--browser chromium", 2, ("--browser: is for --driver-kind webapp",)),
    Row("a WebDriver for an adapter", RUN + "--webdriver http://127.0.0.1:9", 2,
        ("--webdriver: is for --driver-kind webapp",)),
    Row("a proxy's host for an adapter", RUN + "--proxy-host www.example.com", 2,
        ("--proxy-host: is for --driver-kind prompt, webapp and process",)),
    Row("a shell for a configuration", f"{CONFIGURED.format('prompt')} --shell", 2, ("--shell: is for --driver",)),
    Row("a descriptor for a configuration", f"{CONFIGURED.format('prompt')} --driver-fd 3", 2,
        ("--driver-fd: is for --driver",)),
    # Configurations.
    Row("skips in the words of a prompt", "printf 'command: \"true\"\n' >c.yaml; aweber-conformance run refresh/manual "
        "--no-preflight --driver-kind prompt --driver-config c.yaml", 4,
        ("needs refresh", "this kind of driver cannot refresh", "nothing was played"), ("hello",)),
    Row("skips in the words of a web application", f"printf '{WEBAPP}' >c.yaml; aweber-conformance run revoke/ok "
        "--no-preflight --driver-kind webapp --driver-config c.yaml", 4,
        ("your configuration has no `revoke` (docs drivers)",), ("hello",)),
    Row("a web application without its url", "echo 'command: app' >c.yaml; aweber-conformance run callback/ok "
        "--driver-kind webapp --driver-config c.yaml", 2, ("c.yaml:1:1: the configuration needs the key \"url\"",)),
    Row("a web application with an unknown name", f"printf '{WEBAPP}' | sed 's/sleep 99/app ${{prot}}/' >c.yaml; "
        "aweber-conformance run callback/ok --driver-kind webapp --driver-config c.yaml", 2,
        ("did you mean ${port}?",)),
    Row("a web application that does not listen", f"printf '{WEBAPP}within: 1s\\n' >c.yaml; aweber-conformance run "
        "callback/ok --driver-kind webapp --driver-config c.yaml", 3,
        ("was not ready at", "let it listen on ${port} of 127.0.0.1, or give it longer by `within`")),
    Row("a step that is none", f"printf '{WEBAPP}' | sed 's/open:/clcik:/' >c.yaml; aweber-conformance run callback/ok "
        "--driver-kind webapp --driver-config c.yaml", 2,
        ("c.yaml:3:11: a step is exactly one of \"open\", \"follow\", \"follow_href\" and \"submit\"",)),
    Row("a page's requests of no operation", f"printf '{WEBAPP}call: {{requests: GET /acounts, steps: [{{open: /a}}]}}\\n' "
        ">c.yaml; aweber-conformance run callback/ok --driver-kind webapp --driver-config c.yaml", 2,
        ("\"GET /acounts\" is no request of AWeber's API; did you mean \"GET /accounts\"?",)),
    Row("a command's requests of no operation", f"printf '{PROCESS}' | sed 's|echo call|echo call, requests: GET "
        "/accounts/*/list|' >c.yaml; aweber-conformance run callback/ok --driver-kind process --driver-config c.yaml", 2,
        ("\"GET /accounts/*/list\" is no request of AWeber's API; did you mean \"GET /accounts/*/lists\"?",)),
    Row("a process without its store", f"printf '{PROCESS}' | grep -v store >c.yaml; aweber-conformance run callback/ok "
        "--driver-kind process --driver-config c.yaml", 2, ("the configuration needs the key \"store\"",)),
    Row("a process's store outside HOME", f"printf '{PROCESS}' | sed 's,[.]cli,/etc,' >c.yaml; aweber-conformance run "
        "callback/ok --driver-kind process --driver-config c.yaml", 2,
        ("\"store\" must be a path below HOME, such as \".my-cli\", not \"/etc\"",)),
    Row("a process's login of an unknown kind", f"printf '{PROCESS}' | sed 's/prompt/promt/' >c.yaml; "
        "aweber-conformance run callback/ok --driver-kind process --driver-config c.yaml", 2,
        ("did you mean \"prompt\"?",)),
    Row("a process's command for a shell", f"printf '{PROCESS}' | sed 's/echo login/cd x \\&\\& login/' >c.yaml; "
        "aweber-conformance run callback/ok --driver-kind process --driver-config c.yaml", 2,
        ("&& is for a shell, and the command is started without one; write /bin/sh -c",)),
    Row("a process that prints no link", f"printf '{PROCESS}' >c.yaml; aweber-conformance run callback/ok "
        "--driver-kind process --driver-config c.yaml", 3,
        ("printed no authorization URL", "the program prints no link to log in at")),
    Row("a prompt with an address of its own", "printf 'command: echo http://a.test/authorize?response_type=code\\n' "
        ">c.yaml; aweber-conformance run callback/ok --driver-kind prompt --driver-config c.yaml", 3,
        ("c: 1 case", "the program has an address of its own built in", "set `proxy: true`")),
    Row("a prompt with a client id of its own", "printf 'command: echo https://auth.aweber.com/oauth2/authorize?"
        "response_type=code&client_id=zzz\\n' >c.yaml; aweber-conformance run callback/ok --driver-kind prompt "
        "--driver-config c.yaml", 3,
        ("the program has the client id 'zzz' built in", "take the client id and secret that it is given")),
    Row("a prompt that is not there", "echo 'command: ./nope' >c.yaml; aweber-conformance run callback/ok "
        "--driver-kind prompt --driver-config c.yaml", 3, ("they are relative to the configuration's folder",)),
    # Numbers.
    Row("a seed that is no number", "aweber-conformance run callback/ok --driver reference --seed x", 2,
        ("--seed: must be a whole number, not 'x'",)),
    Row("seed 0 is drawn", RUN.replace("--seed 7", "--seed 0") + "--report json=r.json; grep '\"seed\"' r.json", 0,
        ("\"seed\": ",), ("\"seed\": 0,",)),
    Row("no jobs", RUN + "-j 0", 2, ("--jobs: must be from 1 to 64, not 0",)),
    Row("a misspelt word of a list", RUN + "--color alwyas", 2,
        ("--color: must be one of auto, always, never, not 'alwyas'; did you mean 'always'?",)),
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
    Row("a report with a colon", RUN + "--report html:r.html", 2, ("a file stands after '=': html=r.html",)),
    Row("a report with a space", RUN + "--report html r.html", 2, ("a file stands after '=': html=r.html",)),
    Row("a report without a file", RUN + "--report json=", 2, ("names no file after '='",)),
    Row("a report into no folder", RUN + "--report json=nope/r.json", 2, ("No such file or directory",)),
    Row("a report into a folder", RUN + "--report json=folder", 2, ("Is a directory",)),
    Row("report of a good run", SAVED + "aweber-conformance report run.ndjson", 0, ("1 case: 1 pass",)),
    Row("report's help says how it ends", "aweber-conformance report --help", 0, ("the exit status is the run's",)),
    Row("report of a failed run", FAILED + "aweber-conformance report run.ndjson", 1, ("1 case: 1 fail",)),
    Row("report over its own file", SAVED + "aweber-conformance report run.ndjson --report html=run.ndjson", 2,
        ("run.ndjson is the saved run itself",)),
    Row("two renderings to one file",
        SAVED + "aweber-conformance report run.ndjson --report html=x --report tap=x", 2, ("both go to x",)),
    Row("report of a cut file", SAVED + "head -n 2 run.ndjson >cut && aweber-conformance report cut", 2,
        ("cut:2: the run ends here without a run-finished event",)),
    Row("report of what is whole", SAVED + "head -n 2 run.ndjson >cut && aweber-conformance report cut --partial", 0,
        ("the run was cut short",)),
    Row("report of two runs in one file", SAVED + "cat run.ndjson run.ndjson >two; aweber-conformance report two", 2,
        ("two:4: a second run begins here",)),
    Row("report of its standard input", SAVED + "aweber-conformance report - <run.ndjson", 0, ("1 case: 1 pass",)),
    Row("report with a history that is not there", SAVED + "aweber-conformance report run.ndjson --history nope", 2,
        ("--history nope: there is no such directory",)),
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
    Row("compare of one", "aweber-conformance compare run.ndjson", 2, ("NEW is missing",)),
    Row("compare in a format of a run's", SAVED + "aweber-conformance compare run.ndjson run.ndjson --report junit", 2,
        ("the formats are pretty, markdown, html, json",)),
    Row("report of one shard twice", SAVED + "aweber-conformance report run.ndjson run.ndjson", 2,
        ("Give each shard once",)),
    Row("report of what is no shard", SAVED + RUN.replace("callback/ok", "token/basic") + "--report ndjson=b.ndjson "
        ">/dev/null; aweber-conformance report run.ndjson b.ndjson", 2, ("shard",)),
    Row("badge into one file twice", SAVED + "aweber-conformance badge run.ndjson --svg x --json x", 2,
        ("both go to x",)),
    Row("badge into no folder", SAVED + "aweber-conformance badge run.ndjson --svg nope/x.svg", 2,
        ("nope/x.svg: No such file or directory",)),
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
    Row("a baseline of a saved run and of a driver",
        SAVED + "aweber-conformance baseline update --from run.ndjson --driver reference --baseline b.yaml", 2,
        ("--from", "--driver")),
    Row("a baseline of a run that is not there", "aweber-conformance baseline update --from nope --baseline b.yaml", 2,
        ("cannot open nope",)),
    Row("baseline without a file", "aweber-conformance baseline update --driver reference", 2,
        ("--baseline FILE is missing",)),
    Row("baseline leaves broken cases out",
        "aweber-conformance baseline update callback/ok --no-preflight --max-restarts 1 --driver "
        '"/usr/bin/python3 $SRC/tests/testdata/drivers/hostile.py crash" --baseline b.yaml', 3,
        ("wrote b.yaml", "left out, because they could not be played", "callback/ok")),
    Row("a baseline of a run that was given up",
        "aweber-conformance baseline update callback/ok --no-preflight --max-restarts 0 --driver "
        '"/usr/bin/python3 $SRC/tests/testdata/drivers/hostile.py crash" --baseline b.yaml; status=$?; '
        "[ ! -e b.yaml ] && exit $status", 3, ("--baseline b.yaml: not written, since the run did not come to its end",)),
    Row("a baseline that is none", "echo 'id: x' >b.yaml; " + RUN + "--baseline b.yaml", 2,
        ("the baseline needs the key \"known_failures\"",)),
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
    Row("an own scenario by its path, with an unknown check",
        "printf 'id: own\\ntitle: t\\nwhy: w\\nsteps: [authorize]\\nexpect: {client: {authorize: ok}, "
        "checks: [cb-nope]}\\n' >own.yaml; aweber-conformance run own.yaml --driver reference", 2,
        ("own.yaml: there is no check 'cb-nope'",)),
    Row("own scenarios from a file", "aweber-conformance list --scenarios empty", 2, ("empty",)),
    # Exploring.
    Row("explore without a driver", "aweber-conformance explore", 2, ("no client to test: give --driver COMMAND",)),
    Row("explore with a driver that is not there", "aweber-conformance explore --driver ./nope", 3,
        ("nothing was explored", "check the paths"), ("nothing found",)),
    Row("explore with a flag that is none", "aweber-conformance explore --driver reference --seconds 5", 2,
        ("--seconds: there is no such flag",)),
    Row("explore with a pattern", "aweber-conformance explore callback/ok --driver reference", 2,
        ("'callback/ok' is one word too many",)),
    Row("explore into what is no folder", "aweber-conformance explore --driver reference --out empty", 2,
        ("--out empty: ",)),
    Row("explore for no time", "aweber-conformance explore --driver reference --time soon", 2, ("--time",)),
    Row("explore", "aweber-conformance explore --driver reference --sequences 3 --seed 7", 0, ("nothing found",)),
    # Other commands.
    Row("lint of an empty file", "aweber-conformance lint empty", 2, ("empty: is empty",)),
    Row("lint of a binary file", "aweber-conformance lint binary", 2, ("binary: ",)),
    Row("lint of a log", "echo 'GET /' >access.log; aweber-conformance lint access.log", 2,
        ("access.log: neither a HAR nor",)),
    Row("lint of a folder", "aweber-conformance lint folder", 2, ("folder",)),
    Row("lint of nobody", "aweber-conformance lint http://127.0.0.1:1", 2, ("127.0.0.1:1",)),
    Row("lint of a client with an empty secret", f"echo '{HAR}' >a.har; aweber-conformance lint a.har", 0, (),
        ("violation",)),
    Row("lint of a client that forgot its secret",
        f"echo '{HAR}' | sed 's/&client_secret=//' >a.har; aweber-conformance lint a.har", 1,
        ("a confidential client sent no credentials",)),
    Row("lint of a public client",
        f"echo '{HAR}' | sed 's/client_secret=/code_verifier={43 * 'v'}/' >a.har; aweber-conformance lint a.har", 0, (),
        ("no credentials",)),
    Row("init in a language that is none", "aweber-conformance init folder --language cobol", 2,
        ("--language cobol: there is no such language; one of: python,",)),
    Row("init of nothing known", "aweber-conformance init folder", 2, ("no project found", "--language")),
    Row("init twice", "aweber-conformance init folder --language python --ci none && "
        "aweber-conformance init folder --language python --ci none", 2,
        ("is there already; nothing was written. --force overwrites it",)),
    Row("doctor with a word", "aweber-conformance doctor all", 2, ("'all' is one word too many",)),
    Row("schema of nothing", "aweber-conformance schema sceanrio", 2, ("scenario",)),
    Row("completion of no shell", "aweber-conformance completion tcsh", 2, ("bash",)),
    Row("init in no folder", "aweber-conformance init nope", 2, ("nope",)),
    Row("settings that are not there", RUN + "--settings nope.yaml", 2, ("nope.yaml",)),
    Row("docs of nothing", "aweber-conformance docs driver", 2, ("there is no page 'driver'; did you mean 'drivers'?",)),
    Row("a page of the manual", "aweber-conformance docs drivers", 0, ("# Drivers", "--driver-dir")),
    Row("a driver of another folder's settings",
        "mkdir -p shop && echo 'driver: ./mine.sh' >shop/s.yaml && printf '#!/bin/sh\nexec aweber-client driver\n' >shop/mine.sh "
        "&& chmod +x shop/mine.sh; aweber-conformance run callback/ok --settings shop/s.yaml", 0, ("1 case: 1 pass",)),
    Row("a baseline of the settings that is not there",
        "printf 'driver: reference\nbaseline: known.yaml\n' >s.yaml; aweber-conformance run callback/ok --settings s.yaml", 2,
        ("s.yaml:2:11: baseline: cannot open known.yaml",)),
    Row("a pattern of the settings that matches nothing",
        "printf 'driver: reference\nselect: calback/ok\n' >s.yaml; aweber-conformance run --settings s.yaml", 4,
        ("s.yaml:2:9: select: pattern 'calback/ok' matches no scenario; did you mean 'callback/ok'?",)),
    Row("settings with nothing in them", "echo '# later' >s.yaml; " + RUN + "callback/ok --settings s.yaml", 0, ("1 pass",)),
    Row("a driver's folder that is not there", RUN + "callback/ok --driver-dir nope", 2, ("nope",)),
    Row("a driver's folder for a web application",
        "aweber-conformance run --driver-kind webapp --driver-config x.yaml --driver-dir .", 2,
        ("--driver-dir: is for --driver",)),
    Row("settings with an unknown key", "echo 'drivr: x' >aweber-conformance.yaml; aweber-conformance run callback/ok", 2,
        ("aweber-conformance.yaml:1:1", "did you mean \"driver\"?")),
]
