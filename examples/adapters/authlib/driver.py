"""Authlib's OAuth2Session, wired as its documentation says, no kinder.

    apt-get install python3-authlib
    aweber-conformance run --driver "/usr/bin/python3 examples/adapters/authlib/driver.py"

https://docs.authlib.org/en/v1.2.0/client/oauth2.html: sessions, state, PKCE, automatic refresh and
revocation as shown there."""

import json
import pathlib
import sys

import authlib
from authlib.common.errors import AuthlibBaseError
from authlib.common.security import generate_token
from authlib.integrations.requests_client import OAuth2Session

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
from loop import Refused, serve  # noqa: E402
from over_requests import explained, token_answer  # noqa: E402

cases = {}  # case -> what `open` said
logins = {}  # (case, session) -> the state and verifier of the login that was started


def open_case(request):
    cases[request["case"]] = request


def close_case(request):
    cases.pop(request["case"], None)


def token_file(request):
    return pathlib.Path(cases[request["case"]]["store_dir"]) / f"{request['session']}.json"


def load_token(request):
    path = token_file(request)
    if not path.exists():
        raise Refused("reauthorize", "no token: log in first")
    return json.loads(path.read_text())


def make_session(request, **more):
    case = cases[request["case"]]
    public = case["client_type"] == "public"
    return OAuth2Session(
        case["client_id"],
        case.get("client_secret"),
        token_endpoint_auth_method="none" if public else "client_secret_basic",
        revocation_endpoint_auth_method="none" if public else "client_secret_basic",
        scope=" ".join(case["scopes"]),
        redirect_uri=case["redirect_uri"],
        code_challenge_method="S256" if public else None,
        **more,
    )


def session_with_token(request):
    def update_token(token, refresh_token=None, access_token=None):
        token_file(request).write_text(json.dumps(token))

    return make_session(
        request,
        token=load_token(request),
        token_endpoint=cases[request["case"]]["token_url"],
        update_token=update_token,
    )


def authorize(request):
    case = cases[request["case"]]
    verifier = generate_token(48) if case["client_type"] == "public" else None
    url, state = make_session(request).create_authorization_url(
        case["authorize_url"], code_verifier=verifier)
    logins[request["case"], request["session"]] = {"state": state, "verifier": verifier}
    return {"url": url}


def callback(request):
    # Nothing, where no login was started: whether that matters is the library's to say.
    login = logins.get((request["case"], request["session"]), {})
    more = {"code_verifier": login["verifier"]} if login.get("verifier") else {}
    token = make_session(request, state=login.get("state")).fetch_token(
        cases[request["case"]]["token_url"], authorization_response=request["url"], **more)
    token_file(request).write_text(json.dumps(token))
    return {"token": token_answer(token)}


def call(request):
    response = session_with_token(request).request(
        request["method"], request["url"], json=request.get("body"))
    return {"status": response.status_code}


def refresh(request):
    token = session_with_token(request).refresh_token(cases[request["case"]]["token_url"])
    return {"token": token_answer(token)}


def revoke(request):
    stored = load_token(request)
    response = session_with_token(request).revoke_token(
        cases[request["case"]]["revoke_url"],
        token=stored.get("refresh_token") or stored["access_token"],
    )
    if response.status_code != 200:
        raise Refused("http", "the revocation failed", status=response.status_code)
    token_file(request).unlink()


def token(request):
    return token_answer(load_token(request))


def of_library(error):
    if not isinstance(error, AuthlibBaseError):
        return None
    kind = {
        "mismatching_state": "state_mismatch",
        "missing_code": "invalid_response",
        "missing_token": "invalid_response",
        "insecure_transport": "other",
        "unsupported_token_type": "unsupported_token_type",
        "invalid_grant": "reauthorize",
        "token_expired": "reauthorize",
        "invalid_token": "reauthorize",
        "token_invalid": "reauthorize",
    }.get(error.error, "provider_error")
    return Refused(kind, str(error), code=error.error or "")


if __name__ == "__main__":
    operations = {"open": open_case, "close": close_case, "token": token}
    for name in (authorize, callback, call, refresh, revoke):
        operations[name.__name__] = explained(name, of_library)
    serve(
        {"name": "Authlib", "version": authlib.__version__, "language": "Python"},
        {"state": True, "pkce": ["S256"], "auth": ["basic"], "token_transport": ["header"],
         "refresh": ["manual", "on_expiry"], "persist": True, "revoke": True,
         "public_clients": True},
        operations,
    )
