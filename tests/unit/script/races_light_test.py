"""tests/races/light.py does what the modules do that it stands for."""

import contextlib
import json
import pathlib
import sys
import unittest
import urllib.parse

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "races"))
import light  # noqa: E402


def outcome(function, *words):
    """What it answers, or the kind of what it raises."""
    try:
        return function(*words)
    except ValueError:
        return ValueError


class Texts(unittest.TestCase):
    def test_loads(self):
        for text in ('{"a": ["b", 1, -2.5e3, true, false, null]}', ' \r\n\t"\\u00e9\\n" ', "12", "[]",
                     "", " ", "{", '{"a": }', "[1] 2", '"a\nb"', "nul", "[1,]"):
            with self.subTest(text):
                self.assertEqual(outcome(light.loads, text), outcome(json.loads, text))

    def test_dumps(self):
        for tokens in ({}, {"a": "b"}, {"access": 'x"\\\n\u00e9\U0001f600', "live": True, "over": False}):
            with self.subTest(tokens):
                self.assertEqual(light.dumps(tokens), json.dumps(tokens))

    def test_unquote_plus(self):
        for text in ("", "a", "a+b%20c", "%C3%A9%2b", "\u00e9+%2525", "100%25"):
            with self.subTest(text):
                self.assertEqual(light.unquote_plus(text), urllib.parse.unquote_plus(text))


class Blocks(unittest.TestCase):
    def test_suppress(self):
        with light.suppress(KeyError, OSError):
            raise FileNotFoundError
        with light.suppress(KeyError):
            pass
        with self.assertRaises(IndexError), light.suppress(KeyError):
            raise IndexError

    def play(self, contextmanager, problem, ending):
        """What happened, in order, around a block that raises `problem`."""
        seen = []

        @contextmanager
        def around(name):
            seen.append(name)
            try:
                yield "given"
            except BaseException as caught:
                seen.append(type(caught))
                if ending == "swallows":
                    return
                if ending == "replaces":
                    raise OSError("another") from caught
                raise
            finally:
                seen.append("after")

        try:
            with around("before") as given:
                seen.append(given)
                if problem:
                    raise problem
        except BaseException as raised:
            seen += ["raised", type(raised), raised is problem]
        return seen

    def test_contextmanager(self):
        for kind in (None, ValueError, StopIteration, RuntimeError, KeyboardInterrupt, GeneratorExit):
            for ending in ("raises", "swallows", "replaces"):
                with self.subTest(kind=kind, ending=ending):
                    mine, theirs = (self.play(contextmanager, kind and kind("x"), ending)
                                    for contextmanager in (light.contextmanager,
                                                           contextlib.contextmanager))
                    self.assertEqual(mine, theirs)


if __name__ == "__main__":
    unittest.main()
