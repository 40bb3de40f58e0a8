"""Programs with one mistake each, of the kinds that real ones are reported for."""

import fcntl
import os
import sys
import time

import program
import wire
from correct import Flock
from light import contextmanager, dumps, suppress
from program import FOLDER, Failed, LoginAgain, Program


class NoLock(Program):
    """Every process refreshes with what it has read; a refused refresh is an error."""

    refreshed = Program.refreshed_unlocked


class LoserForgets(Program):
    """A refused refresh deletes the store, whoever has written it meanwhile."""

    def refreshed(self, tokens):
        try:
            return self.refreshed_unlocked(tokens)
        except LoginAgain:
            self.forget()
            raise


class LoserWritesBack(Program):
    """A refused refresh is noted in the store, together with the tokens from before."""

    def refreshed(self, tokens):
        try:
            return self.refreshed_unlocked(tokens)
        except LoginAgain:
            self.save({**tokens, "failed": True})
            raise


class LoserAsksAnew(Program):
    """A refused refresh means "log in again", although another process has just won."""

    refreshed = Program.refreshed_unlocked


class LoserFails(Program):
    """A refused refresh is a failure of the command, although another process has just won."""

    def refreshed(self, tokens):
        try:
            return self.refreshed_unlocked(tokens)
        except LoginAgain:
            raise Failed("the refresh was refused") from None


class LoserRecovers(Program):
    """Refreshes without a lock and, when refused, uses what the winner stored: it goes well where
    a used token is merely refused."""

    def refreshed(self, tokens):
        try:
            return self.refreshed_unlocked(tokens)
        except LoginAgain:
            now = self.load()
            if now and now["access"] != tokens["access"]:
                return now
            raise


class LockAroundSaving(Flock):
    """The lock is taken to write, and not to refresh."""

    def refreshed(self, tokens):
        fresh = self.exchange(tokens)
        with self.lock():
            self.save(fresh)
        return fresh


class LockWithoutLookingAgain(Flock):
    """The lock is taken, and the token from before it is used."""

    def refreshed(self, tokens):
        with self.lock():
            fresh = self.exchange(tokens)
            self.save(fresh)
            return fresh


class RefreshesInTurn(Flock):
    """Inside the lock the token is read again, and refreshed again although it is fresh."""

    def refreshed(self, tokens):
        with self.lock():
            fresh = self.exchange(self.load())
            self.save(fresh)
            return fresh


class LockOfItsOwn(Program):
    """The lock file's name has the process id in it."""

    @contextmanager
    def lock(self):
        with open(os.path.join(FOLDER, f"lock.{os.getpid()}"), "w", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield

    def refreshed(self, tokens):
        with self.lock():
            return self.refreshed_unlocked(tokens)


class SharedLock(Program):
    """flock with LOCK_SH, which everybody may hold."""

    @contextmanager
    def lock(self):
        with open(os.path.join(FOLDER, "lock"), "w", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield


class LockNotAwaited(Program):
    """A lock that is taken is no reason to wait: it goes on without."""

    @contextmanager
    def lock(self):
        with open(os.path.join(FOLDER, "lock"), "w", encoding="utf-8") as file:
            with suppress(BlockingIOError):
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield


class LockLost(Program):
    """A POSIX record lock on the store itself, which the kernel gives back as soon as the process
    closes the store after reading it."""

    @contextmanager
    def lock(self):
        with self.opened() as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            yield

    def save(self, tokens):
        with self.opened() as file:
            file.truncate()
            file.write(dumps(tokens))

    def opened(self):
        return open(os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600), "r+", encoding="utf-8")


class ImpatientLock(Program):
    """Waits for the lock for a tenth of a second, and then goes on without."""

    @contextmanager
    def lock(self):
        with open(os.path.join(FOLDER, "lock"), "w", encoding="utf-8") as file:
            for _ in range(10):
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    time.sleep(0.01)
            yield


class LockLeftBehind(Program):
    """A lock file made with O_EXCL, which nobody removes when its maker is killed."""

    @contextmanager
    def lock(self):
        path = os.path.join(FOLDER, "lock")
        while True:
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                break
            except FileExistsError:
                time.sleep(0.01)
        try:
            yield
        finally:
            os.unlink(path)


class FolderLeftBehind(Program):
    """The same with mkdir."""

    @contextmanager
    def lock(self):
        path = os.path.join(FOLDER, "lock.d")
        while True:
            try:
                os.mkdir(path)
                break
            except FileExistsError:
                time.sleep(0.01)
        try:
            yield
        finally:
            os.rmdir(path)


class LockStolen(LockLeftBehind):
    """The lock file is taken over when it is a tenth of a second old, whether or not its maker
    lives."""

    @contextmanager
    def lock(self):
        path = os.path.join(FOLDER, "lock")
        while True:
            try:
                os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
                break
            except FileExistsError:
                with suppress(FileNotFoundError):
                    if time.time() - os.stat(path).st_mtime > 0.1:
                        os.unlink(path)
                time.sleep(0.01)
        try:
            yield
        finally:
            with suppress(FileNotFoundError):
                os.unlink(path)


class InsistsOnRefused(Flock):
    """A refused refresh is sent again, five times."""

    def exchange(self, tokens):
        for _ in range(5):
            try:
                return super().exchange(tokens)
            except LoginAgain:
                pass
        raise LoginAgain


class KeepsRefused(Flock):
    """A token that was refused stays in the store: each process presents it once more."""

    def forget(self):
        pass


class EmptiesFirst(Flock):
    """The store is emptied and then written, in place."""

    def save(self, tokens):
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(descriptor, "w", encoding="utf-8") as file:
            file.write(dumps(tokens))


class WritesInPieces(Flock):
    """The store is written anew in place, piece by piece."""

    def save(self, tokens):
        descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        for piece in dumps(tokens).split(" "):
            os.write(descriptor, piece.encode() + b" ")
        os.close(descriptor)


class ReadableByAll(Flock):
    """Mode 0644, in a folder of mode 0755."""

    mode = 0o644
    folder_mode = 0o755


class ReadableCopy(Flock):
    """A copy beside the store that everybody can read."""

    folder_mode = 0o755

    def save(self, tokens):
        with open(f"{self.path}.old", "w", encoding="utf-8") as file:
            file.write(dumps(tokens))
        super().save(tokens)


class TokenInArguments(Flock):
    """The API is asked by another program, which gets the token as an argument."""

    child = staticmethod(lambda token: (["api", token], {}))

    def lists(self):
        tokens = self.load()
        if tokens is None:
            raise LoginAgain
        if self.asked(tokens) == 401:
            tokens = self.refreshed(tokens)
            if self.asked(tokens) != 200:
                raise Failed("the API refused the new token")

    def asked(self, tokens):
        words, more = self.child(tokens["access"])
        status = os.spawnve(os.P_WAIT, sys.executable,
                            [sys.executable, "-I", "-S", sys.argv[0], "helper", *words],
                            {**os.environ, **more})
        return 401 if status == 41 else 200 if status == 0 else 0


class TokenInEnvironment(TokenInArguments):
    """The API is asked by another program, which gets the token in its environment."""

    child = staticmethod(lambda token: (["api"], {"ACCESS_TOKEN": token}))


class TokenInLog(Flock):
    """A log in HOME has the whole reply in it."""

    def exchange(self, tokens):
        fresh = super().exchange(tokens)
        with open(os.path.join(program.HOME, "racy.log"), "a", encoding="utf-8") as log:
            os.chmod(log.name, 0o600)
            print("refreshed:", dumps(fresh), file=log)
        return fresh


class TokenPrinted(Flock):
    """Debugging output with the new token in it."""

    def exchange(self, tokens):
        fresh = super().exchange(tokens)
        print("new access token:", fresh["access"])
        return fresh


class RefreshUndoesLogin(Program):
    """What a refresh brings is saved whatever has happened to the store meanwhile: a new login is
    overwritten."""

    refreshed = Program.refreshed_unlocked


class RefreshUndoesLogout(Program):
    """What a refresh brings is saved although the customer has logged out meanwhile."""

    refreshed = Program.refreshed_unlocked


class KeepsOldRefreshToken(Flock):
    """Only the new access token is saved."""

    def exchange(self, tokens):
        fresh = super().exchange(tokens)
        return {"access": fresh["access"], "refresh": tokens["refresh"]}


class Helper:
    """The other program of TokenInArguments and TokenInEnvironment."""

    def api(self):
        token = sys.argv[3] if len(sys.argv) > 3 else os.environ["ACCESS_TOKEN"]
        status = wire.get_accounts(token)
        sys.exit(0 if status == 200 else 41 if status == 401 else 1)


MISTAKES = {
    "no-lock": NoLock,
    "loser-forgets": LoserForgets,
    "loser-writes-back": LoserWritesBack,
    "loser-asks-anew": LoserAsksAnew,
    "loser-fails": LoserFails,
    "loser-recovers": LoserRecovers,
    "lock-around-saving": LockAroundSaving,
    "lock-without-looking-again": LockWithoutLookingAgain,
    "refreshes-in-turn": RefreshesInTurn,
    "lock-of-its-own": LockOfItsOwn,
    "shared-lock": SharedLock,
    "lock-not-awaited": LockNotAwaited,
    "lock-lost": LockLost,
    "impatient-lock": ImpatientLock,
    "lock-left-behind": LockLeftBehind,
    "folder-left-behind": FolderLeftBehind,
    "lock-stolen": LockStolen,
    "insists-on-refused": InsistsOnRefused,
    "keeps-refused": KeepsRefused,
    "empties-first": EmptiesFirst,
    "writes-in-pieces": WritesInPieces,
    "readable-by-all": ReadableByAll,
    "readable-copy": ReadableCopy,
    "token-in-arguments": TokenInArguments,
    "token-in-environment": TokenInEnvironment,
    "token-in-log": TokenInLog,
    "token-printed": TokenPrinted,
    "refresh-undoes-login": RefreshUndoesLogin,
    "refresh-undoes-logout": RefreshUndoesLogout,
    "keeps-old-refresh-token": KeepsOldRefreshToken,
    "helper": Helper,
}
