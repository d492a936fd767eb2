"""`portal demo` as a person runs it: from a checkout, and from the wheel in an empty directory."""

import http.client
import os
import re
import signal
import socket
import subprocess
import sys
import sysconfig
import threading
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from portal.embedded import Place, free_port
from portal.embedded.processes import wait_until

ROOT = Path(__file__).parents[2]
START_SECONDS = 400  # the first start seeds, perhaps beside other tests
STOP_SECONDS = 90
FROM_CHECKOUT = [sys.executable, "-m", "portal.cli"]


class Demo:
    """A running `portal demo`."""

    def __init__(self, process: subprocess.Popen[str], said: str) -> None:
        self.process = process
        self.said = said
        self.started = {pid: line for pid, parent, line in _table() if parent == process.pid}

    def child(self, what: str) -> int:
        """Process id of the one child whose command line ends with `what`."""
        (found,) = (pid for pid, line in self.started.items() if line.endswith(what))
        return found

    def has_left_nothing(self) -> bool:
        """Whether every process that it had started is gone, within a moment."""
        return wait_until(lambda: not {pid for pid, *_ in _table()} & set(self.started), 15)

    @property
    def port(self) -> int:
        found = re.search(r"http://127\.0\.0\.1:(\d+)/", self.said)
        assert found, self.said
        return int(found[1])

    def get(self, path: str) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        connection.request("GET", path)
        return connection.getresponse()

    def ends(self, number: signal.Signals | None = None) -> int:
        """The exit status after `number`, or of an end that is already on its way."""
        if number is not None:
            self.process.send_signal(number)
        rest, _ = self.process.communicate(timeout=STOP_SECONDS)
        self.said += rest
        return self.process.returncode


@contextmanager
def demo(home: Path, command: list[str], *arguments: str) -> Iterator[Demo]:
    """Start it in `home` and wait until it says that it is up."""
    environment = {name: value for name, value in os.environ.items() if name[:7] != "PORTAL_"}
    with subprocess.Popen(
        [*command, "demo", *arguments],
        cwd=home,
        env=environment | ({"PYTHONPATH": str(ROOT)} if command is FROM_CHECKOUT else {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        assert process.stdout is not None
        impatience = threading.Timer(START_SECONDS, process.terminate)
        impatience.start()
        said = ""
        while "Ctrl-C" not in said and (line := process.stdout.readline()):
            said += line
        impatience.cancel()
        assert "The portal is up." in said, said
        try:
            yield Demo(process, said)
        finally:
            if process.poll() is None:
                process.terminate()
                process.communicate(timeout=STOP_SECONDS)


def _table() -> list[tuple[int, int, str]]:
    """Process id, parent and command line of every process."""
    listing = subprocess.run(
        ["ps", "-axww", "-o", "pid=,ppid=,args="], capture_output=True, text=True, check=True
    )
    rows = (line.split(maxsplit=2) for line in listing.stdout.splitlines())
    return [(int(row[0]), int(row[1]), row[2]) for row in rows if len(row) == 3]


@pytest.fixture(scope="module")
def lived_in() -> Iterator[Path]:
    """A directory that the servers' user can reach, shared: the first one to start there seeds."""
    with Place.temporary() as place:
        home = place.root / "home"
        home.mkdir()
        yield home


@pytest.fixture
def from_wheel(place: Place) -> list[str]:
    """The command `portal` of a wheel in an environment of its own, beside the locked packages."""
    wheels = place.root / "wheels"
    python = Path(sys.executable)
    build = ["-m", "hatchling", "build", "-t", "wheel", "-d", str(wheels)]
    subprocess.check_output([python, *build], cwd=ROOT, timeout=120)
    fresh = place.root / "venv"
    venv.create(fresh, with_pip=False, symlinks=True)
    (wheel,) = wheels.iterdir()
    install = ["install", "--no-deps", "--no-index", "--quiet", str(wheel)]
    into = ["-m", "pip", "--python", str(fresh / "bin" / "python")]
    subprocess.check_output([python, *into, *install], timeout=120)
    site = sysconfig.get_path("purelib", vars={"base": str(fresh)})
    Path(site, "locked.pth").write_text(sysconfig.get_path("purelib"))
    return [str(fresh / "bin" / "portal")]


def test_the_wheel_shows_its_demo_from_an_empty_directory_and_leaves_no_process(
    lived_in: Path, from_wheel: list[str]
) -> None:
    assert not list(lived_in.iterdir())
    with demo(lived_in, from_wheel, "--port", str(free_port())) as first:
        assert len(first.started) == 4
        assert first.get("/readyz").status == http.client.OK
        page = first.get("/sign-in")
        assert page.status == http.client.OK
        shown = page.read().decode()
        assets = re.findall(r'(?:href|src)="(/static/[^"]+)"', shown)
        assert assets
        assert {first.get(asset).status for asset in assets} == {http.client.OK}
        assert "fang.min@qjwater.example" in first.said
        assert "fang.min@qjwater.example" in shown
        assert "xu.wei@hengda.example" in first.get("/staff/sign-in").read().decode()
        assert first.ends(signal.SIGTERM) == 0
        assert first.has_left_nothing()

    with demo(lived_in, from_wheel, "--port", str(free_port())) as second:
        assert "(0 migrations applied)" in second.said
        assert "The demo data are there from an earlier start." in second.said
        assert second.ends(signal.SIGINT) == 0
        assert second.has_left_nothing()


def test_busy_ports_are_named_and_free_ones_taken(lived_in: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        busy = other.getsockname()[1]
        with demo(lived_in, FROM_CHECKOUT, "--port", str(busy)) as started:
            assert f"Port {busy} is busy: the portal uses {started.port}." in started.said
            assert started.get("/healthz").status == http.client.OK


@pytest.mark.parametrize("child", ["web", "worker"])
def test_a_process_that_dies_is_named_and_the_others_are_ended(lived_in: Path, child: str) -> None:
    with demo(lived_in, FROM_CHECKOUT, "--port", str(free_port())) as started:
        os.kill(started.child(child), signal.SIGKILL)
        assert started.ends() == 1
        assert f"The {child} process ended by itself (signal 9)" in started.said
        assert started.has_left_nothing()


def test_a_killed_demo_takes_its_processes_along_and_starts_again(lived_in: Path) -> None:
    with demo(lived_in, FROM_CHECKOUT, "--port", str(free_port())) as started:
        started.process.kill()
        assert started.has_left_nothing()
    with demo(lived_in, FROM_CHECKOUT, "--port", str(free_port())) as again:
        assert again.ends(signal.SIGHUP) == 0
