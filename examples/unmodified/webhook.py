"""A consumer of AWeber's webhooks: VERIFICATION_KEY=... python3 webhook.py [PORT]"""
import base64
import hashlib
import hmac
import json
import os
import sys
import time
from email.utils import parsedate_to_datetime
from http.server import BaseHTTPRequestHandler, HTTPServer

KEY = base64.b64decode(os.environ['VERIFICATION_KEY'])
seen = set()


class Consumer(BaseHTTPRequestHandler):
    def do_POST(self):
        body = self.rfile.read(int(self.headers['Content-Length']))
        date, delivery = self.headers['Date'], self.headers['AWeber-Delivery-ID']
        signed = (f'date:{date}\n'.encode() + body).rstrip()
        wanted = 'sha256=' + hmac.new(KEY, signed, hashlib.sha256).hexdigest()
        if not hmac.compare_digest(wanted, self.headers['AWeber-Signature']):
            self.answer(403, 'forged')
        elif abs(time.time() - parsedate_to_datetime(date).timestamp()) > 300:
            self.answer(403, 'stale')
        elif delivery in seen:
            self.answer(204, 'seen before')
        else:
            seen.add(delivery)
            events = json.loads(body)['data']
            self.answer(204, *(f'{one["event"]} {one["payload"]["email"]}' for one in events))

    def answer(self, status, *lines):
        print(*lines, sep='\n', flush=True)
        self.send_response(status)
        self.end_headers()

    def log_message(self, *_):
        pass


server = HTTPServer(('127.0.0.1', int(sys.argv[1]) if len(sys.argv) > 1 else 0), Consumer)
print(f'http://127.0.0.1:{server.server_port}/', flush=True)
server.serve_forever()
