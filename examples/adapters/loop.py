"""The driver protocol for Python adapters: reads requests, calls your operations, writes replies.

    serve({"name": ..., "version": ..., "language": "Python"}, {"state": True}, {"open": ..., ...})

An operation is a function that takes the request (a dict) and returns the members of `ok` (a dict,
or None for nothing). It raises Refused to answer `err`, Unsupported to answer `unsupported`. Copy
this file beside your adapter; it needs nothing but Python."""

import concurrent.futures
import json
import os
import sys
import threading
from typing import Callable, Dict, Optional


class Refused(Exception):
    """The client did not do it. `kind` is one of the protocol's err.kind."""

    def __init__(self, kind: str, message: str = "", **extra):
        super().__init__(message)
        self.reply = {"kind": kind, "message": message, **extra}


class Unsupported(Exception):
    """The client cannot do it, and `features` did not say that it can."""


def serve(client: dict, features: dict, operations: Dict[str, Callable[[dict], Optional[dict]]]):
    # The protocol gets the real standard output; whatever the library prints goes to stderr.
    out = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)
    writing = threading.Lock()

    def answer(request: dict):
        op, reply = request["op"], {"id": request["id"]}
        try:
            if op == "hello":
                reply["ok"] = {"protocol": 1, "client": client, "features": features}
            elif op == "bye":
                reply["ok"] = {}
            elif op not in operations:
                raise Unsupported(op)
            else:
                reply["ok"] = operations[op](request) or {}
        except Unsupported as missing:
            reply["unsupported"] = {"feature": str(missing)}
        except Refused as refused:
            reply["err"] = refused.reply
        except Exception as error:  # a defect of the adapter, or something the library let through
            reply["err"] = {"kind": "internal", "message": f"{type(error).__name__}: {error}"}
        with writing:
            out.write(json.dumps(reply) + "\n")
            out.flush()

    # Whoever claims `concurrent` gets the next request while this one is at work.
    with concurrent.futures.ThreadPoolExecutor(features.get("concurrent", 1)) as workers:
        for line in sys.stdin:
            request = json.loads(line)
            done = workers.submit(answer, request)
            if features.get("concurrent", 1) == 1 or request["op"] == "bye":
                done.result()
            if request["op"] == "bye":
                return
