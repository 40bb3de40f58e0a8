#!/usr/bin/python3
"""A web application that does not work: bad_app.py MODE PORT.

MODE ends-browser=FILE or stops-browser=FILE: at its first page of the run, for which FILE is made, it
ends or stops the real browser of its own run."""

import http.server
import os
import signal
import sys
import time
import urllib.parse

MODE = sys.argv[1]
LINK = '<a href="/connect">Connect</a>'
PAGES = {
    "script": '<div id="app"></div><script src="/app.js"></script>',
    "login": '<form method="post" action="/login"><input name="user"><input type="password" name="word">'
             "<button>Log in</button></form>",
    "dialog": LINK + "<script>alert('Cookies?')</script>",
    "window": LINK.replace("<a ", "<a target=_blank "),
    "download": LINK,
    "big": "x" * (100 << 20),
    "hang": "",
}
told = 0
CASE = "AWEBER_CONFORMANCE_CASE"


def signal_browser(number):
    """To the Chromium processes that belong to this run, and to no other."""
    mine = f"{CASE}={os.environ[CASE].split('/case', 1)[0]}".encode()
    for pid in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{pid}/comm", encoding="utf-8") as name, \
                    open(f"/proc/{pid}/environ", "rb") as variables:
                if name.read().startswith("chrom") and mine in variables.read():
                    os.kill(int(pid), number)
        except OSError:
            continue  # it has ended


def trouble_the_browser():
    mode, _, flag = MODE.partition("=")
    if not flag or os.path.exists(flag):
        return
    with open(flag, "x", encoding="utf-8"):
        signal_browser(signal.SIGKILL if mode == "ends-browser" else signal.SIGSTOP)


class Page(http.server.BaseHTTPRequestHandler):
    def answer(self, status, body="", headers=()):
        self.send_response(status)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def do_GET(self):
        if "Mozilla" in self.headers.get("User-Agent", ""):
            trouble_the_browser()
        if MODE == "hang" and self.path.startswith("/callback"):
            time.sleep(60)
        if MODE == "slow-loop" and self.path != "/":
            time.sleep(0.2)
        if MODE in ("loop", "slow-loop") and self.path != "/":
            return self.answer(302, headers=[("Location", self.path + "x")])
        if MODE == "download" and self.path != "/":
            return self.answer(200, "a file", [("Content-Disposition", "attachment; filename=f")])
        if MODE == "errors" and self.path != "/":
            return self.answer(500, "Something went wrong.")
        if (MODE in ("cookies", "dies") or "=" in MODE) and self.path == "/connect":
            query = {"response_type": "code", "client_id": os.environ["CLIENT_ID"],
                     "redirect_uri": os.environ["REDIRECT_URI"], "scope": "account.read", "state": "s" * 40}
            where = os.environ["AUTHORIZE_URL"] + "?" + urllib.parse.urlencode(query)
            cookies = [("Set-Cookie", f"c{i}={'v' * 200}") for i in range(1000)]
            return self.answer(302, headers=[("Location", where), *(cookies if MODE == "cookies" else [])])
        self.answer(200, PAGES.get(MODE, LINK))

    def do_POST(self):
        global told
        told += 1
        if MODE == "dies" and told == 2:
            os._exit(7)
        self.answer(200, "told")

    def log_message(self, *_):
        pass


if MODE == "never":
    time.sleep(60)
http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), Page).serve_forever()
