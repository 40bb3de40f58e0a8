"""requests_oauthlib, wired as its documentation's web application example says, no kinder.

    apt-get install python3-requests-oauthlib
    aweber-conformance run --driver "/usr/bin/python3 examples/adapters/requests_oauthlib/driver.py"

https://requests-oauthlib.readthedocs.io/en/latest/examples/real_world_example.html and
https://requests-oauthlib.readthedocs.io/en/latest/oauth2_workflow.html#refreshing-tokens, the third
way, which the documentation recommends."""

import json
import pathlib
import sys

import requests_oauthlib
from oauthlib.oauth2.rfc6749 import errors
from requests_oauthlib import OAuth2Session

sys.path.append(str(pathlib.Path(__file__).resolve().parent.parent))
from loop import Refused, serve  # noqa: E402
from over_requests import explained, token_answer  # noqa: E402

cases = {}  # case -> what `open` said
web_sessions = {}  # (case, session) -> what the example's web framework keeps for one user


def open_case(request):
    cases[request["case"]] = request


def close_case(request):
    cases.pop(request["case"], None)


def web_session(request):
    return web_sessions.setdefault((request["case"], request["session"]), {})


def token_file(request):
    return pathlib.Path(cases[request["case"]]["store_dir"]) / f"{request['session']}.json"


def load_token(request):
    path = token_file(request)
    if not path.exists():
        raise Refused("reauthorize", "no token: log in first")
    return json.loads(path.read_text())


def save_token(request, token):
    token_file(request).write_text(json.dumps(token))


def authorize(request):
    case = cases[request["case"]]
    client = OAuth2Session(
        case["client_id"], scope=case["scopes"], redirect_uri=case["redirect_uri"])
    url, state = client.authorization_url(case["authorize_url"])
    web_session(request)["oauth_state"] = state
    return {"url": url}


def callback(request):
    case = cases[request["case"]]
    if "oauth_state" not in web_session(request):  # KeyError in the example
        raise Refused("state_mismatch", "no login was started in this session")
    client = OAuth2Session(
        case["client_id"],
        redirect_uri=case["redirect_uri"],
        state=web_session(request)["oauth_state"],
    )
    token = client.fetch_token(
        case["token_url"],
        client_secret=case["client_secret"],
        authorization_response=request["url"],
    )
    save_token(request, token)
    return {"token": token_answer(token)}


def session_with_token(request):
    case = cases[request["case"]]
    return OAuth2Session(
        case["client_id"],
        token=load_token(request),
        auto_refresh_url=case["token_url"],
        auto_refresh_kwargs={
            "client_id": case["client_id"], "client_secret": case["client_secret"]},
        token_updater=lambda token: save_token(request, token),
    )


def call(request):
    response = session_with_token(request).request(
        request["method"], request["url"], json=request.get("body"))
    return {"status": response.status_code}


def refresh(request):
    case = cases[request["case"]]
    client = OAuth2Session(case["client_id"], token=load_token(request))
    token = client.refresh_token(
        case["token_url"], client_id=case["client_id"], client_secret=case["client_secret"])
    save_token(request, token)
    return {"token": token_answer(token)}


def token(request):
    return token_answer(load_token(request))


def of_library(error):
    if isinstance(error, errors.MismatchingStateError):
        return Refused("state_mismatch", str(error))
    if isinstance(error, errors.InsecureTransportError):  # a callback on http, loopback or not
        return Refused("other", str(error))
    if isinstance(error, (errors.MissingTokenError, errors.MissingCodeError)):
        return Refused("invalid_response", str(error))  # the library's word, not the provider's
    if isinstance(error, (errors.InvalidGrantError, errors.TokenExpiredError)):
        return Refused("reauthorize", str(error))
    if isinstance(error, errors.OAuth2Error):
        return Refused("provider_error", str(error), code=error.error or "")
    return None


if __name__ == "__main__":
    operations = {"open": open_case, "close": close_case, "token": token}
    for name in (authorize, callback, call, refresh):
        operations[name.__name__] = explained(name, of_library)
    serve(
        {"name": "requests_oauthlib", "version": requests_oauthlib.__version__,
         "language": "Python"},
        {"state": True, "auth": ["basic"], "token_transport": ["header"],
         "refresh": ["manual", "on_expiry"], "persist": True},
        operations,
    )
