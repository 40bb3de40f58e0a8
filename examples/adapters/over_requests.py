"""What the adapters of libraries built on `requests` have in common. Copy it with loop.py if yours is
one of them."""

from typing import Callable, Optional

import requests
from loop import Refused


def token_answer(stored: dict) -> dict:
    """A stored token in the protocol's words."""
    reply = {"access_token": stored["access_token"]}
    if stored.get("refresh_token"):
        reply["refresh_token"] = stored["refresh_token"]
    if isinstance(stored.get("expires_at"), (int, float)):
        reply["expires_at"] = int(stored["expires_at"])
    return reply


def explained(operation: Callable, of_library: Callable[[Exception], Optional[Refused]]) -> Callable:
    """The operation, with exceptions in the protocol's words: the library's own, then those of
    requests. Others pass."""

    def run(request):
        try:
            return operation(request)
        except Refused:
            raise
        except Exception as error:
            refused = of_library(error) or of_requests(error)
            if refused is None:
                raise
            raise refused from error

    return run


def of_requests(error: Exception) -> Optional[Refused]:
    if isinstance(error, requests.exceptions.SSLError):
        return Refused("tls", str(error))
    if isinstance(error, requests.exceptions.Timeout):
        return Refused("timeout", str(error))
    if isinstance(error, requests.exceptions.HTTPError):
        return Refused("http", str(error), status=error.response.status_code)
    if isinstance(error, requests.exceptions.RequestException):
        return Refused("network", str(error))
    return None
