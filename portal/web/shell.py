"""Around the whole application: headers on every answer, hosts we answer for, shedding."""

from litestar.enums import ScopeType
from litestar.types import ASGIApp, Message, Receive, Scope, Send

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


class Shell:
    """The application as a server runs it."""

    def __init__(self, app: ASGIApp, trusted_hosts: frozenset[str]) -> None:
        self._app = app
        self._trusted_hosts = trusted_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != ScopeType.HTTP:
            await self._app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                present = {name.lower() for name, _ in message["headers"]}
                added = [pair for pair in HEADERS if pair[0] not in present]
                message["headers"] = [*message["headers"], *added]
            await send(message)

        if self._is_trusted(scope):
            await self._app(scope, receive, send_with_headers)
        else:
            await _refuse_host(send_with_headers)

    def _is_trusted(self, scope: Scope) -> bool:
        if not self._trusted_hosts:
            return True
        hosts = [value.decode("latin-1") for name, value in scope["headers"] if name == b"host"]
        if len(hosts) != 1:
            return False
        name = hosts[0].rsplit(":", 1)[0] if hosts[0].rpartition(":")[2].isdigit() else hosts[0]
        return name.lower() in self._trusted_hosts


async def _refuse_host(send: Send) -> None:
    body = b"This host name is not served here."
    headers = [
        (b"content-type", b"text/plain; charset=utf-8"),
        (b"content-length", b"%d" % len(body)),
    ]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": body, "more_body": False})
