"""Eight designs that keep many processes on one store in order. Each is accused of nothing."""

import _socket  # the half of socket that is written in C
import fcntl
import os
import sys
import time

import program
from light import contextmanager, dumps, loads, suppress
from program import FOLDER, LoginAgain, Program

RETRY_S = 0.01


class Flock(Program):
    """flock on a file of its own: the kernel gives it back when the holder ends."""

    @contextmanager
    def lock(self):
        with open(os.path.join(FOLDER, "lock"), "w", encoding="utf-8") as file:
            fcntl.flock(file, fcntl.LOCK_EX)
            yield


class FolderFlock(Program):
    """flock on the folder: no further file."""

    @contextmanager
    def lock(self):
        descriptor = os.open(FOLDER, os.O_RDONLY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield
        finally:
            os.close(descriptor)


class PosixLock(Program):
    """A POSIX record lock, on a file that nobody opens for anything else."""

    @contextmanager
    def lock(self):
        with open(os.path.join(FOLDER, "lock"), "w", encoding="utf-8") as file:
            fcntl.lockf(file, fcntl.LOCK_EX)
            yield


class ExclusiveFile(Program):
    """A lock file made with link(2), which names its holder: who finds the holder gone takes it.
    Taking over is itself under flock, so that two cannot take over at once."""

    @contextmanager
    def lock(self):
        path = os.path.join(FOLDER, "lock")
        own = f"{path}.{os.getpid()}"
        with open(own, "w", encoding="utf-8") as file:
            file.write(str(os.getpid()))
        try:
            while True:
                try:
                    os.link(own, path)
                    break
                except FileExistsError:
                    self.remove_stale(path)
                    time.sleep(RETRY_S)
            try:
                yield
            finally:
                os.unlink(path)
        finally:
            os.unlink(own)

    @staticmethod
    def remove_stale(path):
        with open(f"{path}.guard", "w", encoding="utf-8") as guard:
            fcntl.flock(guard, fcntl.LOCK_EX)
            try:
                with open(path, encoding="utf-8") as file:
                    holder = int(file.read())
                os.kill(holder, 0)
            except ProcessLookupError:
                os.unlink(path)
            except FileNotFoundError:
                pass


class AbstractSocket(Program):
    """A name in the abstract socket space as a mutex: it goes with the process."""

    @contextmanager
    def lock(self):
        name = _socket.socket(_socket.AF_UNIX)
        try:
            while True:
                try:
                    name.bind("\0racy" + FOLDER)
                    break
                except OSError:
                    time.sleep(RETRY_S)
            yield
        finally:
            name.close()


class Sqlite(Program):
    """One transaction around reading, refreshing and writing."""

    def __init__(self):
        super().__init__()
        path = os.path.join(FOLDER, "tokens.db")
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        import sqlite3  # for this design alone
        self.database = sqlite3.connect(path, timeout=60, isolation_level=None)
        self.database.execute("CREATE TABLE IF NOT EXISTS tokens (id INTEGER PRIMARY KEY, json)")

    def load(self):
        row = self.database.execute("SELECT json FROM tokens WHERE id = 1").fetchone()
        return loads(row[0]) if row else None

    def save(self, tokens):
        self.database.execute("INSERT OR REPLACE INTO tokens VALUES (1, ?)", (dumps(tokens),))

    def forget(self):
        self.database.execute("DELETE FROM tokens")

    @contextmanager
    def lock(self):
        self.database.execute("BEGIN IMMEDIATE")
        try:
            yield
        except LoginAgain:
            self.database.execute("COMMIT")  # what was forgotten stays forgotten
            raise
        except BaseException:
            self.database.execute("ROLLBACK")
            raise
        self.database.execute("COMMIT")


class CompareAndSwap(Program):
    """Who renames the file away holds the tokens; the others wait for it to come back, and take
    over from a holder that has gone."""

    def claim(self):
        own = f"{self.path}.claimed.{os.getpid()}"
        while True:
            try:
                os.rename(self.path, own)
                return own
            except FileNotFoundError:
                pass
            claims = [name for name in os.listdir(FOLDER) if ".claimed." in name]
            if not claims and not os.path.exists(self.path):
                raise LoginAgain
            for name in claims:
                try:
                    os.kill(int(name.rsplit(".", 1)[1]), 0)
                except ProcessLookupError:
                    with suppress(FileNotFoundError):
                        os.rename(os.path.join(FOLDER, name), own)
                        return own
            time.sleep(RETRY_S)

    def load(self):
        while True:
            tokens = super().load()
            if tokens is not None:
                return tokens
            if not any(".claimed." in name for name in os.listdir(FOLDER)):
                return super().load()
            time.sleep(RETRY_S)
            self.give_back_orphans()

    def give_back_orphans(self):
        for name in os.listdir(FOLDER):
            if ".claimed." not in name:
                continue
            try:
                os.kill(int(name.rsplit(".", 1)[1]), 0)
            except ProcessLookupError:
                with suppress(FileNotFoundError):
                    os.rename(os.path.join(FOLDER, name), self.path)

    def refreshed(self, tokens):
        own = self.claim()
        try:
            with open(own, encoding="utf-8") as file:
                now = loads(file.read())
            if now["access"] == tokens["access"]:
                now = self.exchange(now)
                self.write(own, now)
        except LoginAgain:
            os.unlink(own)
            raise
        except BaseException:
            os.rename(own, self.path)
            raise
        os.rename(own, self.path)
        return now

    def write(self, own, tokens):
        temporary = f"{self.path}.new.{os.getpid()}"  # no name that looks like a claim
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w",
                  encoding="utf-8") as file:
            file.write(dumps(tokens))
            file.flush()
            os.fsync(file.fileno())
        os.rename(temporary, own)

    def replace(self, tokens):
        """After a login: whoever holds the old tokens gives them back first."""
        try:
            own = self.claim()
        except LoginAgain:
            own = f"{self.path}.claimed.{os.getpid()}"
        self.write(own, tokens)
        os.rename(own, self.path)

    def logout(self):
        with suppress(LoginAgain):
            os.unlink(self.claim())


class Daemon(Flock):
    """One daemon behind a socket does everything; the first command starts it."""

    def __init__(self):
        super().__init__()
        self.address = os.path.join(FOLDER, "s")

    def connect(self):
        connection = _socket.socket(_socket.AF_UNIX)
        try:
            connection.connect(self.address)
            return connection
        except OSError:
            connection.close()
            return None

    def ask(self, command):
        connection = self.connect()
        if connection is None:
            with self.lock():  # one process starts it
                connection = self.connect()
                if connection is None:
                    self.start()
                    connection = self.connect()
        try:
            connection.sendall(command.encode())
            connection.shutdown(_socket.SHUT_WR)
            status = int(connection.recv(16) or b"1")
        finally:
            connection.close()
        if status == program.LOGIN_AGAIN:
            raise LoginAgain
        if status != 0:
            raise program.Failed("the daemon could not do it")

    def start(self):
        ready, its_output = os.pipe()
        os.posix_spawn(sys.executable,
                       [sys.executable, "-I", "-S", sys.argv[0], "daemon", "serve"], os.environ,
                       file_actions=[(os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDWR, 0),
                                     (os.POSIX_SPAWN_DUP2, its_output, 1),
                                     (os.POSIX_SPAWN_DUP2, 0, 2)], setsid=True)
        os.close(its_output)
        os.read(ready, 16)  # a line comes when it listens, or nothing when it has ended
        os.close(ready)

    def serve(self):
        import socket  # slow to load, and for the daemon alone: it starts once
        os.closerange(3, 256)  # what whoever started us had open: they may wait for its end
        with suppress(FileNotFoundError):
            os.unlink(self.address)
        with socket.socket(socket.AF_UNIX) as server:
            server.bind(self.address)
            server.listen(16)
            os.write(1, b"ready\n")
            os.dup2(0, 1)
            while True:
                with server.accept()[0] as connection:
                    command = connection.recv(16).decode()
                    own = Flock()
                    connection.sendall(str(program.run(own, command)).encode())

    def lists(self):
        self.ask("lists")

    def refresh(self):
        self.ask("refresh")

    def logout(self):
        self.ask("logout")


DESIGNS = {
    "flock": Flock,
    "folder-flock": FolderFlock,
    "posix-lock": PosixLock,
    "exclusive-file": ExclusiveFile,
    "abstract-socket": AbstractSocket,
    "sqlite": Sqlite,
    "compare-and-swap": CompareAndSwap,
    "daemon": Daemon,
}
