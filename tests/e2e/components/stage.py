"""A stage for components: pages made from templates, answers as a test wants them, the real policy.

The portal's own web layer is tested elsewhere; here a test says what the server answers, because a
component has to behave well whatever that is.
"""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from portal.rendering.assets import assets
from portal.rendering.environment import environment
from portal.rendering.reader import Rendering, enter, leave
from portal.web.shell import CONTENT_SECURITY_POLICY
from tests.rendering.samples import Onlooker, Page, reader

TOKEN = "token-1"


@dataclass
class Received:
    """One request as it came in."""

    method: str
    path: str
    headers: dict[str, str]
    form: dict[str, list[str]]


@dataclass
class Reply:
    status: int = 200
    body: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    delay: float = 0.0


class Stage:
    """`show` puts a page at an address, `answer` a reply; `received` holds what was sent."""

    def __init__(self) -> None:
        self._replies: dict[tuple[str, str], Callable[[Received], Reply]] = {}
        self.received: list[Received] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self._server.daemon_threads = True
        threading.Thread(target=self._server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self._server.server_port}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def show(
        self,
        path: str,
        content: str,
        *,
        portal: str = "customer",
        locale: str = "en",
        viewer: Onlooker | None = None,
        signed_in: bool = True,
        **context: Any,
    ) -> None:
        """A page of `portal` at `path` whose content block is the template source `content`."""
        html = page(
            content, portal=portal, locale=locale, viewer=viewer, signed_in=signed_in, **context
        )
        self.answer("GET", path, body=html)

    def answer(
        self,
        method: str,
        path: str,
        status: int = 200,
        body: str = "",
        *,
        headers: dict[str, str] | None = None,
        delay: float = 0.0,
    ) -> None:
        reply = Reply(status, body, headers or {}, delay)
        self._replies[method, path] = lambda _: reply

    def answer_with(self, method: str, path: str, make: Callable[[Received], Reply]) -> None:
        self._replies[method, path] = make

    def sent(self, method: str, path: str) -> list[Received]:
        return [one for one in self.received if (one.method, one.path) == (method, path)]

    def reply_to(self, request: Received) -> Reply:
        self.received.append(request)
        asset = assets().named(request.path.removeprefix("/static/"))
        if asset is not None:
            return Reply(body=asset.content.decode(), headers={"Content-Type": asset.media_type})
        make = self._replies.get((request.method, request.path))
        return make(request) if make else Reply(404, "<p>nothing here</p>")


def page(
    content: str,
    *,
    portal: str = "customer",
    locale: str = "en",
    viewer: Onlooker | None = None,
    signed_in: bool = True,
    **context: Any,
) -> str:
    source = (
        f'{{% extends "layouts/{portal}.html" %}}{{% block content %}}{content}{{% endblock %}}'
    )
    token = enter(Rendering(reader(locale), TOKEN))
    try:
        return (
            environment()
            .from_string(source)
            .render(
                {
                    "page": Page(),
                    "viewer": (viewer or Onlooker(portal)) if signed_in else None,
                    "csrf_token": TOKEN,
                    "path": "/",
                    "supplier_name": "Hengda Precision",
                    **context,
                }
            )
        )
    finally:
        leave(token)


def fragment(source: str, locale: str = "en", **context: Any) -> str:
    token = enter(Rendering(reader(locale), TOKEN))
    try:
        return environment().from_string(source).render(context)
    finally:
        leave(token)


def _handler(stage: Stage) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _serve(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            body = self.rfile.read(length).decode("utf-8", "replace")
            path = urlsplit(self.path).path
            request = Received(
                self.command,
                path,
                {name.lower(): value for name, value in self.headers.items()},
                parse_qs(body, keep_blank_values=True),
            )
            reply = stage.reply_to(request)
            time.sleep(reply.delay)
            content = reply.body.encode()
            headers = {
                "Content-Type": "text/html; charset=utf-8",
                "Content-Security-Policy": CONTENT_SECURITY_POLICY,
                "Cache-Control": "no-store",
                "Content-Length": str(len(content)),
                **reply.headers,
            }
            self.send_response(reply.status)
            for name, value in headers.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_POST = _serve  # noqa: N815 - http.server's names

        def log_message(self, format: str, *args: Any) -> None:
            pass

    return Handler
