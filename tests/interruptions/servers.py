"""Database servers of our own, each in a temporary folder on a free port: they can be stopped, killed and read."""

import json
import os
import shutil
import signal
import socket
import subprocess
import tempfile
import time
import uuid
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import adbc_driver_postgresql.dbapi as adbc
import pymysql
import pytest

SOURCE_USER = "reader"
PATIENCE = 30.0  # seconds until a server that was started must answer


class Server(ABC):
    """One server; its data folder lives as long as the object, its process from `start` to `stop`."""

    scheme: str
    account: str  # the user of the system that runs it, since root may not
    gentle: signal.Signals

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.data = folder / "data"
        self.port = _free_port()
        # A MariaDB that starts removes the temporary tables of all others from a folder that they share.
        self.environment = {**os.environ, "TMPDIR": str(folder)}
        self._process: subprocess.Popen[bytes] | None = None

    def run(self, *command: str | Path) -> None:
        """Run a program as the user who runs the server, to its end."""
        line = [*_as_user(self.account), *map(str, command)]
        done = subprocess.run(line, capture_output=True, text=True, cwd="/", env=self.environment)
        if done.returncode:
            raise RuntimeError(f"{command[0]}: {done.stderr or done.stdout}")

    def start(self) -> None:
        """Start the server and wait until it answers."""
        with (self.folder / "output").open("ab") as output:
            self._process = subprocess.Popen(
                [*_as_user(self.account), "setpriv", "--pdeathsig", "KILL", *self._command()],
                stdout=output,
                stderr=output,
                cwd=self.folder,
                env=self.environment,
            )
        until = time.monotonic() + PATIENCE
        while not self._answers():
            if time.monotonic() > until or self._process.poll() is not None:
                raise RuntimeError(f"{self.scheme} does not start: {(self.folder / 'output').read_text()[-2000:]}")
            time.sleep(0.05)

    def stop(self, how: signal.Signals | None = None) -> None:
        """End the server: gently, or by the signal that is given."""
        if self._process is not None:
            self._process.send_signal(how or self.gentle)
            self._process.wait(PATIENCE)
            self._process = None

    def restart(self, how: signal.Signals | None = None) -> None:
        """Stop and start, on the same port."""
        self.stop(how)
        self.start()

    def url(self, user: str = "owner", password: str = "", database: str = "his", port: int | None = None) -> str:
        """Where a database of it is reached, or through a proxy on another port."""
        secret = f":{quote(password, safe='')}" if password else ""
        return f"{self.scheme}://{user}{secret}@127.0.0.1:{port or self.port}/{database}"

    def statements(self, user: str) -> list[str]:
        """Everything that this user has asked since the server was made, by the server's own log."""
        sign = uuid.uuid4().hex
        self.execute(f"SELECT '{sign}'")
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            logged = list(self._logged())
            if any(sign in sql for _, sql in logged):
                return [sql for name, sql in logged if name == user]
            time.sleep(0.05)
        raise RuntimeError(f"the log of {self.scheme} does not come up to date")

    @abstractmethod
    def install(self) -> None:
        """Make the data folder."""

    @abstractmethod
    def prepare(self) -> None:
        """Make the database `his` once the server runs."""

    @abstractmethod
    def execute(self, *statements: str, database: str = "his") -> None:
        """Do something as the owner, committed."""

    @abstractmethod
    def grant_select(self, password: str) -> None:
        """Make the source user: it may read the tables that are there now, and nothing else."""

    @abstractmethod
    def _command(self) -> list[str]: ...

    @abstractmethod
    def _answers(self) -> bool: ...

    @abstractmethod
    def _logged(self) -> Iterator[tuple[str, str]]:
        """User and statement, in order."""


class Postgresql(Server):
    """A private PostgreSQL; the owner is trusted, everyone else needs the password."""

    scheme = "postgresql"
    account = "postgres"
    gentle = signal.SIGINT
    binaries = next((path for path in sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)), Path("/none"))
    _SETTINGS = (
        "listen_addresses = '127.0.0.1'",
        "fsync = off",
        "synchronous_commit = off",
        "logging_collector = on",
        "log_destination = 'jsonlog'",
        "log_directory = '../log'",
        "log_filename = 'server'",
        "log_statement = all",
        "autovacuum = off",
    )

    def install(self) -> None:
        self.run(
            *(self.binaries / "initdb", "-D", self.data, "-N", "-A", "trust", "-U", "owner", "-E", "UTF8"),
            "--locale=C.UTF-8",
        )
        settings = [*self._SETTINGS, f"port = {self.port}", f"unix_socket_directories = '{self.folder}'"]
        with (self.data / "postgresql.conf").open("a") as file:
            file.write("\n".join(settings) + "\n")
        (self.data / "pg_hba.conf").write_text(
            "host all owner 127.0.0.1/32 trust\nhost all all 127.0.0.1/32 scram-sha-256\n"
        )

    def prepare(self) -> None:
        self.execute("CREATE DATABASE his ENCODING 'UTF8' TEMPLATE template0", database="postgres")

    def execute(self, *statements: str, database: str = "his") -> None:
        with adbc.connect(self.url(database=database), autocommit=True) as connection, connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)

    def grant_select(self, password: str) -> None:
        secret = password.replace("'", "''")
        self.execute(
            f"CREATE ROLE {SOURCE_USER} LOGIN PASSWORD '{secret}'",
            "REVOKE CREATE, TEMPORARY ON DATABASE his FROM PUBLIC",
            "REVOKE CREATE ON SCHEMA public FROM PUBLIC",
            f"GRANT SELECT ON ALL TABLES IN SCHEMA public TO {SOURCE_USER}",
        )

    def _command(self) -> list[str]:
        return [str(self.binaries / "postgres"), "-D", str(self.data)]

    def _answers(self) -> bool:
        try:
            adbc.connect(self.url(database="postgres")).close()
        except adbc.Error:
            return False
        return True

    def _logged(self) -> Iterator[tuple[str, str]]:
        for line in (self.folder / "log" / "server.json").read_text(encoding="utf-8").splitlines():
            record: dict[str, Any] = json.loads(line)
            kind, _, sql = record.get("message", "").partition(": ")
            if kind == "statement" or kind.startswith("execute"):
                yield record.get("user", ""), sql


class Mariadb(Server):
    """A private MariaDB; its general log is a table, so that statements of several lines stay whole."""

    scheme = "mysql"
    account = "mysql"
    gentle = signal.SIGTERM

    def install(self) -> None:
        self.run(
            *("mariadb-install-db", "--no-defaults", "--auth-root-authentication-method=normal"),
            *("--skip-test-db", "--skip-name-resolve", f"--datadir={self.data}"),
        )

    def prepare(self) -> None:
        with closing(self._connection("root", "mysql")) as connection, connection.cursor() as cursor:
            cursor.execute("CREATE USER owner@'127.0.0.1'")
            cursor.execute("GRANT ALL ON *.* TO owner@'127.0.0.1' WITH GRANT OPTION")
            cursor.execute("CREATE DATABASE his CHARACTER SET utf8mb4")

    def execute(self, *statements: str, database: str = "his") -> None:
        with closing(self._connection("owner", database)) as connection, connection.cursor() as cursor:
            for sql in statements:
                cursor.execute(sql)

    def grant_select(self, password: str) -> None:
        with closing(self._connection("owner", "his")) as connection, connection.cursor() as cursor:
            cursor.execute(f"CREATE USER {SOURCE_USER}@'127.0.0.1' IDENTIFIED BY %s", (password,))
            cursor.execute(f"GRANT SELECT ON his.* TO {SOURCE_USER}@'127.0.0.1'")

    def _command(self) -> list[str]:
        return [
            *(shutil.which("mariadbd") or "mariadbd", "--no-defaults", f"--datadir={self.data}"),
            *(f"--socket={self.folder}/socket", f"--pid-file={self.folder}/pid", f"--port={self.port}"),
            *("--bind-address=127.0.0.1", "--skip-name-resolve", "--general-log", "--log-output=TABLE"),
            *("--innodb-flush-log-at-trx-commit=0", "--innodb-buffer-pool-size=64M", "--character-set-server=utf8mb4"),
        ]

    def _answers(self) -> bool:
        try:
            self._connection("root", "mysql").close()
        except pymysql.Error:
            return False
        return True

    def _logged(self) -> Iterator[tuple[str, str]]:
        with closing(self._connection("owner", "mysql")) as connection, connection.cursor() as cursor:
            cursor.execute("SELECT user_host, argument FROM general_log WHERE command_type IN ('Query', 'Execute')")
            for user, sql in cursor.fetchall():
                yield user.partition("[")[0], sql.decode() if isinstance(sql, bytes) else sql

    def _connection(self, user: str, database: str) -> Any:
        return pymysql.connect(
            host="127.0.0.1", port=self.port, user=user, database=database, charset="utf8mb4", autocommit=True
        )


SERVERS: dict[str, type[Server]] = {"postgresql": Postgresql, "mariadb": Mariadb}


@contextmanager
def own_server(engine: str) -> Iterator[Server]:
    """A running server with an empty database `his`; gone with its folder when the block ends.

    Skips the test with a reason where its programs are not installed.
    """
    missing = missing_programs(engine)
    if missing:
        pytest.skip(f"no {engine} of our own: {missing} is not installed")
    folder = Path(tempfile.mkdtemp(prefix=f"feijian-{engine}-", dir="/tmp"))
    server = SERVERS[engine](folder)
    try:
        if os.geteuid() == 0:
            shutil.chown(folder, server.account, server.account)
        server.install()
        server.start()
        server.prepare()
        yield server
    finally:
        server.stop(signal.SIGQUIT if engine == "postgresql" else signal.SIGKILL)
        shutil.rmtree(folder, ignore_errors=True)


def missing_programs(engine: str) -> str:
    """The program that stands in the way of a server of our own, empty when all are there."""
    wanted = (
        ("setpriv", str(Postgresql.binaries / "initdb"), str(Postgresql.binaries / "postgres"))
        if engine == "postgresql"
        else ("setpriv", "mariadb-install-db", "mariadbd")
    )
    return next((program for program in wanted if shutil.which(program) is None), "")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def _as_user(account: str) -> list[str]:
    """What stands before a command so that it runs as another user, when we are root."""
    return ["setpriv", f"--reuid={account}", f"--regid={account}", "--init-groups"] if os.geteuid() == 0 else []
