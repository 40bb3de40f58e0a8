#!/usr/bin/python3
"""Another driver with one change: wrap.py MODE COMMAND...

refuse-all   every callback is refused, genuine or not
flaky        every second callback is refused
slow-third   two cases are as they were; the third hangs in its callback"""

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
        if MODE == "slow-third" and opened > 2:
            time.sleep(30)
        if MODE == "refuse-all" or (MODE == "flaky" and callbacks % 2 == 0):
            print(json.dumps({"id": request["id"], "err": {"kind": "other", "message": MODE}}),
                  flush=True)
            continue
    driver.stdin.write(line)
    driver.stdin.flush()
    sys.stdout.write(driver.stdout.readline())
    sys.stdout.flush()
    if request["op"] == "bye":
        break
