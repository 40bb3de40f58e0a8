"""Runs every adapter and writes docs/clients.md. See script/clients."""

import argparse
import collections
import concurrent.futures
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile
from typing import NamedTuple

from case_id import selects

RUNNER = "build/release/bin/aweber-conformance"
PAGE = pathlib.Path("docs/clients.md")
EXPLORED = pathlib.Path("examples/explored")
FAILED = ("fail", "xfail")
BROKEN = ("fail", "error", "inconclusive", "xpass", "not-run", "flaky")
CONCERN = ("fail", "xfail", "flaky", "inconclusive", "error")  # of a problem: more than a warning
SCREEN_LINES, HTML_BYTES = 60, 400_000  # what a verdict may take
SARIF_SCHEMA = pathlib.Path("tests/testdata/sarif-2.1.0-subset.schema.json")


class Client(NamedTuple):
    name: str  # and its baseline's
    driver: str
    home: str  # its documentation
    install: str
    adapter: str  # below examples/adapters
    leaves: tuple = ()  # rules, by prefix, that its adapter's own lines keep: it has no such step
    config: str = ""  # of a web application: its configuration; `driver` is then its program
    browser: bool = False  # it needs a real one

    def arguments(self) -> list:
        if self.config:
            return ["--driver-kind", "webapp", "--driver-config", self.config]
        return ["--driver", self.driver]

    def command(self) -> str:
        if self.config:
            return f"--driver-kind webapp --driver-config {self.config}"
        return f'--driver "{self.driver}"'


PY, NODE = "/usr/bin/python3 examples/adapters/", "node examples/adapters/node/"
NPM_CI = "npm ci --prefix examples/adapters/node"

# One row a client.
CLIENTS = [
    Client("requests_oauthlib", PY + "requests_oauthlib/driver.py",
           "https://requests-oauthlib.readthedocs.io/", "apt-get install python3-requests-oauthlib",
           "requests_oauthlib/driver.py"),
    Client("authlib", PY + "authlib/driver.py", "https://docs.authlib.org/",
           "apt-get install python3-authlib", "authlib/driver.py"),
    Client("openid-client", NODE + "openid-client.mjs", "https://github.com/panva/openid-client",
           NPM_CI, "node/openid-client.mjs"),
    Client("oauth4webapi", NODE + "oauth4webapi.mjs", "https://github.com/panva/oauth4webapi",
           NPM_CI, "node/oauth4webapi.mjs"),
    Client("simple-oauth2", NODE + "simple-oauth2.mjs", "https://github.com/lelylan/simple-oauth2",
           NPM_CI, "node/simple-oauth2.mjs", ("cb-", "rs-")),
    Client("client-oauth2", NODE + "client-oauth2.mjs",
           "https://github.com/mulesoft/js-client-oauth2", NPM_CI, "node/client-oauth2.mjs"),
    Client("badgateway-oauth2-client", NODE + "badgateway-oauth2-client.mjs",
           "https://github.com/badgateway/oauth2-client", NPM_CI,
           "node/badgateway-oauth2-client.mjs"),
    Client("curl", "examples/adapters/shell/driver.sh", "https://curl.se/",
           "apt-get install curl jq", "shell/driver.sh"),
]


WEB = "examples/webapp/"
NPM_CI_WEB = "npm ci --prefix examples/webapp/node"

# Web applications, as the documentation of their libraries shows them.
WEBAPPS = [
    Client("express-passport", "node express.mjs",
           "https://www.passportjs.org/packages/passport-oauth2/", NPM_CI_WEB, "node/express.mjs",
           config=WEB + "node/express.yaml"),
    Client("fastify-oauth2", "node fastify.mjs", "https://github.com/fastify/fastify-oauth2",
           NPM_CI_WEB, "node/fastify.mjs", config=WEB + "node/fastify.yaml"),
    Client("flask-requests-oauthlib", "app.py", "https://requests-oauthlib.readthedocs.io/",
           "apt-get install python3-flask python3-requests-oauthlib", "app.py",
           config=WEB + "app.yaml"),
    Client("django-allauth", "app.py", "https://docs.allauth.org/",
           "apt-get install python3-django-allauth", "django/app.py",
           config=WEB + "django/django.yaml"),
    Client("spa-oauth4webapi", "node spa-server.mjs", "https://github.com/panva/oauth4webapi",
           NPM_CI_WEB + "; apt-get install chromium chromium-driver", "node/spa.js",
           config=WEB + "node/spa.yaml", browser=True),
]
ALL = CLIENTS + WEBAPPS


class Entry(NamedTuple):
    """A known failure, as `baseline update` writes it."""
    case: str
    check: str
    reason: str
    see: str

    def covers(self, case: str, check: str) -> bool:
        return self.check in ("", check) and selects(self.case, case)


def baseline_of(client: Client) -> pathlib.Path:
    return pathlib.Path("baselines") / f"{client.name}.yaml"


def entries_of(client: Client) -> list:
    path = baseline_of(client)
    found = []
    for line in path.read_text().splitlines() if path.exists() else []:
        match = re.match(r"\s*(- )?(case|check|reason|see): (.*)", line)
        if not match:
            continue
        if match.group(1):
            found.append({"case": "", "check": "", "reason": "", "see": ""})
        value = match.group(3).strip()
        found[-1][match.group(2)] = json.loads(value) if value.startswith('"') else value
    return [Entry(**entry) for entry in found]


def run(client: Client, work: pathlib.Path, update: bool) -> dict:
    out, baseline = work / f"{client.name}.json", baseline_of(client)
    if update:
        subprocess.run([RUNNER, "baseline", "update", *client.arguments(),
                        "--baseline", baseline], check=False, stdout=subprocess.DEVNULL)
    lines = work / f"{client.name}.ndjson"
    command = [RUNNER, "run", *client.arguments(), "--seed", "1", "--report", f"json={out}",
               "--report", f"ndjson={lines}"]
    if baseline.exists():
        command += ["--baseline", str(baseline)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if not out.exists():
        raise SystemExit(f"{client.name}: no report (exit {done.returncode})\n{done.stderr[-3000:]}")
    report = json.loads(out.read_text())
    report["exit"] = done.returncode
    report["explored"] = [] if client.browser else explored(client, work)
    report["unreadable"] = unreadable(lines, work / client.name)
    return report


def is_shown(client: Client, case: dict, file: str) -> bool:
    """Whether this client does what the text of a file of examples/explored is about: it breaks one of
    the rules that the file names, or where it names none does not do what is expected."""
    named = re.search(r"^  checks: \[(.*)\]", file, re.MULTILINE)
    rules = named.group(1).split(", ") if named else ["expected-outcome"]
    return any(check["outcome"] in (*FAILED, "warn") and check["id"] in rules
               and not check["id"].startswith(client.leaves) for check in case["checks"])


def explored(client: Client, work: pathlib.Path) -> list:
    """The names of the files of examples/explored that this client shows."""
    out = work / f"{client.name}.explored.json"
    files = {f"explore/{file.stem}": file for file in sorted(EXPLORED.glob("*.yaml"))}
    subprocess.run([RUNNER, "run", *files.values(), *client.arguments(), "--seed", "1",
                    "--no-preflight", "--settings", "none", "--report", f"json={out}"],
                   capture_output=True, check=False)
    return [files[case["id"]].stem for case in json.loads(out.read_text())["cases"]
            if is_shown(client, case, files[case["id"]].read_text())]


def unreadable(lines: pathlib.Path, stem: pathlib.Path) -> list:
    """What a person, or a program that reads SARIF, could not take of a run's reports."""
    import jsonschema  # of Debian: only these runs need it

    html, sarif = stem.with_suffix(".html"), stem.with_suffix(".sarif")
    shown = subprocess.run([RUNNER, "report", lines, "--report", "pretty", "--report", f"html={html}",
                            "--report", f"sarif={sarif}"], capture_output=True, text=True,
                           check=False).stdout
    told = []
    if shown.count("\n") > SCREEN_LINES:
        told.append(f"the screen has {shown.count(chr(10))} lines, over {SCREEN_LINES}")
    if html.stat().st_size > HTML_BYTES:
        told.append(f"the page has {html.stat().st_size} bytes, over {HTML_BYTES}")
    errors = jsonschema.Draft7Validator(json.loads(SARIF_SCHEMA.read_text())).iter_errors(
        json.loads(sarif.read_text()))
    return told + [f"SARIF: {e.json_path}: {e.message}" for e in errors]


def checks_with(client: Client, report: dict, outcomes: tuple) -> dict:
    """check -> the cases in which it had one of these outcomes. What the client leaves to its
    application says nothing of the client."""
    found = collections.defaultdict(list)
    for case in report["cases"]:
        for check in case["checks"]:
            if check["outcome"] in outcomes and not check["id"].startswith(client.leaves):
                found[check["id"]].append(case["id"])
    return found


def without_a_check(report: dict) -> list:
    """The cases that failed as a whole, accepted or not: there was nothing to judge by."""
    return [case["id"] for case in report["cases"] if case["outcome"] in (*FAILED, "inconclusive")
            and not any(c["outcome"] in FAILED for c in case["checks"])]


def failures(client: Client, report: dict) -> dict:
    """check -> cases that failed it, accepted or not; "" for cases that failed as a whole."""
    found = checks_with(client, report, FAILED)
    for case in without_a_check(report):
        found[""].append(case)
    return found


def problems_of(client: Client, report: dict, outcomes: tuple) -> list:
    """The runner's own list of causes, without what the client leaves to its application."""
    return [p for p in report["problems"]
            if p["outcome"] in outcomes and not (p["check"] and p["check"].startswith(client.leaves))]


def covers(entry: Entry, problem: dict) -> bool:
    """One of the cases in which it shows is known by this entry, as a failure of its check."""
    checks = (problem["check"], *problem["also"])
    return entry.check in ("", *checks) and any(selects(entry.case, c) for c in problem["cases"])


def explained(client: Client, report: dict) -> list:
    """Each problem with the baseline's entry that explains it. The plainest case decides where
    entries overlap, so that a second mistake in one case is not given the reason of the first."""
    entries, found = entries_of(client), []
    for problem in problems_of(client, report, CONCERN):
        fits = [e for e in entries if covers(e, problem)]
        best = [e for e in fits if e.check == problem["check"] and selects(e.case, problem["example"])]
        found.append((problem, (best or fits or [Entry("", "", "Not explained yet.", "")])[0]))
    return found


def unlike_its_page(client: Client, report: dict) -> list:
    """What is not one to one between the runner's problems and the baseline's reasons."""
    pairs = explained(client, report)
    reasons = collections.Counter(entry.reason for _, entry in pairs)
    told = [f"{p['id']} has no reason in the baseline" for p, e in pairs if not e.case]
    told += [f"{n} problems have one reason: {reason}" for reason, n in reasons.items() if n > 1]
    told += [f"no problem has this reason: {e.reason}" for e in entries_of(client)
             if e.reason not in reasons and not e.check.startswith(client.leaves)]
    return sorted(set(told))


def check_link(check: str) -> str:
    return check if check == "expected-outcome" else f"[{check}](checks.md#{check})"


HEAD = """\
<!-- Made by script/clients from real runs; do not edit. The sentences are those of baselines/. -->
# Clients, as they are

What the suite says of the OAuth clients that AWeber integrations use. Each is wired as its own
documentation says and no kinder ([the adapters](../examples/adapters)), and plays every scenario in
the `aweber` profile. `script/clients` repeats these runs, `.ci/run` holds this page to them.

A failure here is a property of the library in that wiring. An application can do what its library
leaves undone: compare a host, look at `error`, keep a refresh token. Whether AWeber's users would
notice is said with each. Where a library has no such step at all, the adapter's own lines stand for
the application, and nothing is said of the library.

## At a glance

| client | version | | cases | pass | warn | fail | inconclusive | skip |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""


WEB_HEAD = """\
# Web applications, as they are

The same for small web applications ([examples/webapp](../examples/webapp)), each written as the
documentation of its library shows it, and judged through a browser: also its session, its cookies and
its pages. Most cases that are skipped are about requests to the API that these pages do not make,
about refreshing, which most of these libraries leave to the application, or about command-line
programs. The whole suite costs Express five to six seconds of processor, three quarters of them Node's
own, and three more in which passport-oauth2 waits for a reply that was cut off.

| application | version | | cases | pass | warn | fail | inconclusive | skip |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""


BROWSER_TITLE = "# A single-page application, in a real browser"
BROWSER_HEAD = BROWSER_TITLE + """

The same where the page itself is the client: a public client with PKCE, whose code and tokens never
leave the browser, so the suite drives Chromium. That costs ten minutes of processor, and
`script/clients` plays it only when it is named (`--only NAME`).

| application | version | | cases | pass | warn | fail | inconclusive | skip |
| --- | --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |
"""


def glance(client: Client, report: dict) -> str:
    summary, about = report["summary"], report["client"]
    unjudged = len(without_a_check(report))
    failed = sum(summary.get(o, 0) for o in BROKEN + ("xfail",) if o != "xpass") - unjudged
    passed = summary.get("pass", 0) + summary.get("xpass", 0)
    return (f"| [{about['name']}](#{anchor(about['name'])}) | {about['version']} | {about['language']} "
            f"| {len(report['cases'])} | {passed} | {summary.get('warn', 0)} | {failed} "
            f"| {unjudged} | {summary.get('skip', 0)} |")


def anchor(heading: str) -> str:
    return re.sub(r"[^a-z0-9_ -]", "", heading.lower()).replace(" ", "-")


def matrix(clients: list, reports: dict) -> list:
    failed = {c.name: failures(c, reports[c.name]) for c in clients}
    warned = {c.name: checks_with(c, reports[c.name], ("warn",)) for c in clients}
    passed = {c.name: checks_with(c, reports[c.name], ("pass",)) for c in clients}

    def cell(name: str, check: str) -> str:
        if check in failed[name]:
            return "✗"
        if check in warned[name]:
            return "!"
        return "✓" if check in passed[name] else "·"

    shown = sorted({c for f in (*failed.values(), *warned.values()) for c in f if c})
    lines = ["| rule | " + " | ".join(failed) + " |", "| --- |" + " :-: |" * len(clients)]
    for check in shown:
        row = " | ".join(cell(name, check) for name in failed)
        lines.append(f"| {check_link(check)} | {row} |")
    return lines


def cases_text(cases: list) -> str:
    shown = ", ".join(f"`{case}`" for case in cases[:4])
    return shown + (f" and {len(cases) - 4} more" if len(cases) > 4 else "")


def skipped_text(report: dict) -> str:
    """What was not played, most first, by the words of the reasons."""
    skips = [case for case in report["cases"] if case["outcome"] == "skip"]
    others = sum(case["for_others"] for case in skips)
    reasons = collections.Counter()
    for case in skips:
        if not case["for_others"]:
            need = re.match(r"needs ([a-z_0-9:A-Z]+)", case["reason"])
            # "step call: your configuration has no `calls`, the pages ..." in few words
            words = re.sub(r"^step \S+: |;.*|, (the|which) .*", "", case["reason"])
            reasons[f"need `{need[1]}`" if need else f"because {words}"] += 1
    first = [f"{count} {reason}" for reason, count in reasons.most_common(5)]
    rest = sum(reasons.values()) - sum(count for _, count in reasons.most_common(5))
    return (f"Skipped: {others} about other kinds of clients; " + ", ".join(first)
            + (f", {rest} for other reasons" if rest else "")
            + " (`run --list` has each reason, with its cure).")


def client_part(client: Client, report: dict) -> list:
    about = report["client"]
    lines = [
        f"## {about['name']}", "",
        f"Version {about['version']} · `{client.install}` · [documentation]({client.home}) · "
        + (f"[application](../examples/webapp/{client.adapter}) · " if client.config else
           f"[adapter](../examples/adapters/{client.adapter}) · ") +
        (f"[baseline](../{baseline_of(client)})" if baseline_of(client).exists() else
         "no known failures"), "",
        "```console",
        f"$ aweber-conformance run CASE {client.command()}", "```", ""]
    if client.leaves:
        rules = ", ".join(f"`{prefix}*`" for prefix in client.leaves)
        lines += [f"Leaves to the application, so not judged here: {rules}.", ""]
    found = problems_of(client, report, CONCERN)
    for problem, entry in explained(client, report):
        rules = sorted({check for check in (problem["check"], *problem["also"]) if check})
        title = ", ".join(check_link(check) for check in rules) or "nothing to judge by"
        see = f"; {entry.see}." if entry.see else "."
        lines += [f"- **{title}** · {entry.reason}  ",
                  f"  See {cases_text(problem['cases'])}{see}"]
    if not found:
        lines += ["Nothing fails.", ""]
    if report["explored"]:
        lines += [""] if found else []
        lines += ["Found by [explore](explore.md), beside the catalogue "
                  "([what happens, and where](../examples/explored/README.md)): "
                  + ", ".join(f"[{name}](../examples/explored/{name}.yaml)"
                              for name in report["explored"]) + "."]
    warned = [p["check"] for p in problems_of(client, report, ("warn",))]
    if warned:
        lines += [""] if lines[-1] else []
        lines.append("Warned of (a *should*): " + ", ".join(check_link(c) for c in warned) + ".")
    if client.config:
        lines += ["", skipped_text(report)] if lines[-1] else [skipped_text(report)]
    return lines + [""]


def page(reports: dict) -> str:
    lines = [HEAD + "\n".join(glance(c, reports[c.name]) for c in CLIENTS), "",
             "**fail** counts cases with a failure that is explained below; **warn**, cases in which",
             "only a *should* is not met; **inconclusive**, cases in which there was nothing to judge",
             "by; **skip**, cases for a feature that the client does not have.",
             "", "## Rule by rule", ""]
    lines += matrix(CLIENTS, reports)
    lines += ["", "✗ fails, ! a *should* that is not met, ✓ met wherever it was seen, · never seen (a "
              "feature that", "the client does not have, a step that it leaves to the application). "
              "Rules that all of them", "meet are left out.", ""]
    for client in CLIENTS:
        lines += client_part(client, reports[client.name])
    applications = [c for c in WEBAPPS if not c.browser]
    lines += [WEB_HEAD + "\n".join(glance(c, reports[c.name]) for c in applications), ""]
    lines += matrix(applications, reports) + [""]
    for client in applications:
        lines += client_part(client, reports[client.name])
    return "\n".join(lines).rstrip() + "\n"


def browser_page(reports: dict) -> str:
    """The end of the page: what was played in a real browser."""
    clients = [c for c in WEBAPPS if c.browser]
    lines = [BROWSER_HEAD + "\n".join(glance(c, reports[c.name]) for c in clients), ""]
    for client in clients:
        lines += client_part(client, reports[client.name])
    return "\n".join(lines).rstrip() + "\n"


def whole_page(reports: dict) -> str:
    """The page after these runs: what was not played stays as it is."""
    now = PAGE.read_text() if PAGE.exists() else ""
    at = now.find(BROWSER_TITLE)
    first, last = (now, "") if at < 0 else (now[:at], now[at:])
    if all(c.name in reports for c in ALL if not c.browser):
        first = page(reports) + "\n"
    if all(c.name in reports for c in ALL if c.browser):
        last = browser_page(reports)
    return first.rstrip() + "\n" + ("\n" + last if last else "")


def tell(client: Client, report: dict) -> bool:
    """Prints one run; whether it was as its baseline says."""
    unlike = unlike_its_page(client, report)
    good = report["exit"] == 0 and not unlike and not report["unreadable"]
    counts = " ".join(f"{v} {k}" for k, v in report["summary"].items() if v)
    print(f"{'ok  ' if good else 'FAIL'} {client.name:20} {counts}", flush=True)
    if good:
        return True
    for case in report["cases"]:
        if case["outcome"] in BROKEN:
            why = case["reason"] or "; ".join(f"{k['id']}: {k['message']}" for k in case["checks"]
                                              if k["outcome"] == "fail")
            print(f"     {case['outcome']} {case['id']}: {why[:300]}")
    for line in unlike:
        print(f"     problems and reasons differ: {line}")
    for line in report["unreadable"]:
        print(f"     {line}")
    for stale in report.get("stale_baseline") or []:
        print(f"     stale: {stale}")
    return False


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/clients", description=__doc__)
    parser.add_argument("--check", action="store_true")
    parser.add_argument("--update", action="store_true")
    parser.add_argument("--only", action="append")
    parser.add_argument("--skip-node", action="store_true")
    args = parser.parse_args()
    # A real browser takes minutes for the suite: only where it is asked for.
    chosen = [c for c in ALL if (c.name in args.only if args.only else not c.browser)
              and not (args.skip_node and c.driver.startswith("node "))]
    if not chosen:
        raise SystemExit(f"no such client; there are: {', '.join(c.name for c in ALL)}")
    if shutil.which("chromedriver") is None:
        for client in [c for c in chosen if c.browser]:
            print(f"NOT RUN without Debian's chromium-driver: {client.name}; {PAGE} stays")
            chosen.remove(client)
    reports, good = {}, True
    with tempfile.TemporaryDirectory(prefix="clients-") as work:
        with concurrent.futures.ThreadPoolExecutor(int(os.environ.get("JOBS", "2"))) as pool:
            # The last one, made of processes, takes longest: it starts first.
            jobs = {c: pool.submit(run, c, pathlib.Path(work), args.update)
                    for c in reversed(chosen)}
            for client in chosen:
                reports[client.name] = jobs[client].result()
                good = tell(client, reports[client.name]) and good
    text = whole_page(reports)
    if args.check and (not PAGE.exists() or PAGE.read_text() != text):
        print(f"{PAGE} is not what these runs say: run script/clients and commit it")
        return 1
    if not args.check:
        PAGE.write_text(text)
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
