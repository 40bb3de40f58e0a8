"""How script/races and the model's replay play one program of tests/races."""

import json
import os
import pathlib
import subprocess
import sys
import tempfile

ROOT = pathlib.Path(__file__).resolve().parent.parent
PROGRAMS = ROOT / "tests" / "races"
# Not the first python3 of PATH, which may be a wrapper that takes its time.
PYTHON = "/usr/bin/python3" if os.access("/usr/bin/python3", os.X_OK) else sys.executable


class NoReport(Exception):
    """The run ended without saying how its cases did."""


def configuration(name, within):
    def words(command):
        return [PYTHON, "-I", "-S", str(PROGRAMS / "cli.py"), name, command]

    return json.dumps({
        "name": name,
        "env": {"TOKEN_URL": "${token_url}", "AUTHORIZE_URL": "${authorize_url}",
                "API_URL": "${api_url}", "CLIENT_ID": "${client_id}",
                "CLIENT_SECRET": "${client_secret}", "REDIRECT_URI": "${redirect_uri}"},
        "login": {"command": words("login"), "kind": "prompt"},
        "call": {"command": words("lists")},
        "refresh": {"command": words("refresh")},
        "logout": {"command": words("logout")},
        "store": [".racy"],
        "within": within,
        "daemon": name == "daemon",
    })


def play(program, scenarios, seed, name, within):
    """Every case of one run, as its JSON report has it."""
    with tempfile.TemporaryDirectory(prefix="aweber-races-") as folder:
        file = pathlib.Path(folder) / f"{name}.yaml"
        file.write_text(configuration(name, within), encoding="utf-8")
        done = subprocess.run(
            [program, "run", *scenarios, "--driver-kind", "process", "--driver-config", str(file),
             "--scheme", "http", "--seed", str(seed), "-j", "4", "--report", "json"],
            capture_output=True, text=True, check=False)
        try:
            return json.loads(done.stdout)["cases"]
        except ValueError:
            raise NoReport(f"{name}: no report: exit {done.returncode}: {done.stderr}") from None
