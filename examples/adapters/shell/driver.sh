#!/bin/bash
# The smallest adapter: a client made of curl and jq, one case at a time.
#
#     apt-get install curl jq
#     aweber-conformance run --driver "examples/adapters/shell/driver.sh"
#
# It keeps a file per session with what it must remember, in a temporary directory.
# shellcheck disable=SC2154  # the variables of a request come from jq, see the loop
set -uf # -f: a value is never a file name pattern
memory=$(mktemp -d)
read -r _ version _ < <(curl --version)
trap 'rm -rf "$memory"' EXIT

ok() { printf '{"id":%s,"ok":%s}\n' "$id" "${1:-{\}}"; }
err() { printf '{"id":%s,"err":{"kind":"%s","message":"%s"}}\n' "$id" "$1" "$2"; }

# The value of one query parameter of a URL, decoded.
parameter() {
  local pair value
  for pair in ${1#*\?}; do
    if [ "${pair%%=*}" = "$2" ]; then
      value=${pair#*=}
      value=${value//\\/\\\\}
      value=${value//+/ }
      printf '%b' "${value//%/\\x}"
      return
    fi
  done
}

# One line of curl's configuration, which it reads from standard input (-K -): an argument could be
# read by every user of the machine. Quoted, so that no value can end its line and begin an option.
setting() {
  local value=${2//\\/\\\\}
  value=${value//\"/\\\"}
  value=${value//$'\n'/\\n}
  printf '%s = "%s"\n' "$1" "${value//$'\r'/\\r}"
}

to_tell='({access_token, refresh_token} | with_entries(select(.value != null)))'

# POSTs a form, given as NAME=VALUE..., to the token endpoint, authenticated by Basic with
# form-encoded id and secret (RFC 6749 §2.3.1); keeps the tokens or answers err.
token_request() {
  local reply status field old=$session.token stored='' told=''
  reply=$({
    setting header "Authorization: Basic $basic"
    for field in "$@"; do setting data-urlencode "$field"; done
  } | curl -sS -K - -w '\n%{http_code}' --max-time 8 "$token_url" 2>/dev/null) || {
    case $? in
      60) err tls "curl refused the certificate" ;;
      28) err timeout "curl waited long enough" ;;
      *) err network "curl failed" ;;
    esac
    return
  }
  status=${reply##*$'\n'}
  reply=${reply%$'\n'*}
  if [ "$status" != 200 ]; then
    printf '{"id":%s,"err":{"kind":"http","message":"refused","status":%s}}\n' "$id" "$status"
    return
  fi
  # RFC 6749 §6: a refresh token that is not replaced stays. One line to keep, one to answer. Tokens
  # are printable ASCII (appendix A.12, A.17); one with a space cannot be a Bearer header's.
  [ -s "$old" ] || { old=$memory/none && echo '{}' >"$old"; }
  {
    read -r stored && read -r told
  } < <(jq -c --slurpfile old "$old" 'select((.error == null)
      and (.access_token | type == "string" and test("\\A[!-~]+\\z"))
      and (.refresh_token | type != "string" or test("\\A[ -~]*\\z"))
      and ((.token_type // "bearer") | ascii_downcase == "bearer"))
    | $old[0] + . | ., '"$to_tell" <<<"$reply" 2>/dev/null)
  if [ -z "$told" ]; then
    err invalid_response "the reply has no bearer token"
  else
    printf '%s\n' "$stored" >"$session.new" && mv "$session.new" "$session.token"
    ok "{\"token\":$told}"
  fi
}

callback() {
  local state IFS='&' # `parameter` splits at it
  state=$(cat "$session.state" 2>/dev/null)
  if [ -z "$state" ] || [ "$(parameter "$url" state)" != "$state" ]; then
    err state_mismatch "state is not the one that was sent"
    return
  fi
  rm "$session.state" # one use
  case "&${url#*\?}" in
    *"&code="*"&code="* | *"&state="*"&state="*)
      err invalid_response "code or state twice"
      return
      ;;
  esac
  if [ -n "$(parameter "$url" error)" ]; then
    err provider_error "the customer or AWeber said no"
    return
  fi
  if [ -z "$(parameter "$url" code)" ]; then
    err invalid_response "no code"
    return
  fi
  token_request grant_type=authorization_code "code=$(parameter "$url" code)" \
    "redirect_uri=$redirect_uri"
}

call() {
  local status json=()
  case $url in
    "$api_url"/*) ;;
    *)
      err other "not AWeber's API: the token stays here"
      return
      ;;
  esac
  [ "$body" = null ] || json=(-H 'Content-Type: application/json' --data-raw "$body")
  status=$(setting header "Authorization: Bearer $(jq -r .access_token "$session.token")" |
    curl -sS -K - -o /dev/null -w '%{http_code}' --max-time 8 -X "$method" \
      ${json[@]+"${json[@]}"} "$url" 2>/dev/null) || {
    err network "curl failed"
    return
  }
  ok "{\"status\":$status}"
}

tell_token() { ok "$(jq -c "$to_tell" "$session.token")"; }

with_token() {
  if [ -s "$session.token" ]; then "$@"; else err reauthorize "no token: log in first"; fi
}

refresh() {
  local refresh_token
  refresh_token=$(jq -r '.refresh_token // ""' "$session.token")
  if [ -z "$refresh_token" ]; then
    err reauthorize "no refresh token: log in again"
    return
  fi
  token_request grant_type=refresh_token "refresh_token=$refresh_token"
}

while IFS= read -r request; do
  # The request's members as shell variables, quoted by jq.
  eval "$(jq -r '@sh "id=\(.id) op=\(.op) case=\(.case // "") name=\(.session // "")
    url=\(.url // "") method=\(.method // "") body=\(.body | tojson)"' <<<"$request")"
  session=$memory/$case.$name
  case $op in
    hello) ok '{"protocol":1,"client":{"name":"curl","version":"'"$version"'","language":"shell"},"features":{"state":true,"auth":["basic"],"token_transport":["header"],"refresh":["manual"]}}' ;;
    open)
      find "$memory" -type f -delete
      eval "$(jq -r '(if .authorize_url | contains("?") then "&" else "?" end) as $separator
        | @sh "token_url=\(.token_url) api_url=\(.api_url) redirect_uri=\(.redirect_uri)
          basic=\("\(.client_id | @uri):\(.client_secret // "" | @uri)" | @base64)
          authorize_url=\(.authorize_url + $separator + "response_type=code&client_id="
            + (.client_id | @uri) + "&redirect_uri=" + (.redirect_uri | @uri)
            + "&scope=" + (.scopes | join(" ") | @uri))"' <<<"$request")"
      ok
      ;;
    authorize)
      state=$(head -c 24 /dev/urandom | base64 | tr '+/' '-_')
      printf '%s' "$state" >"$session.state"
      ok "{\"url\":\"$authorize_url&state=$state\"}"
      ;;
    callback) callback ;;
    call | refresh) with_token "$op" ;;
    token) with_token tell_token ;;
    close) ok ;; # `open` begins anew
    bye) ok && exit 0 ;;
    *) printf '{"id":%s,"unsupported":{"feature":"%s"}}\n' "$id" "$op" ;;
  esac
done
