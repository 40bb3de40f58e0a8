#!/usr/bin/python3
"""A web application that does not work: bad_app.py MODE PORT."""

import http.server
import sys
import time

MODE = sys.argv[1]


class Page(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        if MODE == "hang" and self.path.startswith("/callback"):
            time.sleep(60)
        if MODE == "slow-loop" and self.path != "/":
            time.sleep(0.2)
        if MODE in ("loop", "slow-loop") and self.path != "/":
            self.send_response(302)
            self.send_header("Location", self.path + "x")
            self.end_headers()
            return
        body = {
            "loop": '<a href="/connect">Connect</a>',
            "script": '<div id="app"></div><script src="/app.js"></script>',
        }.get(MODE, "").encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


http.server.HTTPServer(("127.0.0.1", int(sys.argv[2])), Page).serve_forever()
