"""Runs aweber-bench and times the programs; prints each figure beside what it should be.

Ratios within one run are judged; absolute rates depend on the machine and are only shown."""

import argparse
import json
import pathlib
import re
import subprocess
import sys
import time

BIN = pathlib.Path("build/release/bin")


def micro(smoke: bool) -> dict:
    command = [BIN / "aweber-bench", "--benchmark_format=json"]
    if smoke:
        command += ["--benchmark_min_time=0.01",
                    "--benchmark_filter=Parse|Decode|Pkce|/1000$|/0/|/1000/"]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    return {b["name"]: b for b in json.loads(done.stdout)["benchmarks"]}


def resident_kb(pid: int) -> int:
    status = pathlib.Path(f"/proc/{pid}/status").read_text()
    return int(re.search(r"VmRSS:\s+(\d+) kB", status).group(1))


def start_up() -> tuple:
    """Milliseconds until healthy, and idle resident kilobytes, best of five."""
    best, memory = 1e9, 0
    for _ in range(5):
        began = time.monotonic()
        server = subprocess.Popen(
            [BIN / "aweber-mockserver", "serve", "--port", "0", "--admin-port", "0"],
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
        line = server.stdout.readline()  # printed when it listens
        best = min(best, (time.monotonic() - began) * 1000)
        if not line:
            raise SystemExit("bench: the mock did not start")
        memory = resident_kb(server.pid)
        server.terminate()
        server.wait(5)
    return best, memory


def suite() -> float:
    began = time.monotonic()
    subprocess.run(
        [BIN / "aweber-conformance", "run", "--driver", f"{BIN}/aweber-client driver",
         "-j", "2", "--report", "json=/dev/null"],
        check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    return time.monotonic() - began


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/bench", description=__doc__)
    parser.add_argument("--smoke", action="store_true")
    smoke = parser.parse_args().smoke
    figures = micro(smoke)
    rows = []  # what, measured, wanted, good

    def row(what, value, wanted, good, form="{:.2f}"):
        rows.append((what, form.format(value), wanted, good))

    ready, memory = start_up()
    row("ready, ms", ready, "< 30", ready < 30, "{:.1f}")
    row("resident when idle, MB", memory / 1024, "< 15", memory < 15 * 1024, "{:.1f}")
    if not smoke:
        empty = figures["EmptyHandler/min_time:2.000/real_time/threads:16"]["per_second"]
        token = figures["TokenEndpoint/min_time:2.000/real_time/threads:16"]["per_second"]
        row("token requests/s, 16 connections", token, "", True, "{:.0f}")
        row("of an empty handler's rate", token / empty, ">= 0.85", token / empty >= 0.85)
        few = figures["RefreshAmongLiveTokens/1000"]["cpu_time"]
        many = figures["RefreshAmongLiveTokens/1000000"]
        row("refresh among a million tokens / among a thousand", many["cpu_time"] / few, "<= 1.5",
            many["cpu_time"] / few <= 1.5)
        row("bytes for each live token", many["bytes_per_token"], "< 400",
            many["bytes_per_token"] < 400, "{:.0f}")
        find = max(figures[f"FindAmongSubscribers/{by}/100000"]["real_time"]
                   for by in ("address", "tags", "place", "sorted"))
        row("find among 100,000 subscribers, ms", find, "< 20", find < 20)
        space = figures["SpaceWithSampleData/iterations:1000"]
        row("a space made and asked, ms", space["real_time"] / 1000, "< 0.2",
            space["real_time"] < 200, "{:.3f}")
        row("a space with the sample, KB", space["bytes_each"] / 1024, "< 100",
            space["bytes_each"] < 100 * 1024, "{:.1f}")
        p99 = figures["NewcomerAmongIdleConnections/500/iterations:1000/real_time"]["p99_ms"]
        row("newcomer among 500 idle connections, p99 ms", p99, "< 50", p99 < 50)
        whole = suite()
        row("whole suite, reference client, s", whole, "< 5", whole < 5)
    for what, value, wanted, good in rows:
        print(f"{'ok  ' if good else 'SLOW'} {what:52} {value:>10}  {wanted}")
    return 0 if smoke or all(good for *_, good in rows) else 1


if __name__ == "__main__":
    sys.exit(main())
