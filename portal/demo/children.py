"""The web and worker processes of `portal demo`."""

import http.client
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import portal
from portal.embedded.processes import spawn, tail, wait_until
from portal.settings import Settings

SERVING_SECONDS = 60.0
# uvicorn gives open requests ten seconds, arq its running jobs about as long.
STOPPING_SECONDS = 15.0
LOOK_SECONDS = 0.3


class ChildEnded(Exception):
    """A process of ours ended although nobody asked it to; the message says which and why."""


@dataclass(frozen=True)
class Child:
    """A running process with its log."""

    label: str
    process: subprocess.Popen[bytes]
    log: Path

    def must_run(self) -> None:
        """Raise `ChildEnded` with the end of the log when the process is gone."""
        status = self.process.poll()
        if status is not None:
            how = f"signal {-status}" if status < 0 else f"status {status}"
            raise ChildEnded(
                f"The {self.label} process ended by itself ({how}); the end of {self.log}:\n"
                f"{tail(self.log)}"
            )

    def wait_until_serving(self, port: int) -> None:
        """Return when it says it can serve. Raises `ChildEnded`, also when it takes too long."""

        def settled() -> bool:
            return self.process.poll() is not None or _is_ready(port)

        if not wait_until(settled, SERVING_SECONDS):
            raise ChildEnded(
                f"The {self.label} process did not answer within {SERVING_SECONDS:.0f} s; the end "
                f"of {self.log}:\n{tail(self.log)}"
            )
        self.must_run()


def start_web(settings: Settings) -> Child:
    """Start the web process on the settings' port of the loopback address."""
    return _start("web", settings)


def start_worker(settings: Settings) -> Child:
    """Start the worker process."""
    return _start("worker", settings)


def watch(children: Iterable[Child]) -> None:
    """Look after the processes until one of them is gone, then raise `ChildEnded`."""
    children = list(children)
    while True:
        for child in children:
            child.must_run()
        time.sleep(LOOK_SECONDS)


def stop_children(children: Iterable[Child]) -> None:
    """End the processes: all are asked at once, and killed when they have had their time."""
    living = [child.process for child in children if child.process.poll() is None]
    for process in living:
        process.send_signal(signal.SIGTERM)
    deadline = time.monotonic() + STOPPING_SECONDS
    for process in living:
        try:
            process.wait(max(0.0, deadline - time.monotonic()))
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _start(command: str, settings: Settings) -> Child:
    logs = settings.data_dir
    logs.mkdir(parents=True, exist_ok=True)
    log = logs / f"{command}.log"
    log.unlink(missing_ok=True)
    process = spawn(
        [sys.executable, "-P", "-m", "portal.cli", command],
        log=log,
        env=os.environ | _variables(settings) | {"PYTHONPATH": _search_path()},
    )
    return Child(command, process, log)


def _variables(settings: Settings) -> dict[str, str]:
    """What the processes need to know; they have no use for the owner of the database."""
    return {
        "PORTAL_CUSTOMER_DATABASE_URL": settings.customer_url,
        "PORTAL_STAFF_DATABASE_URL": settings.staff_url,
        "PORTAL_WORKER_DATABASE_URL": settings.worker_url,
        "PORTAL_REDIS_URL": settings.redis_url,
        "PORTAL_BASE_URL": settings.base_url,
        "PORTAL_PORT": str(settings.web_port),
        "PORTAL_DATA_DIR": str(settings.data_dir),
        "PORTAL_MAIL_FOLDER": str(settings.mail_folder),
        "PORTAL_DEMO": "1",
    }


def _search_path() -> str:
    """So that the children run this very code, wherever we were started."""
    here = str(Path(portal.__file__).parents[1])
    return os.pathsep.join(filter(None, (here, os.environ.get("PYTHONPATH"))))


def _is_ready(port: int) -> bool:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=2)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == http.client.OK
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
