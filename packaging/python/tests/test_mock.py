"""The fixture's own test, and the example of docs/testing/pytest.md."""

import base64
import json
import ssl
import urllib.error
import urllib.parse
import urllib.request

import pytest
from aweber_harness import CONFIDENTIAL, MockError


def send(aweber, path, form=None, **headers):
    trust = ssl.create_default_context(cafile=aweber.mock.ca_file)
    data = urllib.parse.urlencode(form).encode() if form else None
    request = urllib.request.Request(aweber.base_url + path, data, headers=headers)
    opener = urllib.request.build_opener(
        urllib.request.ProxyHandler({}), urllib.request.HTTPSHandler(context=trust))
    try:
        with opener.open(request) as reply:
            return reply.status, json.loads(reply.read())
    except urllib.error.HTTPError as error:
        return error.code, json.loads(error.read() or b"{}")


def refresh(aweber, refresh_token):
    basic = base64.b64encode(f"{CONFIDENTIAL['id']}:{CONFIDENTIAL['secret']}".encode()).decode()
    form = {"grant_type": "refresh_token", "refresh_token": refresh_token}
    return send(aweber, "/oauth2/token", form, Authorization="Basic " + basic)


def test_a_token_works_until_it_expires(aweber):
    access = aweber.issue_tokens()["access_token"]["value"]
    assert send(aweber, "/1.0/accounts", Authorization="Bearer " + access)[0] == 200
    assert [e["label"] for e in aweber.advance("1h")] == ["at-1"]


@pytest.mark.aweber_refusals
def test_an_expired_token_is_refused_and_refreshed(aweber):
    tokens = aweber.issue_tokens()
    aweber.advance("1h")
    bearer = "Bearer " + tokens["access_token"]["value"]
    assert send(aweber, "/1.0/accounts", Authorization=bearer)[0] == 401
    status, fresh = refresh(aweber, tokens["refresh_token"]["value"])
    assert status == 200 and fresh["access_token"] != tokens["access_token"]["value"]
    assert aweber.requests(endpoint="token")[0]["facts"]["grant_type"] == "refresh_token"
    with pytest.raises(AssertionError, match="the mock refused"):
        aweber.expect_no_refusals()


def test_a_fault_is_for_one_request(aweber):
    tokens = aweber.issue_tokens()
    aweber.fault("token", {"http_status": 503})
    assert refresh(aweber, tokens["refresh_token"]["value"])[0] == 503
    assert refresh(aweber, tokens["refresh_token"]["value"])[0] == 200


def test_spaces_are_worlds_apart(aweber, aweber_mock):
    other = aweber_mock.space("other")
    aweber.issue_tokens()
    assert [t["label"] for t in aweber.tokens()] == ["at-1", "rt-1"]
    assert other.tokens() == []


def test_the_mocks_own_words_are_in_the_error(aweber):
    with pytest.raises(MockError, match="no-such-client"):
        aweber.issue_tokens("no-such-client")
