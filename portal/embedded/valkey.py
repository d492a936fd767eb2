"""Valkey for `portal demo` and the tests."""

import os
import signal
import socket
import subprocess
from pathlib import Path

from portal.embedded.places import Place
from portal.embedded.ports import LOOPBACK
from portal.embedded.processes import spawn
from portal.embedded.programs import valkey_program
from portal.embedded.server import EmbeddedServer

LOGIN = "valkey"


class EmbeddedValkey(EmbeddedServer):
    """Valkey, or Redis, on 127.0.0.1 with a password and an append-only file.

    The password matters although only this machine can connect: arq unpickles what it finds in its
    queue, so who can write there can run code as the worker.
    """

    label = "Valkey"
    name = "valkey"
    stop_steps = ((signal.SIGTERM, 10.0),)

    def __init__(
        self,
        place: Place,
        *,
        wished_port: int = 0,
        fast: bool = False,
        program: Path | None = None,
    ) -> None:
        """`program` replaces the one that `valkey_program` would choose."""
        super().__init__(place, wished_port=wished_port, fast=fast)
        self._program = program or valkey_program(place.account)
        self._data = place.root / self.name

    def url(self, database: int = 0) -> str:
        """`redis://` URL with the password."""
        return f"redis://:{self.place.password(LOGIN)}@{LOOPBACK}:{self.port}/{database}"

    def _signature(self) -> str:
        return f"{self._program.name} - --dir {self._data}"

    def _prepare(self) -> None:
        self.place.directory(self.name)

    def _spawn(self, port: int) -> subprocess.Popen[bytes]:
        settings = {
            "bind": LOOPBACK,
            "port": str(port),
            "requirepass": self.place.password(LOGIN),
            "appendonly": "yes",
            "appendfsync": "no" if self.fast else "everysec",
            "save": '""',
            "maxmemory-policy": "noeviction",
            "daemonize": "no",
            "set-proc-title": "no",  # the command line is how a leftover server is found
        }
        return spawn(
            [self._program, "-", "--dir", self._data],
            log=self.log,
            account=self.place.account,
            env=dict(os.environ),
            # By way of stdin: arguments can be read by every user of the machine.
            stdin="".join(f"{key} {value}\n" for key, value in settings.items()).encode(),
        )

    def _is_ready(self, process: subprocess.Popen[bytes], port: int) -> bool:
        """It takes our password, which another server on the same port would not."""
        request = f"AUTH {self.place.password(LOGIN)}\r\nPING\r\n".encode()
        try:
            with socket.create_connection((LOOPBACK, port), timeout=1) as connection:
                connection.sendall(request)
                with connection.makefile("rb") as answers:
                    return answers.readline() == b"+OK\r\n" and answers.readline() == b"+PONG\r\n"
        except OSError:
            return False
