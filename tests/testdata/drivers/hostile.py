#!/usr/bin/python3
"""A driver that keeps the protocol except in the one way that its first argument names."""

import json
import os
import signal
import sys
import time

MODE = sys.argv[1]
OUT = os.fdopen(int(os.environ.get("DRIVER_FD", "1")), "w", buffering=1)


def say(line):
    OUT.write(line + "\n")
    OUT.flush()


def reply(request, **outcome):
    say(json.dumps({"id": request["id"], **outcome}))


def hello(request):
    features = {"state": True}
    if MODE == "concurrent":
        features["concurrent"] = 3
    if MODE == "bad-features":
        features["auth"] = "basic"
    version = 2 if MODE == "bad-version" else 1
    reply(request, ok={"protocol": version, "features": features,
                       "client": {"name": "hostile", "version": "1", "language": "Python"}})


def misbehave(request):
    """What happens instead of, or besides, the reply to an operation. True when it replied."""
    if MODE == "wrong-id":
        say(json.dumps({"id": request["id"] + 100, "ok": {}}))
    elif MODE == "twice":
        reply(request, ok={})
        reply(request, ok={})
    elif MODE == "no-outcome":
        say(json.dumps({"id": request["id"]}))
    elif MODE == "both":
        reply(request, ok={}, err={"kind": "other"})
    elif MODE == "number":
        say("42")
    elif MODE == "long-line":
        say('{"id":%d,"ok":{"x":"%s"}}' % (request["id"], "x" * (1 << 20)))
    elif MODE == "crash":
        os.kill(os.getpid(), signal.SIGSEGV)
    elif MODE == "exit-3":
        print("out of luck", file=sys.stderr, flush=True)
        sys.exit(3)
    elif MODE == "close-output":
        OUT.close()
        time.sleep(30)
    elif MODE == "hang":
        time.sleep(30)
    elif MODE == "stubborn":
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(30)
    elif MODE == "leave-child":
        if os.fork() == 0:
            time.sleep(30)
            os._exit(0)
        os._exit(1)
    elif MODE == "noise":
        say("debug: got " + request["op"])
        say("")
        reply(request, ok={})
    elif MODE == "flood-noise":
        while True:
            say("debug")
    elif MODE == "flood-stderr":
        for _ in range(2000):
            sys.stderr.write("x" * 999 + "\n")
        sys.stderr.write("the end\n")
        sys.stderr.flush()
        reply(request, ok={})
    elif MODE == "unknown-kind":
        reply(request, err={"kind": "tired", "message": "later"})
    elif MODE == "unasked":
        reply(request, ok={})
        say('{"id":0,"ok":{}}')
    elif MODE == "deaf":
        os.close(0)
        time.sleep(30)
    elif MODE == "late":  # after the limit; by then nobody listens
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        time.sleep(1.5)
        reply(request, ok={})
        time.sleep(30)
    elif MODE == "early":  # the next reply as well
        reply(request, ok={})
        say(json.dumps({"id": request["id"] + 1, "ok": {"url": "https://elsewhere.test/"}}))
    elif MODE == "rubbish":
        OUT.flush()
        os.write(OUT.fileno(), b"\x00\xff\xfe{\x80\n{\"id\":1,\"ok\"\n" * 3)
        reply(request, ok={})
    elif MODE == "deep":
        say('{"id":%d,"ok":%s}' % (request["id"], '{"a":' * 20000 + "1" + "}" * 20000))
    elif MODE == "half-a-line":
        os.write(OUT.fileno(), b'{"id":%d,"o' % request["id"])
        sys.exit(0)
    elif MODE == "drip":  # a whole reply, but a byte at a time
        for byte in json.dumps({"id": request["id"], "ok": {"url": "https://elsewhere.test/"}}) + "\n":
            os.write(OUT.fileno(), byte.encode())
            time.sleep(0.001)
    elif MODE == "die-between":
        reply(request, ok={"url": "https://elsewhere.test/"})
        os._exit(9)
    elif MODE == "stopped":  # a stopped process does not see SIGTERM
        os.kill(os.getpid(), signal.SIGSTOP)
    elif MODE == "family":  # children that hold its streams, in its group
        for _ in range(20):
            if os.fork() == 0:
                signal.signal(signal.SIGTERM, signal.SIG_IGN)
                time.sleep(30)
                os._exit(0)
        os._exit(0)
    elif MODE == "daemon":  # children that leave its group, and a driver that goes on
        if os.fork() == 0:
            os.setsid()
            if os.fork() == 0:
                time.sleep(30)
            os._exit(0)
        reply(request, ok={"url": "https://elsewhere.test/"})
    elif MODE == "flood-and-hang":
        os.set_blocking(2, False)
        end = time.time() + 30
        while time.time() < end:
            try:
                os.write(2, b"x" * 65536)
            except BlockingIOError:
                time.sleep(0.01)
    elif MODE == "close-everything":
        for descriptor in (0, 1, 2):
            os.close(descriptor)
        time.sleep(30)
    else:
        return False
    return True


def main():
    held = []
    if MODE == "exit-at-once":
        sys.exit(7)
    if MODE == "silent":
        time.sleep(30)
    if MODE == "print-first":
        say("Welcome!")
    for line in sys.stdin:
        request = json.loads(line)
        op = request["op"]
        if op == "hello":
            hello(request)
        elif op == "bye":
            if MODE == "no-bye":
                time.sleep(30)
            if MODE != "curt-bye":
                reply(request, ok={})
            sys.exit(5 if MODE in ("bad-bye", "curt-bye") else 0)
        elif op == "x-probe":
            if MODE == "knows-all":
                reply(request, ok={})
            else:
                reply(request, unsupported={"feature": op})
        elif misbehave(request):
            pass
        elif MODE == "concurrent":
            held.append(request)
            if len(held) == 3:  # the last asked is answered first
                for one in reversed(held):
                    reply(one, ok={"echo": one.get("n")})
                held.clear()
        elif MODE == "no-url" or op != "authorize":
            reply(request, ok={})
        else:
            reply(request, ok={"url": "https://elsewhere.test/"})


main()
