"""Plays packaging/haproxy: see script/test-haproxy. Prints what it saw; exits 1 when a space is split."""
import base64
import concurrent.futures
import http.client
import json
import os
import re
import socket
import subprocess
import sys
import tempfile
import time
import urllib.parse

PROGRAMS, CONFIG, SPACES = sys.argv[1], sys.argv[2], int(sys.argv[3])
MOCKS = 4
CLIENT = "AWeberMockConfidentialClient0001:AWeberMockSecretDoNotUseLive0001"
BASIC = "Basic " + base64.b64encode(CLIENT.encode()).decode()
LOAD_SECONDS = 5


def free_ports(count):
    held = [socket.socket() for _ in range(count)]
    for one in held:
        one.bind(("127.0.0.1", 0))
    return [one.getsockname()[1] for one in held]


def ask(port, method, path, body=None, headers=None):
    """One request on a connection of its own: status, text."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request(method, path, body, headers or {})
        reply = connection.getresponse()
        return reply.status, reply.read().decode()
    finally:
        connection.close()


def wait_for(port, path):
    end = time.monotonic() + 20
    while time.monotonic() < end:
        try:
            if ask(port, "GET", path)[0] == 200:
                return
        except OSError:
            pass
        time.sleep(0.05)
    sys.exit(f"nothing answers on port {port}")


def admin(port, method, path, body=None):
    headers = {"Content-Type": "application/json"} if body is not None else {}
    status, text = ask(port, method, path, None if body is None else json.dumps(body), headers)
    if status >= 300:
        sys.exit(f"{method} {path}: {status} {text}")
    return json.loads(text) if text else None


def log_in(oauth, admin_port, space):
    """The whole flow in one space, through whatever listens on these ports: the refresh token."""
    admin(admin_port, "POST", "/api/v1/spaces", {"name": space})
    query = urllib.parse.urlencode(
        {"response_type": "code", "client_id": CLIENT.split(":")[0], "state": "s",
         "redirect_uri": "https://app.example.test/callback", "scope": "account.read"})
    status, _ = ask(oauth, "GET", f"/s/{space}/oauth2/authorize?{query}")
    assert status == 200, status
    pending = admin(admin_port, "GET", f"/api/v1/spaces/{space}/authorizations")["authorizations"]
    approved = admin(admin_port, "POST",
                     f"/api/v1/spaces/{space}/authorizations/{pending[0]['id']}/approve", {})
    code = re.search(r"[?&]code=([^&]+)", json.dumps(approved)).group(1)
    return refresh_request(oauth, space, {"grant_type": "authorization_code", "code": code,
                                          "redirect_uri": "https://app.example.test/callback"})


def refresh_request(oauth, space, form):
    status, text = ask(oauth, "POST", f"/s/{space}/oauth2/token", urllib.parse.urlencode(form),
                       {"Authorization": BASIC, "Content-Type": "application/x-www-form-urlencoded"})
    assert status == 200, (status, text)
    return json.loads(text)["refresh_token"]


def requests_seen(admin_port, space):
    """How many requests of the space this mock's journal has; 0 when it does not know the space."""
    status, text = ask(admin_port, "GET", f"/api/v1/spaces/{space}/requests?limit=1000")
    return len(json.loads(text)["requests"]) if status == 200 else 0


def load(oauth, tokens):
    """Token requests a second: two senders with a kept connection each, for LOAD_SECONDS."""
    names = sorted(tokens)
    end = time.monotonic() + LOAD_SECONDS

    def send(mine):
        connection, sent = http.client.HTTPConnection("127.0.0.1", oauth, timeout=20), 0
        while time.monotonic() < end:
            space = mine[sent % len(mine)]
            form = urllib.parse.urlencode({"grant_type": "refresh_token", "refresh_token": tokens[space]})
            connection.request("POST", f"/s/{space}/oauth2/token", form, {
                "Authorization": BASIC, "Content-Type": "application/x-www-form-urlencoded"})
            reply = json.loads(connection.getresponse().read())
            tokens[space] = reply["refresh_token"]
            sent += 1
        connection.close()
        return sent

    with concurrent.futures.ThreadPoolExecutor(2) as pool:
        return sum(pool.map(send, [names[0::2], names[1::2]])) / LOAD_SECONDS


def main():
    ports = free_ports(2 + 2 * MOCKS)
    front, front_admin, oauth, admins = ports[0], ports[1], ports[2:2 + MOCKS], ports[2 + MOCKS:]
    text = open(CONFIG, encoding="utf-8").read()
    replaced = {"127.0.0.1:8080": front, "127.0.0.1:8081": front_admin}
    for i in range(MOCKS):
        replaced[f"127.0.0.1:910{i + 1}"] = oauth[i]
        replaced[f"127.0.0.1:920{i + 1}"] = admins[i]
    for old, new in replaced.items():
        assert old in text, old
        text = text.replace(old, f"127.0.0.1:{new}")
    started = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            for i in range(MOCKS):
                started.append(subprocess.Popen(
                    [f"{PROGRAMS}/aweber-mockserver", "serve", "--port", str(oauth[i]), "--admin-port",
                     str(admins[i]), "--public-url", f"http://127.0.0.1:{front}", "--scheme", "http"],
                    stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
            for port in admins:
                wait_for(port, "/readyz")
            config = os.path.join(folder, "haproxy.cfg")
            with open(config, "w", encoding="utf-8") as file:
                file.write(text)
            started.append(subprocess.Popen(["haproxy", "-db", "-q", "-f", config]))
            wait_for(front_admin, "/readyz")
            return play(front, front_admin, oauth, admins)
        finally:
            for process in started:
                process.terminate()
            for process in started:
                process.wait(10)


def play(front, front_admin, oauth, admins):
    names = [f"space-{i}" for i in range(SPACES)]
    with concurrent.futures.ThreadPoolExecutor(4) as pool:
        tokens = dict(zip(names, pool.map(lambda name: log_in(front, front_admin, name), names)))
    for name in names:  # each refresh on a connection of its own
        tokens[name] = refresh_request(front, name, {"grant_type": "refresh_token",
                                                     "refresh_token": tokens[name]})
    split, per_mock = [], [0] * MOCKS
    for name in names:
        seen = [requests_seen(port, name) for port in admins]
        homes = [i for i, count in enumerate(seen) if count > 0]
        if len(homes) != 1 or sum(seen) < 3:
            split.append(f"{name}: {seen}")
        else:
            per_mock[homes[0]] += 1
    print(f"haproxy: {SPACES} spaces on {MOCKS} mocks {per_mock}, {len(split)} split")
    if split or 0 in per_mock:
        print("\n".join(split) or "a mock has no space at all")
        return 1
    alone = {}
    for name in names[:8]:
        alone[name] = log_in(oauth[0], admins[0], "alone-" + name)
    alone = {"alone-" + name: token for name, token in alone.items()}
    through, direct = load(front, dict(list(tokens.items())[:8])), load(oauth[0], alone)
    print(f"haproxy: {through:.0f} token requests a second through it, {direct:.0f} to one mock: "
          f"{through / direct:.2f} times, on {os.cpu_count()} cores")
    return 0


sys.exit(main())
