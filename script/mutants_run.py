"""One run of the suite with one of the small clients, for script/mutants."""

import collections
import json
import pathlib
import shlex
import subprocess

ACCUSED = ("fail", "warn")
PROFILES = ("aweber", "rfc6749", "rfc9700")


class Runner:
    def __init__(self, bin_dir: pathlib.Path, work: pathlib.Path, pool):
        self.bin = bin_dir
        self.work = work
        self.pool = pool

    def _json(self, program: str, *arguments: str):
        done = subprocess.run([self.bin / program, *arguments], check=True, capture_output=True)
        return json.loads(done.stdout)

    def list_mutants(self) -> list:
        return self._json("mutant-client", "--list-json")

    def list_scenarios(self) -> list:
        return self._json("aweber-conformance", "list", "--format", "json")

    def list_checks(self) -> list:
        return self._json("aweber-conformance", "list", "--checks", "--format", "json")

    def run(self, name: str, driver: list, profile: str, scenarios: list = (),
            scheme: str = "https") -> dict:
        """The JSON report of one run. `driver` is the options that choose it; no scenario is all."""
        out = self.work / f"{name}.{profile}.json"
        command = [
            str(self.bin / "aweber-conformance"), "run", *scenarios, *driver, "--no-preflight",
            "--max-restarts", "1000", "--scheme", scheme, "--profile", profile, "-j", "1", "--report", f"json={out}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
        if not out.exists():
            raise SystemExit(
                f"{name}: the runner left no report (exit {done.returncode}):\n{done.stderr[-2000:]}")
        report = json.loads(out.read_text())
        out.unlink()
        return report

    def small_client(self, arguments: list, profile: str, webapp: bool) -> list:
        """The options that choose the small client, as a driver or as a web application."""
        program = str(self.bin / "mutant-client")
        if profile == "rfc9700":
            arguments = [*arguments, "--pkce", "always"]
        if not webapp:
            return ["--driver", shlex.join([program, *arguments])]
        config = subprocess.run([program, "--webapp-config", *arguments], check=True,
                                capture_output=True, text=True).stdout
        file = self.work / f"webapp{'-'.join(arguments)}.yaml"
        file.write_text(config)
        return ["--driver-kind", "webapp", "--driver-config", str(file)]


def accusations(report: dict) -> dict:
    """check id -> scenario ids in which it failed."""
    found = collections.defaultdict(list)
    for case in report["cases"]:
        for check in case.get("checks", []):
            if check["outcome"] in ACCUSED:
                found[check["id"]].append(case["id"])
    return found


def outcomes(report: dict, *wanted: str) -> list:
    return [c["id"] for c in report["cases"] if c["outcome"] in wanted]
