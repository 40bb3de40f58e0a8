"""One mock for long, and what of it grew. See script/soak.

Each connection has a space of its own and makes a new one after a while, as test suites do; it
refreshes with rotation, races two requests for one refresh token, and sends tokens again that were
rotated. Meanwhile rules delay, refuse and lose replies, the clock moves, an event stream is read.

Verdicts: memory (slope after warm-up), descriptors, threads, wrong winners (a rotated token that
brought tokens: must be 0), and that the mock ends as it should.
"""

import argparse
import http.client
import json
import pathlib
import sys
import threading
import time
from typing import NamedTuple

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))
from mock import CLIENT, PATIENCE, SECRET, USER, Mock, Peer, seconds  # noqa: E402

REFRESHES_OF_A_SPACE = 300
WARM_UP = 0.4  # of the time: pools, arenas and journals fill
MOST_SLOPE = 1.0  # MB an hour, of a run of an hour
MOST_GROWTH = 8.0  # MB, of a shorter one: what the allocator keeps comes and goes
TOO_SHORT = 120  # seconds: everything still fills
NO_ANSWER = f"no answer within {PATIENCE} s"  # no rule waits so long
RULES = [
    {"on": "token", "when": {"probability": 0.02}, "then": {"delay": "2ms"}},
    {"on": "token", "when": {"probability": 0.01}, "then": {"http_status": 503}},
    {"on": "token", "when": {"probability": 0.01}, "then": "lose_reply"},
    {"on": "api", "when": {"probability": 0.01}, "then": "reset"},
]


class Sample(NamedTuple):
    time: float
    memory: float
    descriptors: int
    threads: int


class Tally:
    def __init__(self):
        self.lock = threading.Lock()
        self.refreshes = self.races = self.replays = self.wrong = self.lost = self.spaces = 0
        self.events = 0
        self.broken: list = []  # what no fault explains

    def add(self, **counts: int) -> None:
        with self.lock:
            for name, count in counts.items():
                setattr(self, name, getattr(self, name) + count)

    def complain(self, what: str) -> None:
        with self.lock:
            if len(self.broken) < 20:
                self.broken.append(what)


class Connection(threading.Thread):
    """One client: its space, its family of tokens."""

    def __init__(self, mock: Mock, number: int, tally: Tally, stop: threading.Event):
        super().__init__(daemon=True)
        self.mock, self.number, self.tally, self.stop_asked = mock, number, tally, stop
        self.peer, self.second, self.admin = mock.connect(), mock.connect(), mock.admin()
        self.life = 0
        self.space = ""

    def run(self) -> None:
        try:
            while not self.stop_asked.is_set():
                self.live()
        except Exception as failure:  # a thread that dies in silence would pass for a quiet one
            self.tally.complain(f"connection {self.number}: {failure!r}")
        finally:
            for peer in (self.peer, self.second, self.admin):
                peer.close()

    def live(self) -> None:
        """A space from its beginning to its end."""
        self.life += 1
        self.space = f"soak-{self.number}-{self.life}"
        self.ask(201, "POST", "/api/v1/spaces", {"name": self.space})
        for rule in RULES:
            self.ask(201, "POST", f"/api/v1/spaces/{self.space}/faults", rule)
        refresh, turn = self.issue(), 0
        while turn < REFRESHES_OF_A_SPACE and not self.stop_asked.is_set():
            turn += 1
            refresh = self.race(refresh) if turn % 10 == 0 else self.rotate(refresh, turn)
            if turn % 20 == 0:
                self.ask(200, "POST", f"/api/v1/spaces/{self.space}/clock/advance", {"by": "11m"})
        self.ask(204, "DELETE", f"/api/v1/spaces/{self.space}")
        self.tally.add(spaces=1)

    def ask(self, wanted: int, method: str, target: str, body=None):
        status, reply = self.admin.json(method, target, body)
        if status != wanted:
            raise RuntimeError(f"{method} {target}: {status} {reply}")
        return reply

    def issue(self) -> str:
        issued = self.ask(201, "POST", f"/api/v1/spaces/{self.space}/tokens",
                          {"client_id": CLIENT, "username": USER})
        return issued["refresh_token"]["value"]

    def refresh(self, peer: Peer, token: str):
        """(status, new refresh token); status 0 when the reply was lost."""
        try:
            status, text = peer.form(f"/s/{self.space}/oauth2/token", grant_type="refresh_token",
                                     refresh_token=token, client_id=CLIENT, client_secret=SECRET)
        except TimeoutError:
            self.tally.complain(NO_ANSWER)
            return 0, ""
        except (OSError, http.client.HTTPException):
            self.tally.add(lost=1)
            return 0, ""
        if status == 200:
            return 200, json.loads(text)["refresh_token"]
        if status not in (400, 401, 503):
            self.tally.complain(f"a refresh was answered {status}")
        return status, ""

    def rotate(self, token: str, turn: int) -> str:
        status, new = self.refresh(self.peer, token)
        if status == 503:
            return token
        if status != 200:
            if status != 0:
                self.tally.complain(f"a live refresh token was answered {status}")
            return self.issue()  # whether it took effect is not known
        self.tally.add(refreshes=1)
        if turn % 5 == 0:
            self.tally.add(replays=1)
            if self.refresh(self.second, token)[0] == 200:
                self.tally.add(wrong=1)
        self.call(turn)
        return new

    def race(self, token: str) -> str:
        """Two requests at once with one token: at most one may win."""
        other: list = []
        rival = threading.Thread(target=lambda: other.append(self.refresh(self.second, token)))
        rival.start()
        mine = self.refresh(self.peer, token)
        rival.join()
        won = [new for status, new in (mine, *other) if status == 200]
        self.tally.add(races=1, refreshes=len(won), wrong=max(0, len(won) - 1))
        if len(won) == 1:
            return won[0]
        return self.issue()

    def call(self, turn: int) -> None:
        try:
            status, _ = self.peer.send("GET", f"/s/{self.space}/1.0/accounts", None,
                                       {"Authorization": f"Bearer unknown-{turn}"})
            if status != 401:
                self.tally.complain(f"an unknown token was answered {status}")
        except TimeoutError:
            self.tally.complain(NO_ANSWER)
        except (OSError, http.client.HTTPException):
            self.tally.add(lost=1)


def watch_events(mock: Mock, tally: Tally, stop: threading.Event) -> None:
    """The console's stream, of the default space, which is told of too."""
    stream = http.client.HTTPConnection(mock.admin_host, timeout=PATIENCE)
    try:
        stream.request("GET", "/api/v1/events")
        reply = stream.getresponse()
        while not stop.is_set():
            line = reply.readline()
            if not line:
                raise OSError("it ended")
            if line.startswith(b"event: "):
                tally.add(events=1)
    except Exception as failure:
        if not stop.is_set():
            tally.complain(f"the event stream: {failure!r}")


def move(mock: Mock, tally: Tally, stop: threading.Event) -> None:
    """The default space: its clock moves, and something happens in it for the stream to tell."""
    admin, peer = mock.admin(), mock.connect()
    try:
        while not stop.wait(0.2):
            admin.json("POST", "/api/v1/clock/advance", {"by": "1m"})
            peer.send("GET", "/1.0/accounts")
    except Exception as failure:
        tally.complain(f"the clock: {failure!r}")


def slope_of(samples: list) -> float:
    """MB an hour, by least squares."""
    middle_time = sum(one.time for one in samples) / len(samples)
    middle = sum(one.memory for one in samples) / len(samples)
    over = sum((one.time - middle_time) * (one.memory - middle) for one in samples)
    under = sum((one.time - middle_time) ** 2 for one in samples)
    return 3600 * over / under if under else 0.0


def verdicts(samples: list, tally: Tally, end_status: int, args) -> list:
    """(promise, figure, whether it holds)."""
    warm = [one for one in samples if one.time >= samples[0].time + WARM_UP * args.time]
    slope = slope_of(warm)
    hours = (warm[-1].time - warm[0].time) / 3600
    most = MOST_SLOPE if hours > 0.5 else MOST_GROWTH / max(hours, 1e-6)
    judged = f"most: {most:.2f} MB/h" if args.time >= TOO_SHORT else "not judged: all still fills"
    first, last = warm[0], warm[-1]
    play = args.connections + 4  # what is open or closed at the moment of a sample
    short = args.time < TOO_SHORT  # connections and races may just begin, on a busy machine
    return [
        ("memory", f"{slope:+.2f} MB/h over {hours * 60:.1f} min after warm-up, at "
                   f"{first.memory:.1f} to {last.memory:.1f} MB ({judged})",
         slope <= most or args.time < TOO_SHORT),
        ("descriptors", f"{first.descriptors} then {last.descriptors}",
         short or last.descriptors <= first.descriptors + play),
        ("threads", f"{first.threads} then {last.threads}", short or last.threads <= first.threads + play),
        ("wrong winners", f"{tally.wrong} in {tally.races} races and {tally.replays} replays",
         tally.wrong == 0 and (short or tally.races > 0)),
        ("work", f"{tally.refreshes} refreshes, {tally.spaces} spaces, {tally.events} events, "
                 f"{tally.lost} replies lost by rules", tally.refreshes > 0 and tally.events > 0),
        ("errors", "; ".join(tally.broken) or "none", not tally.broken),
        ("end", f"exit status {end_status} on SIGTERM", end_status == 0),
    ]


def play(args) -> list:
    tally, stop = Tally(), threading.Event()
    with Mock(args.bin, "--seed", "7", "--journal-size", "500") as mock:
        workers = [Connection(mock, n, tally, stop) for n in range(args.connections)]
        others = [threading.Thread(target=watch_events, args=(mock, tally, stop), daemon=True),
                  threading.Thread(target=move, args=(mock, tally, stop), daemon=True)]
        for one in (*workers, *others):
            one.start()
        samples, begin = [], time.monotonic()
        while time.monotonic() < begin + args.time and mock.process.poll() is None:
            time.sleep(min(1.0, args.time / 40))
            samples.append(Sample(time.monotonic(), mock.memory(), mock.descriptors(),
                                  mock.threads()))
            if args.verbose:
                one = samples[-1]
                print(f"{one.time - begin:7.1f} s {one.memory:8.1f} MB {one.descriptors} descriptors "
                      f"{one.threads} threads {tally.refreshes} refreshes", file=sys.stderr, flush=True)
        if mock.process.poll() is not None:
            tally.complain(f"the mock ended by itself with {mock.process.returncode}")
        stop.set()
        for one in workers:
            one.join(2 * PATIENCE)
            if one.is_alive():
                tally.complain(f"connection {one.number} did not come to its end")
        return verdicts(samples, tally, mock.stop(), args)


def main() -> int:
    parser = argparse.ArgumentParser(prog="script/soak")
    parser.add_argument("--for", dest="time", type=seconds, default=600, metavar="TIME",
                        help="10s, 10m (the default), 1h")
    parser.add_argument("--connections", type=int, default=16, metavar="N")
    parser.add_argument("--bin", type=pathlib.Path, default=pathlib.Path("build/release/bin"),
                        help="folder of the programs")
    parser.add_argument("--verbose", action="store_true", help="prints each sample, too")
    args = parser.parse_args()
    bad = 0
    for promise, figure, holds in play(args):
        print(f"{'ok  ' if holds else 'FAIL'} {promise:14} {figure}", flush=True)
        bad += not holds
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
