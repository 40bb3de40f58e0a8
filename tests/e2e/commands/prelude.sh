# Before every row of the tables beside this file. $T is the row's own folder, and the current one.
# shellcheck shell=sh

# Starts the mock on free ports; what it says of itself is in $MOCK.
mock() {
  mkfifo "$T/facts"
  aweber-mockserver serve --port 0 --admin-port 0 --scheme http --print-json "$@" >"$T/facts" 2>"$T/mock.log" &
  MOCK_PID=$!
  read -r MOCK <"$T/facts"
  rm "$T/facts"
}
# The member $1 of what the mock said; with $2, of that JSON.
fact() {
  printf '%s' "${2:-$MOCK}" | /usr/bin/python3 -c 'import functools, json, sys
try: print(functools.reduce(lambda at, key: at[int(key) if key.isdigit() else key], sys.argv[1].split("."), json.load(sys.stdin)))
except (ValueError, LookupError): sys.exit("no " + sys.argv[1])' "$1"
}
# One request to its admin API: METHOD PATH [BODY]. Prints the status after the body.
admin() { curl -sS -w ' %{http_code}\n' -X "$1" "$(fact admin_url)$2" ${3:+-d "$3"}; }
# The walk of README.md in short: a code, its tokens and a call. Prints the three statuses.
walk() {
  base=$(fact base_url) client=$(fact clients.0.id) secret=$(fact clients.0.secret)
  # Whoever authorizes: the decision by the admin API, the code from the redirect.
  curl -sS -o /dev/null "$base/oauth2/authorize?response_type=code&client_id=$client&redirect_uri=urn:ietf:wg:oauth:2.0:oob&scope=account.read&state=s"
  list=$(curl -sS "$(fact admin_url)/authorizations")
  id=$(fact authorizations.0.id "$list")
  decided=$(curl -sS -X POST "$(fact admin_url)/authorizations/$id/approve")
  code=$(fact redirect "$decided" | sed 's/.*[?&]code=\([^&]*\).*/\1/')
  tokens=$(curl -sS -u "$client:$secret" -d grant_type=authorization_code -d "code=$code" -d redirect_uri=urn:ietf:wg:oauth:2.0:oob "$base/oauth2/token")
  curl -sS -o /dev/null -w 'walked %{http_code}\n' -H "Authorization: Bearer $(fact access_token "$tokens")" "$base/1.0/accounts"
}
# Runs $3 and what follows, sends it the signal $1 when the file $2 is there, and ends as it does.
signal_when() {
  signal=$1 file=$2
  shift 2
  "$@" &
  pid=$!
  while [ ! -e "$file" ] && kill -0 $pid 2>/dev/null; do sleep 0.05; done
  kill -s "$signal" $pid
  wait $pid
}
# Runs a command as somebody who may not write everywhere: root can.
as_nobody() {
  if [ "$(id -u)" = 0 ]; then
    setpriv --reuid=65534 --clear-groups "$@"
  else
    "$@"
  fi
}
stop() {
  kill "$MOCK_PID"
  wait "$MOCK_PID"
}
