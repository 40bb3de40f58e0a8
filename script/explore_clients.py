"""Explores every client of docs/clients.md and tells what is new. See script/explore-clients."""

import argparse
import concurrent.futures
import json
import pathlib
import sys

from clients import ALL, PAGE, Client
from explore import GivenUp, report_of


def explore(client: Client, args: argparse.Namespace) -> dict:
    out = args.out / client.name
    out.mkdir(parents=True, exist_ok=True)
    report = out / "report.json"
    told = report_of(
        [args.bin / "aweber-conformance", "explore", *client.arguments(), "--time", f"{args.time}s",
         "--seed", str(args.seed), "--no-preflight", "--settings", "none", "--out", out,
         "--report", f"json={report}"], report, args.time * 2 + 300)
    reasons = {case["id"]: case.get("reason", "") for case in told["cases"]}
    result = told["exploration"]
    if not result["sequences"]:
        raise GivenUp("nothing was played")
    for finding in result["findings"]:
        finding["reason"] = reasons.get(finding["id"], "")
    return result


def known_rules(client: Client) -> set:
    """The rules that the tables of docs/clients.md show as not met by this client."""
    known, names = set(), []
    for line in PAGE.read_text().splitlines():
        cells = [cell.strip() for cell in line.strip("|").split("|")]
        if cells[0] == "rule":
            names = cells[1:]
        elif client.name in names and len(cells) == len(names) + 1:
            if cells[1 + names.index(client.name)] in ("✗", "!"):
                known.add(cells[0].split("]")[0].lstrip("["))
        elif not line.startswith("|"):
            names = []
    return known


def word_for(client: Client, known: set, finding: dict) -> str:
    check = finding["check"]
    if finding["outcome"] == "flaky":
        return "flaky"
    if check.startswith(client.leaves):
        return "app"  # the adapter's own lines keep it
    return "known" if check in known and check != "expected-outcome" else "new"


def tell(client: Client, result: dict) -> None:
    known, findings = known_rules(client), result["findings"]
    words = [word_for(client, known, finding) for finding in findings]
    print(f"{client.name}: {result['sequences']} sequences, {len(result['coverage']['states'])} "
          f"states, {len(findings)} findings, {words.count('new')} of a rule that its page does not "
          f"show", flush=True)
    for word, finding in zip(words, findings):
        print(f"  {word:5} {finding['outcome']:5} {finding['check']:22} {finding['flow']}")
        if word == "new":
            print(f"        {finding['reason']}\n        {finding['file']}", flush=True)


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/explore-clients", description=__doc__)
    parser.add_argument("--time", type=int, default=300, help="seconds for each client")
    parser.add_argument("--only", action="append", help="only this client (repeatable)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--out", type=pathlib.Path, default=pathlib.Path("build/explored"),
                        help="where the findings' files go, a folder a client")
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"))
    parser.add_argument("-j", type=int, default=1, help="clients at once")
    args = parser.parse_args()
    clients = [c for c in ALL if not args.only or c.name in args.only]
    if unknown := set(args.only or []) - {c.name for c in clients}:
        parser.error(f"there is no client {', '.join(sorted(unknown))} in docs/clients.md")
    broken = False
    with concurrent.futures.ThreadPoolExecutor(args.j) as pool:
        runs = [pool.submit(explore, client, args) for client in clients]
        for client, run in zip(clients, runs):
            try:
                tell(client, run.result())
            except GivenUp as why:
                print(f"{client.name}: {why}", flush=True)
                broken = True
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
