"""The mock of AWeber in a test: started on free ports, ready when `Mock()` returns, stopped at the end.

    with Mock() as mock:
        tokens = mock.issue_tokens()
        client = MyClient(mock.base_url, tokens["access_token"]["value"], verify=mock.ca_file)
        mock.advance("1h")

A `Space` is a world of its own in the same mock: clock, tokens, journal and faults. Tests that run
at the same time take one each. Values are plain: dicts and lists as the admin API answers them.
Errors: MockError with the mock's own words."""

import json
import os
import shutil
import subprocess
import sysconfig
import tempfile
import threading
import urllib.error
import urllib.parse
import urllib.request
from typing import Any, Dict, List, Optional

CONFIDENTIAL = {"id": "AWeberMockConfidentialClient0001", "secret": "AWeberMockSecretDoNotUseLive0001"}
PUBLIC = {"id": "AWeberMockPublicClient0000000001", "secret": None}


class MockError(Exception):
    """The mock refused, or could not be started."""


def program(name: str) -> str:
    """The path of one of the programs: AWEBER_MOCKSERVER and its like, this installation, PATH."""
    variable = name.upper().replace("-", "_")
    said = os.environ.get(variable)
    here = os.path.join(sysconfig.get_path("scripts"), name)
    found = said or (here if os.access(here, os.X_OK) else shutil.which(name))
    if not found:
        raise MockError(f"{name} is not installed here: install the package aweber-harness, or set {variable} to the program")
    return found


class Space:
    """One world of the mock. `name` is "" for the default one."""

    def __init__(self, mock: "Mock", name: str):
        self.mock, self.name = mock, name
        self.base_url = mock.origin + (f"/s/{name}" if name else "")
        self._prefix = f"/api/v1/spaces/{name}" if name else "/api/v1"

    def ask(self, method: str, path: str, body: Any = None) -> Any:
        """One operation of the admin API, below this space: ask("GET", "/requests")."""
        text = self.mock.send(method, self._prefix + path, body)
        return json.loads(text) if text else None

    def issue_tokens(self, client_id: str = CONFIDENTIAL["id"], **more: Any) -> Dict[str, Any]:
        return self.ask("POST", "/tokens", {"client_id": client_id, **more})

    def tokens(self) -> List[Dict[str, Any]]:
        return self.ask("GET", "/tokens")["tokens"]

    def advance(self, by: str) -> List[Dict[str, Any]]:
        """Moves the clock ("90s", "1h") and answers what expired, in order."""
        return self.ask("POST", "/clock/advance", {"by": by})["expired"]

    def fault(self, endpoint: str, then: Dict[str, Any], **rule: Any) -> Dict[str, Any]:
        """The next matching request gets a fault: fault("token", {"http_status": 503})."""
        rule = {"on": {"endpoint": endpoint}, "times": 1, "then": [then], **rule}
        return self.ask("POST", "/faults", [rule])

    def add_client(self, **client: Any) -> Dict[str, Any]:
        return self.ask("POST", "/clients", client)

    def approve(self, authorization: str) -> Dict[str, Any]:
        return self.ask("POST", f"/authorizations/{authorization}/approve", {})

    def requests(self, **filters: Any) -> List[Dict[str, Any]]:
        """The journal, oldest first: requests(endpoint="token")."""
        query = urllib.parse.urlencode(filters)
        return self.ask("GET", "/requests" + (f"?{query}" if query else ""))["requests"]

    def expect_no_refusals(self) -> None:
        """Fails with every request that the mock refused, and why; what a fault refused is not one."""
        refused = [f"{r['request']['method']} {r['path']}: {r['why_rejected']}"
                   for r in self.requests() if r.get("why_rejected") and not r.get("rule")]
        if refused:
            raise AssertionError("the mock refused:\n  " + "\n  ".join(refused))


class Mock(Space):
    """The program and its default space. Options are flags of `aweber-mockserver serve`."""

    def __init__(self, scheme: str = "https", **options: Any):
        flags = {"scheme": scheme, "port": 0, "admin_port": 0, "frozen_clock": True, **options}
        words = [program("aweber-mockserver"), "serve"]
        for name, value in flags.items():
            if value is not False:
                words.append("--" + name.replace("_", "-"))
                words += [] if value is True else [str(value)]
        try:
            self._process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                             stderr=subprocess.STDOUT, text=True)
        except OSError as error:
            raise MockError(f"{words[0]} cannot be started: {error.strerror}") from error
        self.log: List[str] = []
        self.ca_file: Optional[str] = None
        self.admin_url = self._await_admin()
        # The banner is printed when both listeners are up; the rest of the output is kept, not read.
        drain = lambda: self.log.extend(self._process.stdout or ())
        threading.Thread(target=drain, daemon=True).start()
        self._opener = urllib.request.build_opener(urllib.request.ProxyHandler({}))
        self.origin = json.loads(self.send("GET", "/api/v1/info"))["base_url"]
        super().__init__(self, "")
        if scheme == "https":
            handle, self.ca_file = tempfile.mkstemp(suffix=".pem")
            with os.fdopen(handle, "wb") as file:
                file.write(self.send("GET", "/ca.pem"))

    def _await_admin(self) -> str:
        for line in self._process.stdout or ():
            self.log.append(line)
            words = line.split()
            if len(words) == 2 and words[0] == "console":
                return words[1].rstrip("/")
        raise MockError("the mock did not start:\n" + "".join(self.log))

    def send(self, method: str, path: str, body: Any = None) -> bytes:
        """What a path of the admin listener answers."""
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(self.admin_url + path, data, method=method,
                                         headers={"Content-Type": "application/json"})
        try:
            with self._opener.open(request, timeout=30) as reply:
                return reply.read()
        except urllib.error.HTTPError as error:
            raise MockError(f"{method} {path}: {error.read().decode()}") from None

    def space(self, name: str) -> Space:
        self.ask("POST", "/spaces", {"name": name})
        return Space(self, name)

    def stop(self) -> None:
        self._process.terminate()
        self._process.wait(10)
        if self.ca_file and os.path.exists(self.ca_file):
            os.unlink(self.ca_file)

    def __enter__(self) -> "Mock":
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()
