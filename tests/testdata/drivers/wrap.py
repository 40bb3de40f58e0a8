#!/usr/bin/python3
"""Another driver with one change: wrap.py MODE COMMAND...

refuse-all   every callback is refused, genuine or not
flaky        every second callback is refused
slow-third   two cases are as they were; the third hangs in its callback
hang-on-page hangs where a token reply cannot be read
end-on-page  ends with status 7 there
end-on-revoke  ends with status 7 at each revocation
shout        refuses every callback with a terminal's codes, HTML, Markdown and 900,000 characters
hang-marked  makes the file `hung` and hangs, in the first callback"""

import json
import subprocess
import sys
import time

MODE, COMMAND = sys.argv[1], sys.argv[2:]
driver = subprocess.Popen(COMMAND, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
callbacks = opened = 0
for line in sys.stdin:
    request = json.loads(line)
    opened += request["op"] == "open"
    if request["op"] == "callback":
        callbacks += 1
        if MODE == "hang-marked":
            open("hung", "w").close()
            time.sleep(60)
        if MODE == "slow-third" and opened > 2:
            time.sleep(30)
        if MODE == "shout":
            words = "\x1b[31mred\x1b[0m <script>alert(1)</script> [a](b) **c** | `d` " + 900_000 * "x"
            print(json.dumps({"id": request["id"], "err": {"kind": "other", "message": words}}), flush=True)
            continue
        if MODE == "refuse-all" or (MODE == "flaky" and callbacks % 2 == 0):
            print(json.dumps({"id": request["id"], "err": {"kind": "other", "message": MODE}}),
                  flush=True)
            continue
    if request["op"] == "revoke" and MODE == "end-on-revoke":
        sys.exit(7)
    driver.stdin.write(line)
    driver.stdin.flush()
    reply = driver.stdout.readline()
    if request["op"] == "callback" and "invalid_response" in reply:
        if MODE == "hang-on-page":
            time.sleep(60)
        if MODE == "end-on-page":
            print("no JSON: going down", file=sys.stderr, flush=True)
            sys.exit(7)
    sys.stdout.write(reply)
    sys.stdout.flush()
    if request["op"] == "bye":
        break
