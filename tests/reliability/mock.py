"""A mock of its own for the trials beside this file, and requests to it. Loopback only."""

import http.client
import json
import pathlib
import re
import subprocess
import time
import urllib.parse

CLIENT = "AWeberMockConfidentialClient0001"
SECRET = "AWeberMockSecretDoNotUseLive0001"
USER = "customer@example.com"
UNITS = {"s": 1, "m": 60, "h": 3600}
START_LIMIT = 60  # seconds
PATIENCE = 60  # seconds for an answer


def seconds(text: str) -> int:
    """90s, 10m or 1h."""
    match = re.fullmatch(r"([1-9]\d*)([smh]?)", text)
    if not match:
        raise ValueError(f"'{text}' is not a time; write 90s, 10m or 1h")
    return int(match[1]) * UNITS[match[2] or "s"]


class Mock:
    """The program under way, with plain HTTP and an admin listener at any free ports."""

    def __init__(self, programs: pathlib.Path, *flags: str):
        self.process = subprocess.Popen(
            [str(programs / "aweber-mockserver"), "serve", "--scheme", "http", "--port", "0",
             "--admin-port", "0", "--subscribers", "1", "--print-json", *flags],
            stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        facts = json.loads(self.process.stdout.readline() or "{}")
        if not facts:
            raise RuntimeError(f"the mock did not start: exit status {self.process.wait()}")
        self.host = urllib.parse.urlsplit(facts["base_url"]).netloc
        self.admin_host = urllib.parse.urlsplit(facts["admin_url"]).netloc
        self.pid = self.process.pid

    def __enter__(self):
        return self

    def __exit__(self, *ignored):
        self.stop()

    def stop(self) -> int:
        if self.process.poll() is None:
            self.process.terminate()
            try:
                self.process.wait(START_LIMIT)
            except subprocess.TimeoutExpired:
                self.process.kill()
        return self.process.wait()

    def connect(self) -> "Peer":
        return Peer(self.host)

    def admin(self) -> "Peer":
        return Peer(self.admin_host)

    def memory(self) -> float:
        """MB that it holds."""
        return self.status("VmRSS") / 1024

    def threads(self) -> int:
        return self.status("Threads")

    def status(self, name: str) -> int:
        text = pathlib.Path(f"/proc/{self.pid}/status").read_text(encoding="ascii")
        return int(re.search(rf"(?m)^{name}:\s*(\d+)", text)[1])

    def descriptors(self) -> int:
        return sum(1 for _ in pathlib.Path(f"/proc/{self.pid}/fd").iterdir())


class Peer:
    """One kept connection, opened again when it was lost."""

    def __init__(self, host: str):
        self.host = host
        self.open = http.client.HTTPConnection(host, timeout=PATIENCE)

    def send(self, method: str, target: str, body=None, headers=None) -> tuple:
        """(status, body). OSError and HTTPException when there was no reply."""
        try:
            self.open.request(method, target, body, headers or {})
            reply = self.open.getresponse()
            return reply.status, reply.read()
        except (OSError, http.client.HTTPException):
            self.close()
            raise

    def form(self, target: str, **fields: str) -> tuple:
        return self.send("POST", target, urllib.parse.urlencode(fields),
                         {"Content-Type": "application/x-www-form-urlencoded"})

    def json(self, method: str, target: str, value=None) -> tuple:
        """Asked once more when the mock had closed the connection, which was idle for long."""
        asked = (method, target, None if value is None else json.dumps(value),
                 {"Content-Type": "application/json"})
        try:
            status, text = self.send(*asked)
        except (BrokenPipeError, ConnectionResetError):
            status, text = self.send(*asked)
        return status, json.loads(text) if text else None

    def close(self) -> None:
        self.open.close()


def wait_for(what, limit: float = START_LIMIT) -> bool:
    """Whether `what()` comes true; a busy machine has a minute for it."""
    end = time.monotonic() + limit
    while not what():
        if time.monotonic() > end:
            return False
        time.sleep(0.05)
    return True
