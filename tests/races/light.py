"""What json, contextlib and urllib would bring, without the modules that they import in turn: those
are two thirds of the time that a small program takes, and script/races starts tens of thousands."""

import _json  # the half of json that is written in C


class ScanOptions:
    """What json.loads asks of its scanner."""
    strict = True
    object_hook = object_pairs_hook = None
    parse_int, parse_float, parse_constant = int, float, float
    memo = {}


scan = _json.make_scanner(ScanOptions)


def loads(text):
    """json.loads: ValueError for what is not JSON."""
    text = text.strip(" \t\r\n")
    try:
        value, end = scan(text, 0)
    except StopIteration:
        raise ValueError("no JSON") from None
    if end != len(text):
        raise ValueError("more than one JSON value")
    return value


def dumps(tokens):
    """json.dumps of an object of texts and booleans, which is what a store holds."""
    def written(value):
        return str(value).lower() if isinstance(value, bool) else quoted(value)

    quoted = _json.encode_basestring_ascii
    return "{" + ", ".join(f"{quoted(k)}: {written(v)}" for k, v in tokens.items()) + "}"


def unquote_plus(text):
    """urllib.parse.unquote_plus."""
    first, *rest = text.replace("+", " ").split("%")
    return (first.encode() + b"".join(bytes.fromhex(part[:2]) + part[2:].encode()
                                      for part in rest)).decode()


class suppress:  # a name like contextlib's
    """contextlib.suppress."""

    def __init__(self, *kinds):
        self.kinds = kinds

    def __enter__(self):
        pass

    def __exit__(self, kind, problem, trace):
        return kind is not None and issubclass(kind, self.kinds)


class Managed:
    """What a function of `contextmanager` gives: before its yield, the block, after its yield."""

    def __init__(self, steps):
        self.steps = steps

    def __enter__(self):
        return next(self.steps)

    def __exit__(self, kind, problem, trace):
        if problem is None:
            next(self.steps, None)
            return False
        try:
            self.steps.throw(problem)
        except StopIteration:
            return True
        except BaseException as raised:
            # A generator hands on a StopIteration as the cause of a RuntimeError.
            wrapped = (isinstance(problem, StopIteration) and isinstance(raised, RuntimeError)
                       and raised.__cause__ is problem)
            if raised is not problem and not wrapped:
                raise
        return False


def contextmanager(function):
    """contextlib.contextmanager."""
    return lambda *words: Managed(function(*words))
