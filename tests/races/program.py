"""A command-line program that keeps its tokens in a file: what all the programs here have in common.

Each of them overrides how it locks, refreshes and saves. Exit status: 0 it went well, 10 the
customer has to log in, 1 anything else.
"""

import os
import sys

import wire
from light import contextmanager, dumps, loads, suppress, unquote_plus

HOME = os.environ["HOME"]
FOLDER = os.path.join(HOME, ".racy")
LOGIN_AGAIN = 10


class LoginAgain(Exception):
    pass


class Failed(Exception):
    pass


class Program:
    mode = 0o600
    folder_mode = 0o700

    def __init__(self):
        self.path = os.path.join(FOLDER, "tokens.json")
        os.makedirs(FOLDER, mode=self.folder_mode, exist_ok=True)

    # The store.

    def load(self):
        try:
            with open(self.path, encoding="utf-8") as file:
                return loads(file.read())
        except FileNotFoundError:
            return None

    def save(self, tokens):
        temporary = f"{self.path}.{os.getpid()}"
        descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, self.mode)
        try:
            os.write(descriptor, dumps(tokens).encode())
            os.fsync(descriptor)
        except OSError:
            os.unlink(temporary)
            raise
        finally:
            os.close(descriptor)
        os.rename(temporary, self.path)

    def forget(self):
        with suppress(FileNotFoundError):
            os.unlink(self.path)

    @contextmanager
    def lock(self):
        yield

    # The wire.

    def exchange(self, tokens):
        """New tokens for the refresh token; LoginAgain when it is refused."""
        status, members = wire.token_request(
            {"grant_type": "refresh_token", "refresh_token": tokens["refresh"]})
        if status == 200:
            return {"access": members["access_token"],
                    "refresh": members.get("refresh_token", tokens["refresh"])}
        if status in (400, 401):
            raise LoginAgain
        raise Failed(f"the token endpoint answered {status}")

    def refreshed(self, tokens):
        """Tokens that are newer than `tokens`, by whoever refreshes them. Correct: under a lock,
        looking again inside it."""
        with self.lock():
            now = self.load()
            if now is None:
                raise LoginAgain
            if now["access"] != tokens["access"]:
                return now
            try:
                fresh = self.exchange(now)
            except LoginAgain:
                self.forget()  # still inside the lock: nobody presents it again
                raise
            self.save(fresh)
            return fresh

    def refreshed_unlocked(self, tokens):
        fresh = self.exchange(tokens)
        self.save(fresh)
        return fresh

    # The commands.

    def lists(self):
        tokens = self.load()
        if tokens is None:
            raise LoginAgain
        status = wire.get_accounts(tokens["access"])
        if status == 401:
            tokens = self.refreshed(tokens)
            status = wire.get_accounts(tokens["access"])
        if status != 200:
            raise Failed(f"the API answered {status}")

    def refresh(self):
        tokens = self.load()
        if tokens is None:
            raise LoginAgain
        self.refreshed(tokens)

    def logout(self):
        with self.lock():
            self.forget()

    def login(self):
        state = os.urandom(16).hex()
        query = wire.form({"response_type": "code", "client_id": os.environ["CLIENT_ID"],
                           "redirect_uri": os.environ["REDIRECT_URI"], "state": state,
                           "scope": "account.read list.read subscriber.read"})
        print(f"{os.environ['AUTHORIZE_URL']}?{query}", flush=True)
        answer = dict(part.split("=", 1) for part in
                      sys.stdin.readline().strip().partition("?")[2].split("&") if "=" in part)
        if answer.get("state") != state or "code" not in answer:
            raise Failed("that is not the answer to this login")
        status, members = wire.token_request(
            {"grant_type": "authorization_code", "code": unquote_plus(answer["code"]),
             "redirect_uri": os.environ["REDIRECT_URI"]})
        if status != 200:
            raise Failed(f"the token endpoint answered {status}")
        self.replace({"access": members["access_token"], "refresh": members["refresh_token"]})

    def replace(self, tokens):
        """After a login."""
        with self.lock():
            self.save(tokens)


def run(program, command):
    try:
        getattr(program, command)()
    except LoginAgain:
        print("please log in again", file=sys.stderr)
        return LOGIN_AGAIN
    except Failed as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0
