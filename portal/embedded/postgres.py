"""PostgreSQL for `portal demo` and the tests."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
from pathlib import Path
from urllib.parse import quote

from portal.embedded.errors import EmbeddedServerError
from portal.embedded.places import DATABASE_DIRECTORY, Place
from portal.embedded.ports import LOOPBACK
from portal.embedded.processes import spawn
from portal.embedded.programs import PostgresPrograms
from portal.embedded.server import EmbeddedServer

SUPERUSER = "postgres"
INITDB_SECONDS = 120
FIRST_WITH_BUILTIN_LOCALE = 17
# Data may be lost when the machine crashes, not when a server is killed: fault tests rely on that,
# so synchronous_commit stays on.
FAST = ("fsync=off", "full_page_writes=off")


class EmbeddedPostgres(EmbeddedServer):
    """PostgreSQL on 127.0.0.1 with password sign-in (scram-sha-256) and no Unix socket."""

    label = "PostgreSQL"
    name = DATABASE_DIRECTORY
    # Fast shutdown ends sessions and writes a checkpoint; immediate leaves recovery for later.
    stop_steps = ((signal.SIGINT, 20.0), (signal.SIGQUIT, 10.0))

    def __init__(
        self,
        place: Place,
        *,
        wished_port: int = 0,
        fast: bool = False,
        programs: PostgresPrograms | None = None,
    ) -> None:
        """`programs` replaces those that `PostgresPrograms.find` would choose."""
        super().__init__(place, wished_port=wished_port, fast=fast)
        self._programs = programs or PostgresPrograms.find(place.account)

    def url(
        self, user: str = SUPERUSER, password: str | None = None, database: str = "postgres"
    ) -> str:
        """URL of a login; without `password` with the one the place has for that login."""
        secret = quote(password or self.place.password(user), safe="")
        return f"postgresql://{quote(user, safe='')}:{secret}@{LOOPBACK}:{self.port}/{database}"

    @property
    def _data(self) -> Path:
        return self.place.root / self.name

    def _signature(self) -> str:
        return f"postgres -D {self._data}"

    def _prepare(self) -> None:
        if not self._data.exists():
            self._initialise()
        made_by = (self._data / "PG_VERSION").read_text().strip()
        if made_by != str(self._programs.major):
            raise EmbeddedServerError(
                f"The data in {self._data} were made by PostgreSQL {made_by} and the program here "
                f"is {self._programs.major}: use that version, or remove the directory."
            )
        # Nobody runs on these data: we hold the lock and have looked. A number in a file that is
        # left may belong to another program today, and PostgreSQL would refuse to start.
        (self._data / "postmaster.pid").unlink(missing_ok=True)

    def _initialise(self) -> None:
        """Make the data directory, whole or not at all."""
        unfinished = f"{self.name}-unfinished"
        shutil.rmtree(self.place.root / unfinished, ignore_errors=True)
        data = self.place.directory(unfinished)
        with tempfile.NamedTemporaryFile(dir=data.parent, prefix="password-") as file:  # mode 0600
            file.write(self.place.password(SUPERUSER).encode())
            file.flush()
            self.place.give(Path(file.name))
            account = self.place.account
            answer = subprocess.run(
                [
                    self._programs.directory / "initdb",
                    f"--pgdata={data}",
                    f"--username={SUPERUSER}",
                    f"--pwfile={file.name}",
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--no-instructions",
                    *self._locale(),
                    *(["--no-sync"] if self.fast else []),
                ],
                capture_output=True,
                text=True,
                check=False,
                cwd="/",
                env=_environment(),
                user=account.pw_uid if account else None,
                group=account.pw_gid if account else None,
                extra_groups=[] if account else None,
                timeout=INITDB_SECONDS,
            )
        if answer.returncode:
            raise EmbeddedServerError(f"initdb failed for {data}:\n{answer.stderr.strip()}")
        data.rename(self._data)

    def _locale(self) -> list[str]:
        if self._programs.major >= FIRST_WITH_BUILTIN_LOCALE:
            return ["--locale=C", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        return ["--locale=en_US.UTF-8" if sys.platform == "darwin" else "--locale=C.UTF-8"]

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        settings = [
            f"listen_addresses={LOOPBACK}",
            f"port={port}",
            "unix_socket_directories=",
            "max_connections=100",
            "timezone=UTC",
            "log_timezone=UTC",
            *(FAST if self.fast else ()),
        ]
        return spawn(
            [
                self._programs.directory / "postgres",
                "-D",
                self._data,
                *(word for setting in settings for word in ("-c", setting)),
            ],
            log=self.log,
            last_signal=signal.SIGINT,
            account=self.place.account,
            env=_environment(),
        )

    def _is_ready(self, process: subprocess.Popen[bytes], port: int) -> bool:
        """PostgreSQL writes into its pid file when it accepts connections."""
        try:
            lines = (self._data / "postmaster.pid").read_text().splitlines()
        except FileNotFoundError:
            return False
        return len(lines) >= 8 and lines[0] == str(process.pid) and lines[7].strip() == "ready"

    def _will_pass(self, output: str) -> bool:
        # Sessions of a killed server notice within a moment that it is gone.
        return "pre-existing shared memory block" in output


def _environment() -> dict[str, str]:
    """Ours without the variables by which PostgreSQL's programs can be configured."""
    return {key: value for key, value in os.environ.items() if not key.startswith("PG")} | {
        "LC_ALL": "C"
    }
