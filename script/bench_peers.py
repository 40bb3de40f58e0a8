"""Measures the mock beside other programs in one run, and holds the ratios to what is wanted.

Each program answers token requests on 16 kept-alive connections of wrk; the rounds go through all
programs in turn, and medians are compared. Absolute rates depend on the machine; ratios do not."""

import argparse
import base64
import contextlib
import json
import pathlib
import re
import resource
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request

ROOT = pathlib.Path(__file__).resolve().parent.parent
BIN = ROOT / "build/release/bin"
PEERS = ROOT / "bench/peers"
CONNECTIONS = 16
FORM = "application/x-www-form-urlencoded"
CLIENT_CREDENTIALS = "grant_type=client_credentials"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def basic(user: str, password: str) -> str:
    return "Basic " + base64.b64encode(f"{user}:{password}".encode()).decode()


def ask(url: str, body=None, headers=None, method=None) -> bytes:
    request = urllib.request.Request(url, body.encode() if body is not None else None,
                                     headers or {}, method=method)
    with urllib.request.urlopen(request, timeout=10) as reply:
        return reply.read()


class Program:
    """A program under load: how it is started, what is asked of it."""

    def __init__(self, name, command, path="/oauth2/token", body=CLIENT_CREDENTIALS, user="bench",
                 password="bench-secret", issues=True):
        self.name, self.path, self.body, self.issues = name, path, body, issues
        self.headers = {"Content-Type": FORM, "Authorization": basic(user, password)}
        self.port = free_port()
        self.command = [str(part).replace("PORT", str(self.port)) for part in command]
        self.rates = []
        self.ready_ms = 0.0
        self.process = None

    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}{self.path}"

    def start(self):
        began = time.monotonic()
        self.process = subprocess.Popen(self.command, stdout=subprocess.DEVNULL,
                                        stderr=subprocess.DEVNULL, cwd=ROOT)
        while True:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                break
            except OSError:
                if self.process.poll() is not None or time.monotonic() - began > 60:
                    raise SystemExit(f"bench: {self.name} did not start")
                time.sleep(0.001)
        self.ready_ms = (time.monotonic() - began) * 1000

    def prepare(self):
        ask(self.url(), self.body, self.headers)

    def stop(self):
        if self.process is not None and self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()

    def resident_mb(self) -> float:
        status = pathlib.Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1)) / 1024


class Mock(Program):
    """The mock as it comes, log, journal and live lint included. Rotation is off, as wrk repeats
    one request: each refresh issues an access token."""

    def __init__(self):
        self.admin = free_port()
        super().__init__("aweber-mockserver", [
            BIN / "aweber-mockserver", "serve", "--scheme", "http", "--port", "PORT",
            "--admin-port", self.admin])

    def prepare(self):
        def admin(path, body):
            return ask(f"http://127.0.0.1:{self.admin}/api/v1/{path}", json.dumps(body),
                       {"Content-Type": "application/json"}, "PUT" if path == "settings" else "POST")

        admin("clients", {"id": "bench", "secret": "bench-secret", "type": "confidential",
                          "redirect_uris": ["http://127.0.0.1/callback"]})
        admin("settings", {"rotate_refresh_token": False})
        issued = json.loads(admin("tokens", {"client_id": "bench"}))
        self.body = f"grant_type=refresh_token&refresh_token={issued['refresh_token']['value']}"
        super().prepare()


def nginx(folder: pathlib.Path) -> Program:
    program = Program("nginx, a static reply", [shutil.which("nginx") or "/usr/sbin/nginx", "-p", folder, "-c", folder / "nginx.conf"],
                      issues=False)
    (folder / "nginx.conf").write_text(f"""
daemon off; worker_processes 1; pid {folder}/pid; error_log {folder}/error.log;
events {{ worker_connections 256; }}
http {{
  access_log off; keepalive_requests 1000000000; default_type application/json;
  client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
  uwsgi_temp_path {folder}; scgi_temp_path {folder};
  server {{ listen 127.0.0.1:{program.port}; location / {{ return 200 '{{"access_token":"{"a" * 32}"}}'; }} }}
}}
""")
    return program


def programs(folder: pathlib.Path) -> list:
    jar = next((PEERS / "node_modules/wiremock/build").glob("*.jar"))
    shutil.copytree(PEERS / "wiremock", folder / "wiremock")  # it writes there
    return [
        Mock(),
        Program("oauth2-mock-server",
                ["node", PEERS / "node_modules/oauth2-mock-server/dist/oauth2-mock-server.mjs",
                 "-a", "127.0.0.1", "-p", "PORT"], path="/token"),
        Program("oidc-provider", ["node", PEERS / "oidc-provider.mjs", "PORT"], path="/token"),
        Program("WireMock, a templated stub",
                ["java", "-jar", jar, "--port", "PORT", "--bind-address", "127.0.0.1",
                 "--root-dir", folder / "wiremock"], path="/token"),
        Program("bare cpp-httplib handler", [BIN / "aweber-bench-bare", "httplib", "PORT"],
                issues=False),
        Program("empty handler on our transport", [BIN / "aweber-bench-bare", "empty", "PORT"],
                issues=False),
        nginx(folder),
    ]


def load(program: Program, folder: pathlib.Path, seconds: float) -> float:
    """Requests a second that were answered 2xx."""
    script = folder / "request.lua"
    headers = "\n".join(f'wrk.headers["{name}"] = "{value}"'
                        for name, value in program.headers.items())
    script.write_text(f'wrk.method = "POST"\nwrk.body = "{program.body}"\n{headers}\n')
    done = subprocess.run(
        ["wrk", "-t", "1", "-c", str(CONNECTIONS), "-d", f"{seconds:g}s", "-s", str(script),
         program.url()], check=True, capture_output=True, text=True).stdout
    if "Non-2xx" in done or "Socket errors" in done:
        raise SystemExit(f"bench: {program.name} did not answer all requests:\n{done}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", done).group(1))


def idle(count: int) -> tuple:
    """Resident megabytes with so many idle connections, and a newcomer's p99 in milliseconds."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard < count + 100:
        raise SystemExit(f"bench: {count} connections need as many descriptors (ulimit -Hn {hard})")
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    request = b"GET /1.0/accounts HTTP/1.1\r\nHost: localhost\r\n\r\n"

    def answered(connection):
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.sendall(request)
        if not connection.recv(4096).startswith(b"HTTP/1.1 4"):
            raise SystemExit("bench: a connection was not served")

    mock = Mock()
    mock.start()
    waiting = []
    try:
        for _ in range(count):
            waiting.append(socket.create_connection(("127.0.0.1", mock.port), timeout=10))
            answered(waiting[-1])
        memory = mock.resident_mb()
        times = []
        for _ in range(1000):
            began = time.monotonic()
            with socket.create_connection(("127.0.0.1", mock.port), timeout=10) as newcomer:
                answered(newcomer)
            times.append((time.monotonic() - began) * 1000)
    finally:
        for connection in waiting:
            connection.close()
        mock.stop()
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return memory, sorted(times)[len(times) * 99 // 100]


def start_up(rounds: int) -> tuple:
    """Median milliseconds until a connection is taken, and resident megabytes then."""
    ready, memory = [], []
    for _ in range(rounds):
        mock = Mock()
        mock.start()
        ready.append(mock.ready_ms)
        memory.append(mock.resident_mb())
        mock.stop()
    return statistics.median(ready), statistics.median(memory)


def suite() -> float:
    began = time.monotonic()
    subprocess.run(
        [BIN / "aweber-conformance", "run", "--driver", f"{BIN}/aweber-client driver",
         "--report", "json=/dev/null"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - began


def measure(folder: pathlib.Path, rounds: int, seconds: float) -> list:
    with contextlib.ExitStack() as stack:
        running = programs(folder)
        for program in running:
            stack.callback(program.stop)
            program.start()
            program.prepare()
            load(program, folder, min(2, seconds))  # warm
        for _ in range(rounds):
            for program in running:
                program.rates.append(load(program, folder, seconds))
        return running


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench --peers", description=__doc__)
    parser.add_argument("--smoke", action="store_true", help="a second each; nothing is judged")
    smoke = parser.parse_args().smoke
    with tempfile.TemporaryDirectory() as scratch:
        running = measure(pathlib.Path(scratch), 1 if smoke else 3, 1 if smoke else 5)
    rate = {program.name: statistics.median(program.rates) for program in running}
    for program in running:
        print(f"     {program.name:40} {rate[program.name]:>10.0f} token requests/s")
    ours = rate["aweber-mockserver"]
    fastest = max((one for one in running[1:] if one.issues), key=lambda one: rate[one.name])
    ready, memory = start_up(1 if smoke else 9)
    count = 1000 if smoke else 10000
    idle_memory, newcomer = idle(count)
    rows = [
        (f"token requests/s, over {fastest.name}", ours / rate[fastest.name], ">=", 8),
        ("... over a bare cpp-httplib handler", ours / rate["bare cpp-httplib handler"], ">=", 1.2),
        ("... over an empty handler on our transport",
         ours / rate["empty handler on our transport"], ">=", 0.5),
        (f"{count} idle connections, MB", idle_memory, "<=", 80),
        (f"newcomer among {count} idle connections, p99 ms", newcomer, "<=", 10),
        ("ready, ms", ready, "<=", 15),
        ("resident when idle, MB", memory, "<=", 10),
        ("whole suite, reference client, s",
         statistics.median(suite() for _ in range(1 if smoke else 3)), "<=", 0.7),
    ]
    missed = 0
    for what, value, relation, wanted in rows:
        good = value >= wanted if relation == ">=" else value <= wanted
        missed += not good
        print(f"{'ok  ' if good else 'MISS'} {what:52} {value:>8.2f}  {relation} {wanted}")
    return 1 if missed and not smoke else 0


if __name__ == "__main__":
    sys.exit(main())
