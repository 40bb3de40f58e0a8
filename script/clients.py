"""Runs every adapter and writes docs/clients.md. See script/clients."""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import subprocess
import sys
import tempfile

RUNNER = "build/release/bin/aweber-conformance"
PAGE = pathlib.Path("docs/clients.md")
OUTCOMES = ("pass", "warn", "fail", "xfail", "inconclusive", "error", "skip")

# One row a client: its name (and its baseline's), the driver, where its documentation is.
CLIENTS = [
    ("requests_oauthlib", "/usr/bin/python3 examples/adapters/requests_oauthlib/driver.py",
     "https://requests-oauthlib.readthedocs.io/"),
    ("authlib", "/usr/bin/python3 examples/adapters/authlib/driver.py",
     "https://docs.authlib.org/"),
    ("openid-client", "node examples/adapters/node/openid-client.mjs",
     "https://github.com/panva/openid-client"),
    ("oauth4webapi", "node examples/adapters/node/oauth4webapi.mjs",
     "https://github.com/panva/oauth4webapi"),
    ("simple-oauth2", "node examples/adapters/node/simple-oauth2.mjs",
     "https://github.com/lelylan/simple-oauth2"),
    ("client-oauth2", "node examples/adapters/node/client-oauth2.mjs",
     "https://github.com/mulesoft/js-client-oauth2"),
    ("curl", "examples/adapters/shell/driver.sh", "https://curl.se/"),
]


def baseline_of(name: str) -> pathlib.Path:
    return pathlib.Path("baselines") / f"{name}.yaml"


def run(name: str, driver: str, work: pathlib.Path, update: bool) -> dict:
    out = work / f"{name}.json"
    baseline = baseline_of(name)
    if update:
        subprocess.run([RUNNER, "baseline", "update", "--driver", driver, "--baseline", baseline],
                       check=False, stdout=subprocess.DEVNULL)
    command = [RUNNER, "run", "--driver", driver, "--seed", "1", "--report", f"json={out}"]
    if baseline.exists():
        command += ["--baseline", str(baseline)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not out.exists():
        raise SystemExit(f"{name}: no report (exit {done.returncode})\n{done.stderr[-3000:]}")
    report = json.loads(out.read_text())
    report["exit"] = done.returncode
    return report


def reasons_of(name: str) -> list:
    """(case glob, check, reason) of a baseline, as `baseline update` writes it."""
    path = baseline_of(name)
    if not path.exists():
        return []
    found, entry = [], {}
    for line in path.read_text().splitlines():
        match = re.match(r"\s*(- )?(case|check|reason): (.*)", line)
        if not match:
            continue
        if match.group(1):
            entry = {}
            found.append(entry)
        value = match.group(3).strip()
        entry[match.group(2)] = json.loads(value) if value.startswith('"') else value
    return [(e.get("case", ""), e.get("check", ""), e.get("reason", "")) for e in found]


def failures(report: dict) -> dict:
    """check -> cases that failed it, accepted or not."""
    found = collections.defaultdict(list)
    for case in report["cases"]:
        for check in case["checks"]:
            if check["outcome"] in ("fail", "xfail"):
                found[check["id"]].append(case["id"])
    return found


def seen(report: dict) -> set:
    return {k["id"] for c in report["cases"] for k in c["checks"]
            if k["outcome"] in ("pass", "warn", "fail", "xfail")}


def page(reports: dict) -> str:
    lines = [
        "# Clients, as they are",
        "",
        "What the suite says of the OAuth clients that AWeber integrations use, each wired as its own",
        "documentation says and no kinder ([examples/adapters](../examples/adapters)). Written by",
        "`script/clients` from real runs in the `aweber` profile; CI holds it to them.",
        "",
        "A failure here is a property of the library in that wiring, not of every application made",
        "with it: an application can do what its library leaves undone. Each has its reason below,",
        "and `aweber-conformance run CASE --driver \"...\"` shows it on the wire.",
        "",
        "| client | version | language | " + " | ".join(OUTCOMES) + " |",
        "|---|---|---|" + "---:|" * len(OUTCOMES),
    ]
    for name, _, home in CLIENTS:
        report = reports[name]
        client, summary = report["client"], report["summary"]
        counts = " | ".join(str(summary.get(o, 0)) for o in OUTCOMES)
        lines.append(f"| [{client['name']}]({home}) | {client['version']} | {client['language']} "
                     f"| {counts} |")
    lines += ["", "`xfail` is a failure with a reason below; `skip` is a feature that the client does",
              "not have.", "", "## The failures, by check", ""]
    names = [n for n, _, _ in CLIENTS]
    failed = {n: failures(reports[n]) for n in names}
    looked = {n: seen(reports[n]) for n in names}
    checks = sorted({c for f in failed.values() for c in f})
    lines.append("| check | " + " | ".join(names) + " |")
    lines.append("|---|" + ":-:|" * len(names))
    for check in checks:
        cells = ["✗" if check in failed[n] else "✓" if check in looked[n] else "·" for n in names]
        lines.append(f"| {check} | " + " | ".join(cells) + " |")
    lines += ["", "✗ fails · ✓ passes · · not seen (a feature it does not claim)", ""]
    for name in names:
        lines += [f"## {name}", ""]
        if not failed[name]:
            lines += ["Nothing fails.", ""]
            continue
        grouped = collections.defaultdict(list)
        for case, check, reason in reasons_of(name):
            grouped[check, reason].append(case)
        for (check, reason), cases in sorted(grouped.items()):
            what = f"**{check}**" if check else "**(the case as a whole)**"
            shown = ", ".join(f"`{c}`" for c in cases[:3])
            more = f" and {len(cases) - 3} more" if len(cases) > 3 else ""
            lines.append(f"- {what}: {reason} Seen in {shown}{more}.")
        lines.append("")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/clients", description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--only", action="append")
    parser.add_argument("--skip-node", action="store_true")
    args = parser.parse_args()
    chosen = [c for c in CLIENTS if (not args.only or c[0] in args.only)
              and not (args.skip_node and c[1].startswith("node "))]
    if not chosen:
        raise SystemExit(f"no such client; there are: {', '.join(c[0] for c in CLIENTS)}")
    reports, status = {}, 0
    with tempfile.TemporaryDirectory(prefix="clients-") as work:
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
            jobs = {c[0]: pool.submit(run, c[0], c[1], pathlib.Path(work), args.update)
                    for c in chosen}
        for name, job in jobs.items():
            report = reports[name] = job.result()
            counts = " ".join(f"{v} {k}" for k, v in report["summary"].items() if v)
            good = report["exit"] == 0
            print(f"{'ok  ' if good else 'FAIL'} {name:20} {counts}", flush=True)
            if good:
                continue
            status = 1
            for case in report["cases"]:
                if case["outcome"] in ("fail", "error", "inconclusive", "xpass", "not-run"):
                    why = case["reason"] or "; ".join(
                        f"{k['id']}: {k['message']}" for k in case["checks"]
                        if k["outcome"] == "fail")
                    print(f"     {case['outcome']} {case['id']}: {why[:300]}")
            for stale in report.get("stale_baseline") or []:
                print(f"     stale: {stale}")
    if len(reports) == len(CLIENTS):
        text = page(reports)
        if args.check and PAGE.read_text() != text:
            print(f"{PAGE} is not what these runs say: run script/clients and commit it")
            return 1
        if not args.check:
            PAGE.write_text(text)
    return status


if __name__ == "__main__":
    sys.exit(main())
