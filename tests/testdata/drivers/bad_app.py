#!/usr/bin/python3
"""A web application that does not work: bad_app.py MODE PORT."""

import http.server
import os
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
    "big": "x" * (100 << 20),
    "hang": "",
}
told = 0


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
        if MODE == "hang" and self.path.startswith("/callback"):
            time.sleep(60)
        if MODE == "slow-loop" and self.path != "/":
            time.sleep(0.2)
        if MODE in ("loop", "slow-loop") and self.path != "/":
            return self.answer(302, headers=[("Location", self.path + "x")])
        if MODE == "errors" and self.path != "/":
            return self.answer(500, "Something went wrong.")
        if MODE in ("cookies", "dies") and self.path == "/connect":
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
