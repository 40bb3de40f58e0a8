#!/bin/bash
# The smallest adapter: a client made of curl and jq, one case at a time.
#
#     apt-get install curl jq
#     aweber-conformance run --driver "examples/adapters/shell/driver.sh"
#
# It keeps one file per session with what it must remember. A temporary directory holds all of it.
set -uf # -f: a value is never a file name pattern
memory=$(mktemp -d)
trap 'rm -rf "$memory"' EXIT

encode() { jq -rn --arg text "$1" '$text | @uri'; }
ok() { printf '{"id":%s,"ok":%s}\n' "$id" "${1:-{\}}"; }
err() { jq -cn --argjson id "$id" --arg kind "$1" --arg text "$2" '{id:$id,err:{kind:$kind,message:$text}}'; }
member() { jq -r ".$1 // empty" <<<"$request"; }
opened() { jq -r ".$1 // empty" "$memory/open"; }

# The value of one query parameter of a URL, decoded.
parameter() {
  local pair value
  for pair in $(tr '&' ' ' <<<"${1#*\?}"); do
    if [ "${pair%%=*}" = "$2" ]; then
      value=${pair#*=}
      value=${value//\\/\\\\}
      value=${value//+/ }
      printf '%b' "${value//%/\\x}"
      return
    fi
  done
}

# POSTs a form to the token endpoint, authenticated by Basic with form-encoded id and secret
# (RFC 6749 §2.3.1); keeps the tokens or answers err.
token_request() {
  local basic reply status
  basic=$(printf '%s:%s' "$(encode "$(opened client_id)")" "$(encode "$(opened client_secret)")" | base64 -w0)
  # The header comes from standard input: an argument could be read by every user of the machine.
  reply=$(printf 'header = "Authorization: Basic %s"\n' "$basic" |
    curl -sS -K - -w '\n%{http_code}' --max-time 8 "$@" "$(opened token_url)" 2>/dev/null) || {
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
    jq -cn --argjson id "$id" --argjson status "$status" \
      '{id:$id,err:{kind:"http",message:"the token endpoint refused",status:$status}}'
  elif ! jq -e '(.access_token | type == "string" and . != "")
      and ((.token_type // "bearer") | ascii_downcase == "bearer")' <<<"$reply" >/dev/null 2>&1; then
    err invalid_response "the reply has no bearer token"
  else
    # RFC 6749 §6: a refresh token that is not replaced stays.
    jq -s '(.[0] // {}) + .[1]' <(cat "$session.token" 2>/dev/null || echo '{}') <(echo "$reply") \
      >"$session.new" && mv "$session.new" "$session.token"
    ok "{\"token\":$(jq -c '{access_token,refresh_token} | del(..|nulls)' "$session.token")}"
  fi
}

callback() {
  local url state
  url=$(member url)
  state=$(cat "$session.state" 2>/dev/null)
  if [ -z "$state" ] || [ "$(parameter "$url" state)" != "$state" ]; then
    err state_mismatch "state is not the one that was sent"
    return
  fi
  rm "$session.state" # one use
  if [ -n "$(parameter "$url" error)" ]; then
    err provider_error "the customer or AWeber said no"
    return
  fi
  token_request --data-urlencode grant_type=authorization_code \
    --data-urlencode "code=$(parameter "$url" code)" \
    --data-urlencode "redirect_uri=$(opened redirect_uri)"
}

call() {
  local status body=()
  [ -z "$(member body)" ] || body=(-H 'Content-Type: application/json' --data-raw "$(jq -c .body <<<"$request")")
  status=$(jq -r '"header = \"Authorization: Bearer \(.access_token)\""' "$session.token" |
    curl -sS -K - -o /dev/null -w '%{http_code}' --max-time 8 -X "$(member method)" \
      "${body[@]}" "$(member url)" 2>/dev/null) || {
    err network "curl failed"
    return
  }
  ok "{\"status\":$status}"
}

while IFS= read -r request; do
  id=$(member id)
  session=$memory/$(member case).$(member session)
  case $(member op) in
    hello) ok '{"protocol":1,"client":{"name":"curl","version":"1","language":"shell"},"features":{"state":true,"auth":["basic"],"token_transport":["header"],"refresh":["manual"]}}' ;;
    open) find "$memory" -type f -delete && echo "$request" >"$memory/open" && ok ;;
    authorize)
      head -c 24 /dev/urandom | base64 | tr '+/' '-_' >"$session.state"
      url=$(opened authorize_url)
      separator='?'
      [[ $url != *\?* ]] || separator='&'
      url+="${separator}response_type=code&client_id=$(encode "$(opened client_id)")"
      url+="&redirect_uri=$(encode "$(opened redirect_uri)")"
      url+="&scope=$(encode "$(jq -r '.scopes | join(" ")' "$memory/open")")&state=$(cat "$session.state")"
      ok "{\"url\":$(jq -n --arg url "$url" '$url')}"
      ;;
    callback) callback ;;
    call | refresh | token)
      if [ ! -s "$session.token" ]; then
        err reauthorize "no token: log in first"
      elif [ "$(member op)" = call ]; then
        call
      elif [ "$(member op)" = refresh ]; then
        token_request --data-urlencode grant_type=refresh_token \
          --data-urlencode "refresh_token=$(jq -r .refresh_token "$session.token")"
      else
        ok "$(jq -c '{access_token,refresh_token} | del(..|nulls)' "$session.token")"
      fi
      ;;
    close) ok ;; # `open` begins anew
    bye) ok && exit 0 ;;
    *) jq -cn --argjson id "$id" --arg op "$(member op)" '{id:$id,unsupported:{feature:$op}}' ;;
  esac
done
