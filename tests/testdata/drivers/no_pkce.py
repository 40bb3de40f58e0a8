#!/usr/bin/python3
"""A confidential client that never learns that its provider takes PKCE: no_pkce.py COMMAND..."""

import json
import subprocess
import sys

# It answers on our own standard output, so that operations may be under way together.
driver = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, text=True, bufsize=1)
for line in sys.stdin:
    request = json.loads(line)
    if request["op"] == "open" and request["client_type"] == "confidential":
        request.pop("pkce", None)
    driver.stdin.write(json.dumps(request) + "\n")
driver.stdin.close()
sys.exit(driver.wait())
