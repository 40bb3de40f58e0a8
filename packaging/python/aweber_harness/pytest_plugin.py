"""Fixtures for pytest; installed with the package, nothing has to be imported.

    def test_refresh(aweber):
        tokens = aweber.issue_tokens()
        ...

`aweber_mock` is one mock for the whole session; `aweber` is a space of it for one test, so tests may
run at the same time. A test fails at its end when the mock refused one of its requests, unless it is
marked `@pytest.mark.aweber_refusals`."""

import uuid

import pytest

from .mock import Mock


def pytest_configure(config):
    config.addinivalue_line("markers", "aweber_refusals: this test expects the mock to refuse requests")


@pytest.fixture(scope="session")
def aweber_mock():
    with Mock() as mock:
        yield mock


@pytest.fixture
def aweber(request, aweber_mock):
    space = aweber_mock.space("t-" + uuid.uuid4().hex[:16])
    yield space
    if request.node.get_closest_marker("aweber_refusals") is None:
        space.expect_no_refusals()
    aweber_mock.ask("DELETE", f"/spaces/{space.name}")
