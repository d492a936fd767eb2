"""The port of the demo is looked at first and bound later: somebody may be quicker."""

import socket
import subprocess
import sys
from contextlib import ExitStack
from pathlib import Path

import pytest

from portal.demo import supervisor
from portal.demo.children import Child, ChildEnded
from portal.embedded import free_port
from portal.settings import Settings


def process(tmp_path: Path, program: str) -> Child:
    return Child("web", subprocess.Popen([sys.executable, "-c", program]), tmp_path / "web.log")


SERVES = """
import http.server, sys
class Ready(http.server.BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.end_headers()
http.server.HTTPServer(("127.0.0.1", {port}), Ready).serve_forever()
"""


def test_the_portal_takes_another_port_when_it_was_beaten(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    tried: list[Settings] = []

    def start_web(settings: Settings) -> Child:
        tried.append(settings)
        return process(tmp_path, SERVES.format(port=settings.web_port))

    monkeypatch.setattr(supervisor, "start_web", start_web)
    monkeypatch.setattr(
        supervisor, "start_worker", lambda _: process(tmp_path, "import time; time.sleep(60)")
    )
    with socket.socket() as other, ExitStack() as running:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        settings, children = supervisor._start_children(Settings(web_port=port), running)
        assert [each.web_port for each in tried] == [port, settings.web_port]
        assert settings.web_port != port
        assert settings.base_url.endswith(f":{settings.web_port}")
        assert f"Port {port} is busy" in capsys.readouterr().out
        assert all(child.process.poll() is None for child in children)
    assert all(child.process.poll() is not None for child in children)


def test_a_portal_that_fails_for_another_reason_is_not_tried_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    fails = "raise SystemExit(3)"
    monkeypatch.setattr(supervisor, "start_web", lambda _: process(tmp_path, fails))
    monkeypatch.setattr(supervisor, "start_worker", lambda _: process(tmp_path, fails))
    with ExitStack() as running, pytest.raises(ChildEnded, match="status 3"):
        supervisor._start_children(Settings(web_port=free_port()), running)
