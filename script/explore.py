"""Explores every mutant until its mistake is found, and the correct clients for as long.

A mutant counts as found when explore reports a finding that is not flaky within --time. The steps
are those of the shrunk flow. Each finding's file is played again with `run`, and must fail."""

import argparse
import concurrent.futures
import json
import os
import pathlib
import random
import shlex
import statistics
import subprocess
import sys
import tempfile
import time

PROFILES = ("aweber", "rfc6749", "rfc9700")
# One from each part of the flow.
SMOKE = ("duplicate-scope", "accept-missing-state", "expires-required", "refresh-on-403",
         "keep-old-refresh-token", "token-get@revoke")


class GivenUp(Exception):
    """The exploration says nothing about the client."""


def report_of(command: list, report: pathlib.Path, seconds: float) -> dict:
    """Runs `explore` and returns its JSON report, which it writes to `report`."""
    report.unlink(missing_ok=True)
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired as late:
        raise GivenUp(f"it did not end within {seconds:.0f} s") from late
    if not report.exists():
        raise GivenUp(f"explore left no report (exit {done.returncode}):\n{done.stderr[-2000:]}")
    told = json.loads(report.read_text())
    if told["harness_error"]:
        raise GivenUp(f"the exploration was given up: {told['harness_error']}")
    return told


class Explorer:
    def __init__(self, bin_dir: pathlib.Path, work: pathlib.Path, args):
        self.bin = bin_dir
        self.work = work
        self.args = args

    def client(self, arguments: list, profile: str, webapp: bool) -> list:
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

    def explore(self, name: str, driver: list, profile: str, until_found: bool) -> dict:
        out = self.work / f"{name}.{profile}"
        report = self.work / f"{name}.{profile}.json"
        command = [
            str(self.bin / "aweber-conformance"), "explore", *driver, "--no-preflight", "--strict",
            "--profile", profile, "--time", f"{self.args.time}s", "--seed", str(self.args.seed),
            "-j", "1", "--out", str(out), "--report", f"json={report}", "--settings", "none",
        ]
        if until_found:
            command.append("--fail-fast")
        began = time.monotonic()
        try:
            told = report_of(command, report, self.args.time + 300)
        except GivenUp as why:
            raise SystemExit(f"{name}: {why}") from why
        result = told["exploration"]
        result["seconds"] = time.monotonic() - began
        return result

    def plays_again(self, finding: dict, check: str, driver: list, profile: str) -> bool:
        """Whether `run FILE` fails with `check`."""
        if not finding["file"]:
            return False
        report = pathlib.Path(finding["file"]).with_suffix(".run.json")
        subprocess.run(
            [str(self.bin / "aweber-conformance"), "run", finding["file"], *driver,
             "--no-preflight", "--strict", "--profile", profile, "--seed", str(self.args.seed),
             "--report", f"json={report}", "--settings", "none"],
            capture_output=True, timeout=120, check=False)
        if not report.exists():
            return False
        cases = json.loads(report.read_text())["cases"]
        return any(one["id"] == check and one["outcome"] in ("fail", "warn")
                   for case in cases for one in case.get("checks", []))


def checks_of(finding: dict) -> list:
    """The check that the finding is told by, and those that its flow shows besides."""
    return [finding["check"], *finding["also"]]


def told(finding: dict) -> str:
    return f"{finding['check']} at {finding['place']}: {finding['flow']}"


def explore_mutant(explorer: Explorer, mutant: dict) -> dict:
    profile = mutant["profile"] or "aweber"
    driver = explorer.client(["--deviation", mutant["name"]], profile, mutant["webapp"])
    result = explorer.explore(mutant["name"], driver, profile, True)
    good = [f for f in result["findings"] if f["outcome"] != "flaky"]
    own = [f for f in good if mutant["check"] in checks_of(f)]
    finding = result["finding"] = (own or good or [None])[0]
    if finding:
        result["check"] = mutant["check"] if own else finding["check"]
        result["again"] = finding["check"] == "driver" or explorer.plays_again(
            finding, result["check"], driver, profile)
    return result


def explore_correct(explorer: Explorer, problems: list) -> None:
    runs = []
    for profile in PROFILES:
        pkce = " --pkce always" if profile == "rfc9700" else ""
        runs += [("base-client", profile, explorer.client([], profile, False)),
                 ("reference-client", profile,
                  ["--driver", f"{explorer.bin}/aweber-client driver{pkce}"])]
    for name, profile, driver in runs:
        result = explorer.explore(name, driver, profile, False)
        # What only should be otherwise is the client's own choice, declared in script/mutants.
        found = [f for f in result["findings"] if f["outcome"] not in ("flaky", "warn")]
        states = len(result["coverage"]["states"])
        print(f"  {name:18} {profile:8} {result['sequences']} sequences, {states} states, "
              f"{len(found)} findings", flush=True)
        problems += [f"{name} ({profile}): {told(f)}" for f in found]


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/explore", description=__doc__)
    parser.add_argument("--time", type=int, default=60, help="seconds for each client")
    parser.add_argument("--sample", type=int, help="only N of the mutants, drawn by --seed")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", action="append", help="only this mutant (repeatable)")
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("--skip-correct", action="store_true", help="do not explore the correct clients")
    parser.add_argument("--least", type=float, default=95, help="per cent that must be found")
    parser.add_argument("--smoke", action="store_true",
                        help="a few mutants, 20 s each at most, and no correct clients")
    parser.add_argument("-j", type=int, default=int(os.environ.get("JOBS", os.cpu_count() or 1)))
    args = parser.parse_args()
    if args.smoke:
        args.only, args.time, args.skip_correct, args.least = list(SMOKE), 20, True, 100

    mutants = json.loads(subprocess.run([args.bin / "mutant-client", "--list-json"], check=True,
                                        capture_output=True).stdout)
    if args.only:
        unknown = set(args.only) - {m["name"] for m in mutants}
        if unknown:
            raise SystemExit(f"no such mutant: {', '.join(sorted(unknown))}")
        mutants = [m for m in mutants if m["name"] in args.only]
    elif args.sample:
        mutants = random.Random(args.seed).sample(mutants, min(args.sample, len(mutants)))

    problems, missed, other, steps, seconds = [], [], [], [], []
    with (tempfile.TemporaryDirectory(prefix="explore-") as work,
          concurrent.futures.ThreadPoolExecutor(args.j) as pool):
        explorer = Explorer(args.bin, pathlib.Path(work), args)
        if not args.skip_correct:
            print("correct clients: nothing may be found")
            explore_correct(explorer, problems)
        print(f"mutants: {len(mutants)}, {args.time} s each at most", flush=True)
        jobs = {pool.submit(explore_mutant, explorer, m): m for m in mutants}
        for job in concurrent.futures.as_completed(jobs):
            mutant, result = jobs[job], job.result()
            finding = result["finding"]
            if finding is None:
                missed.append(mutant["name"])
                print(f"  MISSED  {mutant['name']:28} {mutant['check']:24} "
                      f"{result['sequences']} sequences", flush=True)
                continue
            steps.append(finding["steps"])
            seconds.append(result["seconds"])
            if result["check"] != mutant["check"]:
                other.append(mutant["name"])
            if not result["again"]:
                problems.append(f"{mutant['name']}: run does not fail on {finding['id']}")
            print(f"  found   {mutant['name']:28} {result['check']:24} {result['seconds']:5.1f} s "
                  f"{finding['steps']:2} steps: {finding['flow']}", flush=True)

    for problem in problems:
        print(f"PROBLEM {problem}")
    found = len(mutants) - len(missed)
    share = 100 * found / max(1, len(mutants))
    print(f"{found} of {len(mutants)} found ({share:.1f} %), {len(missed)} missed"
          f"{': ' + ' '.join(sorted(missed)) if missed else ''}; {len(other)} by another check; "
          f"median {statistics.median(steps) if steps else 0} steps, "
          f"{statistics.median(seconds) if seconds else 0:.1f} s; {len(problems)} problems")
    return 1 if problems or share < args.least else 0


if __name__ == "__main__":
    sys.exit(main())
