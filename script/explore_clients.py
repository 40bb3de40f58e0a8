"""Explores every client of docs/clients.md and tells what is new. See script/explore-clients."""

import argparse
import concurrent.futures
import json
import pathlib
import sys

from clients import ALL, Client, entries_of
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


def tell(client: Client, result: dict) -> None:
    known = {entry.check for entry in entries_of(client)}
    findings = result["findings"]
    fresh = [f for f in findings if f["outcome"] != "flaky" and
             (f["check"] not in known or f["check"] == "expected-outcome")]
    print(f"{client.name}: {result['sequences']} sequences, {len(result['coverage']['states'])} "
          f"states, {len(findings)} findings, {len(fresh)} of a check that its page does not have",
          flush=True)
    for finding in findings:
        word = "new" if finding in fresh else "flaky" if finding["outcome"] == "flaky" else "known"
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
