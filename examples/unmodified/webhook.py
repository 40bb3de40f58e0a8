"""A consumer of AWeber's webhooks: VERIFICATION_KEY=... python3 webhook.py [PORT]"""
import base64
import hashlib
import hmac
import json
import os
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(os.environ['VERIFICATION_KEY'])


class Consumer(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        signed = (f'date:{self.headers["Date"]}\n'.encode() + body).rstrip()
        wanted = 'sha256=' + hmac.new(KEY, signed, hashlib.sha256).hexdigest()
        good = hmac.compare_digest(wanted, self.headers['AWeber-Signature'])
        self.send_response(204 if good else 403)
        self.end_headers()
        for one in json.loads(body)['data'] if good else []:
            print(one['event'], one['payload']['email'], flush=True)
        if not good:
            print('forged', flush=True)

    def log_message(self, *_):
        pass


server = HTTPServer(('127.0.0.1', int(sys.argv[1]) if len(sys.argv) > 1 else 0), Consumer)
print(f'http://127.0.0.1:{server.server_port}/', flush=True)
server.serve_forever()
