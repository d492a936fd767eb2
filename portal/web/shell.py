"""Around the whole application: headers on every answer, hosts we answer for, a net below."""

import logging
import time

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from portal.logs import new_request, route_of
from portal.metrics import REQUEST_SECONDS
from portal.web.compression import compressing
from portal.web.shedding import is_too_much, turn_away

logger = logging.getLogger("portal.web")

CONTENT_SECURITY_POLICY = (
    "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
HEADERS = (
    (b"content-security-policy", CONTENT_SECURITY_POLICY.encode()),
    (b"strict-transport-security", b"max-age=31536000; includeSubDomains"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-frame-options", b"DENY"),
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"cross-origin-resource-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(self), geolocation=(), microphone=(), payment=()"),
)
# Browsers and proxies stop at eight to sixteen thousand characters.
LONGEST_ADDRESS = 8000
# Asked by balancers, which call us by number instead of name.
_OF_NO_HOST = frozenset({"/healthz", "/readyz"})


class Shell:
    """The application as a server runs it. Without `trusted_hosts` it answers to every name.

    With `compress` pages go out compressed; without it, that is left to a proxy.
    """

    def __init__(
        self,
        app: ASGIApp,
        trusted_hosts: frozenset[str],
        *,
        supplier_name: str = "",
        compress: bool = False,
    ) -> None:
        self._app = app
        self._trusted_hosts = trusted_hosts
        self._supplier_name = supplier_name
        self._compress = compress

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return

        too_much = is_too_much(scope)
        if self._compress and not too_much:
            send = compressing(scope, send)
        request_id, has_begun, began = new_request(), False, time.perf_counter()

        async def send_with_headers(message: Message) -> None:
            nonlocal has_begun
            if message["type"] == "http.response.start":
                has_begun = True
                REQUEST_SECONDS.labels(scope["method"], route_of(scope), message["status"]).observe(
                    time.perf_counter() - began
                )
                present = {name.lower() for name, _ in message["headers"]}
                added = [pair for pair in HEADERS if pair[0] not in present]
                number = (b"x-request-id", request_id.encode())
                message["headers"] = [*message["headers"], *added, number]
            await send(message)

        if len(scope["path"]) + len(scope["query_string"]) > LONGEST_ADDRESS:
            await _say(414, "This address is too long.", send_with_headers)
        elif scope["path"] not in _OF_NO_HOST and not self._is_trusted(scope):
            await _say(421, "This host name is not served here.", send_with_headers)
        elif too_much:
            await turn_away(scope, send_with_headers, self._supplier_name)
        else:
            try:
                await self._app(scope, receive, send_with_headers)
            except Exception as error:
                # Not even the error page could be made, or the answer broke off.
                logger.error("%s request failed", scope["method"], exc_info=error)
                if has_begun:
                    raise
                await _say(500, "Something failed on our side.", send_with_headers)

    def _is_trusted(self, scope: Scope) -> bool:
        if not self._trusted_hosts:
            return True
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return False
        name = hosts[0].rsplit(":", 1)[0] if hosts[0].rpartition(":")[2].isdigit() else hosts[0]
        return name.lower() in self._trusted_hosts


async def _say(status: int, sentence: str, send: Send) -> None:
    body = sentence.encode()
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
        (b"cache-control", b"no-store"),
    ]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
