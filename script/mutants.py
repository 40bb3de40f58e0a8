"""Runs the suite against every mutant and judges the judges. See tests/mutants/mutant.h.

A mutant is caught when its own check fails. Any other check that fails is a false accusation, unless
the table names it as a companion or the correct base client fails it too.

Every mutant plays the scenarios that notice it, as tests/mutants/noticed.json has them; a sample plays
the whole suite, and so do the correct clients. --record writes that file anew: every mistake plays the
whole suite, and at each of its places the scenarios that noticed it there; with --only, the rows of those
mutants. What nothing notices stands in tests/mutants/unnoticed.json with its reason."""

import argparse
import collections
import concurrent.futures
import fnmatch
import json
import os
import pathlib
import random
import sys
import tempfile
import time

from mutants_run import PROFILES, Runner, accusations, outcomes

ROOT = pathlib.Path(__file__).resolve().parent.parent
NOTICED = ROOT / "tests/mutants/noticed.json"
UNNOTICED = ROOT / "tests/mutants/unnoticed.json"
KEPT = 4  # scenarios of noticed.json that a mutant plays
TRIED = 8  # scenarios that a mistake at a place plays first, when it is recorded


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
        summary = " ".join(f"{v} {k}" for k, v in report["summary"].items() if v)
        print(f"  {name:18} {profile:8} {summary}", flush=True)
        if name != "reference-client":
            warned.setdefault(profile, set()).update(set(accused) - set(must))
        for check, where in must.items():
            problems.append(f"{name} ({profile}) falsely accused: {check} in {where[0]}")
        for case in outcomes(report, "fail", "error", "inconclusive", "not-run"):
            problems.append(f"{name} ({profile}): {case} did not pass")
    return warned


class Verdict:
    """What one run says of one mutant."""

    def __init__(self, mutant: dict, report: dict, warned: dict, negatives: set):
        self.mutant = mutant
        self.noticed = []  # scenarios in which its own check failed
        self.anywhere = []  # or one of its companions
        self.false = []    # accusations that are none of its own
        if not mutant["check"]:  # it does nothing: then no negative scenario may pass
            granted = tuple(mutant["companions"])  # folders in which a good URL is all that is asked
            passed = outcomes(report, "pass", "warn")
            wrong = [c for c in passed if c in negatives and not c.startswith(granted)]
            self.false = [f"passed {c}" for c in wrong]
            self.caught = not wrong
            return
        accused = accusations(report)
        broken = outcomes(report, "error", "not-run")
        if mutant["check"] == "error":  # the driver's contract refuses it
            self.noticed = broken
        else:
            self.noticed = accused.get(mutant["check"], [])
        rules = {mutant["check"], *mutant["companions"]}
        self.anywhere = sorted({s for c in rules for s in accused.get(c, [])} | set(self.noticed))
        # "expected-outcome" accuses nobody of a rule: the story of the scenario did not come off.
        allowed = {"expected-outcome", mutant["check"], *mutant["companions"]}
        allowed |= warned.get(mutant["profile"] or "aweber", set())
        self.false = [f"{c} in {s[0]}" for c, s in accused.items() if c not in allowed]
        if "error" not in mutant["companions"]:
            self.false += [f"error in {c}" for c in broken[:1]]
        self.caught = bool(self.noticed)


class Judge:
    def __init__(self, runner: Runner, warned: dict, negatives: set):
        self.runner, self.warned, self.negatives = runner, warned, negatives

    def __call__(self, mutant: dict, scenarios: list) -> Verdict:
        """By those scenarios alone, or by all of them where none are named."""
        profile = mutant["profile"] or "aweber"
        driver = self.runner.small_client(["--deviation", mutant["name"]], profile, mutant["webapp"])
        # Without TLS it takes half the time; the scenarios about certificates need it.
        scheme = "https" if not scenarios or mutant["check"] == "tk-tls" else "http"
        report = self.runner.run(mutant["name"], driver, profile, scenarios, scheme)
        return Verdict(mutant, report, self.warned, self.negatives)


class Recorder:
    """Finds for each mutant the scenarios that notice it.

    A mistake plays the scenarios that are about its rules and those that go everywhere, or the whole
    suite when none of them notices. At one place it can be noticed only where it was noticed at all:
    it plays some of those scenarios, and the others when none of them does."""

    def __init__(self, judge: Judge, scenarios: list, pool, tell):
        self.judge, self.pool, self.tell = judge, pool, tell
        self.scenarios = scenarios
        self.first = scenarios[0]["id"]  # so that there is a next case

    def __call__(self, mutants: list) -> list:
        whole = list(self.pool.map(self._whole, [m for m in mutants if not m["place"]]))
        self.noticed = {v.mutant["mistake"]: v.anywhere for v in whole}
        self.common = collections.Counter(s for v in whole for s in v.anywhere)
        placed = self.pool.map(self._placed, [m for m in mutants if m["place"]])
        return whole + list(placed)

    def _about(self, mutant: dict) -> list:
        rules = {mutant["check"], *mutant["companions"]}
        return [s["id"] for s in self.scenarios
                if rules & set(s["checks"]) or s["id"].startswith("flow/") or is_for_places(s["id"])]

    def _whole(self, mutant: dict) -> Verdict:
        verdict = None
        if mutant["check"] and not mutant["webapp"]:
            verdict = self._play(mutant, self._about(mutant))
        if verdict is None or not verdict.noticed:
            verdict = self.judge(mutant, [])
        self.tell(verdict)
        return verdict

    def _placed(self, mutant: dict) -> Verdict:
        where = sorted(self.noticed.get(mutant["mistake"], []),
                       key=lambda s: (not is_for_places(s), self.common[s], s))
        verdict = self._play(mutant, where[:TRIED])
        if not verdict.noticed and where[TRIED:]:
            verdict = self._play(mutant, where[TRIED:])
        self.tell(verdict)
        return verdict

    def _play(self, mutant: dict, scenarios: list) -> Verdict:
        return self.judge(mutant, [self.first, *(s for s in scenarios if s != self.first)])


def is_for_places(scenario: str) -> bool:
    """It goes through the rules of others at the second attempt, for the second user, and so on."""
    return "where" in scenario or scenario.startswith("refresh/answers")


def chosen_mutants(mutants: list, only: list) -> list:
    if not only:
        return mutants
    chosen = [m for m in mutants if any(fnmatch.fnmatch(m["name"], glob) for glob in only)]
    if not chosen:
        raise SystemExit(f"--only: no mutant is called {', '.join(only)}; mutant-client --list-json "
                         "has their names")
    return chosen


def reason_of(mutant: dict, rows: list) -> str:
    """Why nothing notices it; "" when it has to be noticed."""
    for row in rows:
        if any(fnmatch.fnmatch(mutant["name"], glob) for glob in row["mutants"]):
            return row["reason"]
    return ""


def write_record(path: pathlib.Path, verdicts: list, scenarios: list, before: list):
    """The scenarios that notice each mutant, those first that few others have. All of them where the
    mistake is made everywhere: what is ordinary in them is a place, too. `before`: rows to keep."""
    rows = {row["mutant"]: row for row in before}
    common = collections.Counter(s for v in verdicts for s in v.noticed)
    for verdict in verdicts:
        mutant = verdict.mutant
        if not mutant["check"]:
            continue  # it does nothing: no scenario notices, none may pass
        kept = sorted(set(verdict.noticed), key=lambda s: (common[s], s))
        rows[mutant["name"]] = {
            "mutant": mutant["name"], "mistake": mutant["mistake"], "check": mutant["check"],
            "place": mutant["place"], "steps": mutant["steps"],
            "scenarios": kept[:KEPT] if mutant["place"] else kept}
    lines = ["  " + json.dumps(rows[name]) for name in sorted(rows)]
    path.write_text('{"scenarios": ' + json.dumps(sorted(scenarios)) + ',\n "noticed": [\n'
                    + ",\n".join(lines) + "\n]}\n")


def without_a_mutant(checks: list, mutants: list) -> list:
    covered = {m["check"] for m in mutants}
    # What only a web application can get wrong has its mistakes there (script/webapps).
    covered |= {m["check"] for m in json.loads(
        (ROOT / "tests/webapps/table.json").read_text())["deviations"]}
    # And what only several processes can get wrong (script/races).
    covered |= {row["check"] for row in json.loads(
        (ROOT / "tests/races/table.json").read_text())["racy"]}
    return [c["id"] for c in checks if c["id"] not in covered]


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/mutants", description=__doc__)
    parser.add_argument("--full", type=int, default=24, metavar="N",
                        help="mutants that play the whole suite, drawn by --seed (default 24)")
    parser.add_argument("--seed", type=int, default=int(time.time()) // 86400,
                        help="for the sample (default: the day)")
    parser.add_argument("--only", action="append", metavar="GLOB",
                        help="only these mutants, with the whole suite (repeatable)")
    parser.add_argument("--record", action="store_true",
                        help="play the whole suite with every mutant, and write noticed.json anew "
                             "(--only: their rows)")
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("--skip-correct", action="store_true", help="do not run the correct clients")
    parser.add_argument("-j", type=int, default=int(os.environ.get("JOBS", os.cpu_count() or 1)))
    args = parser.parse_args()

    began = time.monotonic()
    problems, missed, falsely, listed = [], [], [], []
    unnoticed = json.loads(UNNOTICED.read_text())
    recorded = json.loads(NOTICED.read_text())["noticed"] if NOTICED.exists() else []
    record = {row["mutant"]: row["scenarios"][:KEPT] for row in recorded if row["scenarios"]}
    with (tempfile.TemporaryDirectory(prefix="mutants-") as work,
          concurrent.futures.ThreadPoolExecutor(args.j) as pool):
        runner = Runner(args.bin, pathlib.Path(work), pool)
        mutants = runner.list_mutants()
        scenarios = runner.list_scenarios()
        chosen = chosen_mutants(mutants, args.only)
        drawn = random.Random(args.seed).sample(chosen, min(args.full, len(chosen)))
        sample = {m["name"] for m in (chosen if args.only else drawn)}
        warned = {}
        if not args.skip_correct:
            print("correct clients: nothing may be accused")
            warned = correct_clients(runner, problems)
        judge = Judge(runner, warned, {s["id"] for s in scenarios if s.get("control")})
        first = scenarios[0]["id"]  # so that there is a next case

        def tell(verdict: Verdict):
            mutant, reason = verdict.mutant, reason_of(verdict.mutant, unnoticed)
            word = "caught"
            if not verdict.caught:
                word = "listed" if reason else "MISSED"
                (listed if reason else missed).append(mutant["name"])
            elif reason and mutant["check"]:
                problems.append(f"{mutant['name']} is noticed now: take it out of {UNNOTICED.name}")
            said = [f"  {word:7} {mutant['name']:40} {mutant['check'] or '(passes no negative)'}"]
            said += [f"          also accused: {what}" for what in verdict.false]
            if verdict.false:
                falsely.append(mutant["name"])
            print("\n".join(said), flush=True)

        if args.record:
            print(f"mutants: {len(chosen)}, each by all that can notice it", flush=True)
            verdicts = Recorder(judge, scenarios, pool, tell)(chosen)
        else:
            print(f"mutants: {len(chosen)}, {len(sample)} of them with the whole suite "
                  f"(--seed {args.seed})", flush=True)
            jobs = []
            for mutant in chosen:
                known = record.get(mutant["name"], [])
                if mutant["name"] in sample or not mutant["check"]:
                    jobs.append(pool.submit(judge, mutant, []))
                elif known:
                    others = [s for s in known if s != first]
                    jobs.append(pool.submit(judge, mutant, [first, *others]))
                elif reason_of(mutant, unnoticed):
                    listed.append(mutant["name"])
                else:
                    missed.append(mutant["name"])
                    print(f"  UNKNOWN {mutant['name']:40} not in {NOTICED.name}; use --record",
                          flush=True)
            for job in concurrent.futures.as_completed(jobs):
                tell(job.result())
        if args.record:
            names = {m["name"] for m in mutants}
            before = [row for row in recorded if args.only and row["mutant"] in names]
            write_record(NOTICED, verdicts, [s["id"] for s in scenarios], before)
        bare = [] if args.only else without_a_mutant(runner.list_checks(), mutants)

    if bare:
        print(f"checks without a mutant: {' '.join(bare)}")
    for problem in problems:
        print(f"PROBLEM {problem}")
    print(f"{len(chosen) - len(missed) - len(listed)} caught, {len(listed)} listed with their reason, "
          f"{len(missed)} missed, {len(set(falsely))} with a false accusation, {len(problems)} problems, "
          f"{len(bare)} checks without a mutant, {time.monotonic() - began:.0f} s")
    return 1 if missed or falsely or problems or bare else 0


if __name__ == "__main__":
    sys.exit(main())
