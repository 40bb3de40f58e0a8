"""Runs the suite against every mutant and judges the judges. See tests/mutants/deviation.h.

A mutant is caught when its own check fails. Any other check that fails is a false accusation,
unless the table names it as a companion or the correct base client fails it too."""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import random
import shlex
import subprocess
import sys
import tempfile
import time

ACCUSED = ("fail", "warn")
PROFILES = ("aweber", "rfc6749", "rfc9700")


class Runner:
    def __init__(self, bin_dir: pathlib.Path, work: pathlib.Path, pool):
        self.bin = bin_dir
        self.work = work
        self.pool = pool
        self.negatives = set()

    def run(self, name: str, driver: list, profile: str) -> dict:
        """The JSON report of one run of the whole suite. `driver` is the options that choose it."""
        out = self.work / f"{name}.{profile}.json"
        command = [
            str(self.bin / "aweber-conformance"), "run", *driver, "--no-preflight",
            "--profile", profile, "-j", "1", "--report", f"json={out}",
        ]
        done = subprocess.run(command, capture_output=True, text=True, timeout=900, check=False)
        if not out.exists():
            raise SystemExit(
                f"{name}: the runner left no report (exit {done.returncode}):\n{done.stderr[-2000:]}")
        report = json.loads(out.read_text())
        report["exit"] = done.returncode
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


def correct_clients(runner: Runner, problems: list) -> dict:
    """Runs what must not be accused; returns the small clients' own (declared) warnings."""
    warned = {}
    runs = []
    for profile in PROFILES:
        pkce = " --pkce always" if profile == "rfc9700" else ""
        runs += [
            ("base-client", profile, runner.small_client([], profile, False)),
            ("web-application", profile, runner.small_client([], profile, True)),
            ("reference-client", profile, ["--driver", f"{runner.bin}/aweber-client driver{pkce}"]),
        ]
    reports = runner.pool.map(lambda run: runner.run(run[0], run[2], run[1]), runs)
    for (name, profile, _), report in zip(runs, reports):
        accused = accusations(report)
        must = {c: s for c, s in accused.items() if any(
            k["id"] == c and k["outcome"] == "fail"
            for case in report["cases"] for k in case.get("checks", []))}
        broken = outcomes(report, "fail", "error", "inconclusive", "not-run")
        summary = " ".join(f"{v} {k}" for k, v in report["summary"].items() if v)
        print(f"  {name:18} {profile:8} {summary}", flush=True)
        if name != "reference-client":
            warned.setdefault(profile, set()).update(set(accused) - set(must))
        for check, where in must.items():
            problems.append(f"{name} ({profile}) falsely accused: {check} in {where[0]}")
        for case in broken:
            problems.append(f"{name} ({profile}): {case} did not pass")
    return warned


def judge_mutant(runner: Runner, mutant: dict, warned: dict) -> tuple:
    profile = mutant["profile"] or "aweber"
    driver = runner.small_client(["--deviation", mutant["name"]], profile, mutant["webapp"])
    report = runner.run(mutant["name"], driver, profile)
    if not mutant["check"]:  # it does nothing: then no negative scenario may pass
        passed = [c["id"] for c in report["cases"] if c["outcome"] in ("pass", "warn")]
        granted = tuple(mutant["companions"])  # folders in which a good URL is all that is asked
        wrong = [c for c in passed if c in runner.negatives and not c.startswith(granted)]
        return bool(not wrong), [f"passed {c}" for c in wrong], report
    accused = accusations(report)
    # "expected-outcome" accuses nobody of a rule: the story of the scenario did not come off.
    allowed = {"expected-outcome", mutant["check"], *mutant["companions"]} | warned.get(profile, set())
    false = [f"{c} in {s[0]}" for c, s in accused.items() if c not in allowed]
    if not ("error" in mutant["companions"]):
        false += [f"error in {c}" for c in outcomes(report, "error", "not-run")[:1]]
    return mutant["check"] in accused, false, report


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("--sample", type=int, help="only N of the mutants, drawn by --seed")
    parser.add_argument("--seed", type=int, default=int(time.time()) // 86400, help="for --sample")
    parser.add_argument("--only", action="append", help="only this mutant (repeatable)")
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("--skip-correct", action="store_true", help="do not run the correct clients")
    parser.add_argument("-j", type=int, default=int(os.environ.get("JOBS", os.cpu_count() or 1)))
    args = parser.parse_args()

    listing = subprocess.run([args.bin / "mutant-client", "--list-json"], check=True, capture_output=True)
    mutants = json.loads(listing.stdout)
    checks = json.loads(subprocess.run(
        [args.bin / "aweber-conformance", "list", "--checks", "--format", "json"],
        check=True, capture_output=True).stdout)
    if args.only:
        unknown = set(args.only) - {m["name"] for m in mutants}
        if unknown:
            raise SystemExit(f"no such mutant: {', '.join(sorted(unknown))}")
        chosen = [m for m in mutants if m["name"] in args.only]
    elif args.sample:
        chosen = random.Random(args.seed).sample(mutants, min(args.sample, len(mutants)))
        print(f"sampled {len(chosen)} of {len(mutants)} mutants with --seed {args.seed}")
    else:
        chosen = mutants

    began = time.monotonic()
    problems, missed, falsely, bare = [], [], [], []
    with (tempfile.TemporaryDirectory(prefix="mutants-") as work,
          concurrent.futures.ThreadPoolExecutor(args.j) as pool):
        runner = Runner(args.bin, pathlib.Path(work), pool)
        scenarios = json.loads(subprocess.run(
            [args.bin / "aweber-conformance", "list", "--format", "json"],
            check=True, capture_output=True).stdout)
        runner.negatives = {s["id"] for s in scenarios if s.get("control")}
        warned = {}
        if not args.skip_correct:
            print("correct clients: nothing may be accused")
            warned = correct_clients(runner, problems)
        print(f"mutants: {len(chosen)}", flush=True)
        jobs = {pool.submit(judge_mutant, runner, m, warned): m for m in chosen}
        for job in concurrent.futures.as_completed(jobs):
            mutant = jobs[job]
            caught, false, _ = job.result()
            word = "caught" if caught else "MISSED"
            print(f"  {word:7} {mutant['name']:28} {mutant['check'] or '(passes no negative)'}", flush=True)
            if not caught:
                missed.append(mutant["name"])
            for what in false:
                falsely.append(mutant["name"])
                print(f"          also accused: {what}", flush=True)

    if not args.only:
        covered = {m["check"] for m in mutants}
        # What only a web application can get wrong has its mistakes there (script/webapps).
        webapps = pathlib.Path(__file__).resolve().parent.parent / "tests/webapps/table.json"
        covered |= {m["check"] for m in json.loads(webapps.read_text())["deviations"]}
        # And what only several processes can get wrong (script/races).
        races = pathlib.Path(__file__).resolve().parent.parent / "tests/races/table.json"
        covered |= {row["check"] for row in json.loads(races.read_text())["racy"]}
        bare = [c["id"] for c in checks if c["id"] not in covered]
        if bare:
            print(f"checks without a mutant: {' '.join(bare)}")
    for problem in problems:
        print(f"PROBLEM {problem}")
    print(f"{len(chosen) - len(missed)} caught, {len(missed)} missed, "
          f"{len(set(falsely))} with a false accusation, {len(problems)} problems with correct "
          f"clients, {len(bare)} checks without a mutant, {time.monotonic() - began:.0f} s")
    return 1 if missed or falsely or problems or bare else 0


if __name__ == "__main__":
    sys.exit(main())
