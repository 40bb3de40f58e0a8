"""aweber-mockserver: words, files, ports, what it says of itself, and its admin API."""

from commands.row import Row

OWN = "printf 'id: {id}\\ntitle: t\\nwhy: w\\nsteps: [authorize]\\nexpect: {{client: {{authorize: ok}}{more}}}\\n' >"
GOOD = OWN.format(id="own", more="")
UNKNOWN = OWN.format(id="own", more=", checks: [cb-state-mismtch]")
OTHER = OWN.format(id="other", more="")
FREE = "--port 0 --admin-port 0"

ROWS = [
    # Words.
    Row("no command", "aweber-mockserver", 2, ("a command is missing; one of: serve, healthcheck",)),
    Row("a misspelt command", "aweber-mockserver sevre", 2, ("did you mean 'serve'?",)),
    Row("help", "aweber-mockserver help", 0, ("serve", "validate")),
    Row("help of a command", "aweber-mockserver help serve", 0, ("--ready-file", "AWEBER_MOCK_PORT", "(default 8080;")),
    Row("an unknown flag", "aweber-mockserver serve --prot 1", 2, ("--prot: did you mean --port?",)),
    Row("an unknown variable", "AWEBER_MOCK_PROT=1 aweber-mockserver scenarios", 2,
        ("AWEBER_MOCK_PROT is not known; did you mean AWEBER_MOCK_PORT?",)),
    Row("a port that is no number", "aweber-mockserver serve --port x", 2, ("--port: must be a whole number",)),
    Row("a port that is too big", "aweber-mockserver serve --port 70000", 2, ("--port: must be a whole number",)),
    Row("an unknown profile", "aweber-mockserver serve --profile oidc", 2, ("must be aweber, rfc6749 or rfc9700",)),
    Row("every address without a token", f"aweber-mockserver serve {FREE} --host 0.0.0.0", 2, ("--admin-token",)),
    Row("a token file that is not there", "aweber-mockserver serve --admin-token-file nope", 2,
        ("--admin-token-file: cannot open nope",)),
    Row("a token file without a token", f"echo >none; aweber-mockserver serve {FREE} --admin-token-file none", 2,
        ("--admin-token-file: the first line of none is empty",)),
    Row("two admin tokens", "aweber-mockserver serve --admin-token sesame --admin-token-file empty", 2,
        ("--admin-token and --admin-token-file: give one of them",), ("sesame",)),
    Row("a token from a file", "echo sesame-sesame >token; mock --admin-token-file token && "
        "curl -s -o body -w '%{http_code} ' $(fact admin_url)/info && "
        "curl -s -H 'Authorization: Bearer sesame-sesame' $(fact admin_url)/info && stop", 0,
        ("401 ", "\"version\"")),
    Row("a scenario that is not there", f"aweber-mockserver serve {FREE} --scenario callback/okk", 2,
        ("--scenario callback/okk: there is no such scenario or file", "did you mean \"callback/ok\"?")),
    Row("explain no scenario", "aweber-mockserver explain callback/okk", 2,
        ("scenario callback/okk: there is no such scenario or file",), ("--scenario",)),
    Row("explain", "aweber-mockserver explain callback/ok", 0, ("callback/ok",)),
    Row("a configuration that is not there", "aweber-mockserver serve --config nope.yaml", 2, ("nope.yaml",)),
    Row("a configuration that is a folder", "aweber-mockserver serve --config folder", 2, ("folder",)),
    Row("a configuration that is empty", "aweber-mockserver scenarios --config empty", 2, ("empty",)),
    Row("a configuration that is binary", "aweber-mockserver scenarios --config binary", 2, ("binary",)),
    Row("healthcheck of nobody", "aweber-mockserver healthcheck --admin-port 1", 1,
        ("127.0.0.1:1/readyz", "Is the mock running")),
    Row("healthcheck of any port", "aweber-mockserver healthcheck --admin-port 0", 2, ("needs a fixed --admin-port",)),
    Row("a word too many", "aweber-mockserver serve callback/ok", 2, ("'callback/ok' is one word too many",)),
    Row("a flag without its value", "aweber-mockserver serve --port", 2, ("--port: its value is missing",)),
    Row("seed 0 is drawn", "mock --seed 0 && fact seed && stop", 0, (), ("no seed",)),
    # Scenario files.
    Row("validate", GOOD + "own.yaml; aweber-mockserver validate own.yaml", 0, ("own.yaml: good, 1 scenario",)),
    Row("validate a folder", GOOD + "folder/own.yaml; aweber-mockserver validate folder", 0,
        ("folder: good, 1 scenario",)),
    Row("validate the built-in ones", "aweber-mockserver validate $SRC/scenarios", 0, ("good, ",)),
    Row("validate an empty folder", "aweber-mockserver validate folder", 2, ("folder: there is no scenario in it",)),
    Row("validate an unknown check", UNKNOWN + "own.yaml; aweber-mockserver validate own.yaml", 2,
        ("there is no check 'cb-state-mismtch'; did you mean 'cb-state-mismatch'?",)),
    Row("validate an unknown check in a folder", UNKNOWN + "folder/own.yaml; aweber-mockserver validate folder", 2,
        ("there is no check 'cb-state-mismtch'",)),
    Row("validate another id", OTHER + "own.yaml; aweber-mockserver validate own.yaml", 2,
        ("the id other differs from the path",)),
    Row("validate another id in a folder", OTHER + "folder/own.yaml; aweber-mockserver validate folder", 2, ("other",)),
    Row("validate .yml", GOOD + "own.yml; aweber-mockserver validate own.yml", 2,
        ("own.yml: a scenario's file ends in .yaml; rename it",)),
    Row("validate .yml in a folder", GOOD + "folder/own.yml; aweber-mockserver validate folder", 2,
        ("own.yml: a scenario's file ends in .yaml; rename it",)),
    Row("validate nothing", "aweber-mockserver validate nope.yaml", 2, ("nope.yaml", "No such file")),
    Row("validate an empty file", "cp empty own.yaml; aweber-mockserver validate own.yaml", 2, ("own.yaml",)),
    Row("validate a binary file", "cp binary own.yaml; aweber-mockserver validate own.yaml", 2, ("own.yaml",)),
    # Where it is, for programs.
    Row("print-json", "mock && fact token_url && fact pid && stop", 0, ("/oauth2/token",)),
    Row("ready-file", "mock --ready-file ready.json && cat ready.json && stop && ls ready.json", 2,
        ("\"admin_url\": \"http", "\"pid\":", "\"clients\":", "No such file")),
    Row("ready-file is private", "mock --ready-file ready.json && stat -c %a ready.json && stop", 0, ("600",)),
    Row("ready-file in no folder", f"aweber-mockserver serve {FREE} --ready-file nope/r.json", 2, ("nope/r.json",)),
    Row("sd_notify", """/usr/bin/python3 -c "
import os, signal, socket, subprocess
heard = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
heard.bind('notify')
mock = subprocess.Popen(['aweber-mockserver', 'serve', '--port', '0', '--admin-port', '0'],
                        env={**os.environ, 'NOTIFY_SOCKET': os.path.abspath('notify')}, stdout=subprocess.DEVNULL)
print(heard.recv(999).decode())
mock.send_signal(signal.SIGTERM)
print(heard.recv(999).decode(), mock.wait())
" """, 0, ("READY=1", "MAINPID=", "STOPPING=1\n 0")),
    Row("a port in use", """mock && port=$(fact base_url | sed 's/.*://')
aweber-mockserver serve --port $port --admin-port 0; status=$?; stop; exit $status""", 3, ("in use",)),
    Row("an admin port in use", """mock && port=$(fact admin_url | sed 's/.*:\\([0-9]*\\).*/\\1/')
aweber-mockserver serve --port 0 --admin-port $port; status=$?; stop; exit $status""", 3, ("in use",)),
    Row("two at once", "mock && one=$MOCK_PID && mock && walk && kill -0 $one && kill $one && wait $one && stop", 0,
        ("walked 200",)),
    # The admin API.
    Row("one rule", "mock && admin POST /faults '{\"on\": \"token\", \"then\": \"reset\"}' && stop", 0, (" 201",)),
    Row("a list of rules", "mock && admin POST /faults '[{\"on\": \"token\", \"then\": \"reset\"}]' && stop", 0,
        (" 201",)),
    Row("a fault by the id that it was answered", """mock
id=$(fact id "$(curl -sS -d '{"on": "token", "then": "reset"}' "$(fact admin_url)/faults")")
admin DELETE "/faults/$id" && stop""", 0, (" 204",)),
    Row("a token by the label that it was answered", """mock
label=$(fact access_token.label "$(curl -sS -d "{\\"client_id\\": \\"$(fact clients.0.id)\\"}" "$(fact admin_url)/tokens")")
admin POST "/tokens/$label/expire" && stop""", 0, (" 200",)),
    Row("tokens with an unknown scope",
        "mock && admin POST /tokens \"{\\\"client_id\\\": \\\"$(fact clients.0.id)\\\", \\\"scopes\\\": [\\\"acount.read\\\"]}\" && stop",
        0, (" 400", "AWeber has no scope", "account.read")),
    Row("an application with an unknown scope",
        "mock && admin POST /clients '{\"id\": \"a\", \"secret\": \"s\", \"redirect_uris\": [], \"scopes\": [\"everything\"]}' && stop",
        0, (" 400", "AWeber has no scope", "it has account.read")),
    Row("a duration in words", "mock && admin POST /clock/advance '{\"by\": \"1 hour\"}' && stop", 0,
        (" 400", "90s", "1h", "not \\\"1 hour\\\"")),
    Row("the walk", "mock && walk && stop", 0, ("walked 200",)),
    Row("the walk after any play", """mock
for id in callback/ok token/basic-empty-secret authorize/redirect-with-query token/html-200 refresh/concurrent-8; do
  admin PUT /scenario "{\\"id\\": \\"$id\\"}" >/dev/null
done
admin DELETE /scenario && walk && stop""", 0, (" 204", "walked 200")),
    Row("the walk after a reset", """mock && admin PUT /scenario '{"id": "token/html-200"}' >/dev/null
admin POST /reset && walk && stop""", 0, (" 204", "walked 200")),
    Row("applications after a play", """mock && admin GET /clients >before && admin PUT /scenario '{"id": "token/basic"}' >/dev/null
admin GET /settings >during; admin DELETE /scenario; admin GET /clients | cmp - before && stop""", 0, (" 204",)),
    Row("what is in play at the start comes back", """mock --scenario token/html-200 && admin DELETE /scenario
admin POST /reset && admin GET /scenario && stop""", 0, ("token/html-200",)),
    Row("no gate of the old world", """mock && admin POST /faults '{"on": "api", "then": {"gate": "g"}}'
curl -sS --max-time 5 "$(fact base_url)/1.0/accounts" & caller=$!
admin GET '/requests/wait?endpoint=api&timeout_ms=5000' >/dev/null
admin POST /reset && admin GET /gates; wait $caller; stop""", 0, ("\"gates\": []",)),
    Row("a glob that stops at a slash warns",
        "mock && admin POST /faults '{\"on\": {\"endpoint\": \"api\", \"path\": \"/*\"}, \"then\": \"reset\"}' && stop",
        0, (" 201", "matches no path", "**")),
]
