"""A person with a browser of few words: cookies, CSRF tokens, forms; the application in process."""

import html
import re
import secrets
from collections.abc import Mapping
from http.cookies import SimpleCookie
from ipaddress import IPv4Address
from typing import Any

import httpx

from portal.domain.common.actor import Actor, Side
from portal.rendering.environment import CSRF_FIELD
from portal.web.cookies import session_cookie_of
from portal.web.csrf import token_for
from portal.web.portals import portal_of
from tests.factories import PASSWORD, Factory

ORIGIN = "https://testserver.local"
_TOKEN = re.compile(r'<meta name="csrf-token" content="([^"]*)"')


class Visitor:
    """Follows no redirects by itself: tests look at each answer."""

    def __init__(self, app: Any, side: Side = Side.CUSTOMER, *, htmx: bool = False) -> None:
        # Everybody comes from an address of their own: attempts are counted by it.
        self.address = str(IPv4Address(secrets.randbits(32)))
        transport = httpx.ASGITransport(
            app=app, raise_app_exceptions=False, client=(self.address, 4711)
        )
        self._client = httpx.AsyncClient(transport=transport, base_url=ORIGIN)
        self.side = side
        self.cookies: dict[str, str] = {}
        self.token = ""
        self.htmx = htmx

    @property
    def prefix(self) -> str:
        return "/staff" if self.side is Side.STAFF else ""

    async def get(self, path: str, **headers: str) -> httpx.Response:
        """GET `path`; the page's CSRF token is remembered."""
        return await self._send("GET", path, headers=headers)

    async def post(
        self,
        path: str,
        data: Mapping[str, Any] | None = None,
        *,
        files: Any = None,
        token: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> httpx.Response:
        """POST a form as a page of ours would, with the token of the last page seen."""
        fields = {CSRF_FIELD: self.token if token is None else token, **(data or {})}
        return await self._send(
            "POST", path, data=fields, files=files, headers={"Origin": ORIGIN, **(headers or {})}
        )

    async def sign_in(self, email: str, password: str = PASSWORD) -> httpx.Response:
        await self.get(f"{self.prefix}/sign-in")
        answer = await self.post(
            f"{self.prefix}/sign-in", {"email": email, "password": password, "next": ""}
        )
        await self.get(f"{self.prefix}/settings")
        return answer

    async def enters(self, make: Factory, actor: Actor) -> None:
        """Be known by a session of `actor`, as after signing in."""
        await make.password_for(actor)  # those without one have only been invited
        secret = await make.session_of(actor)
        self.cookies[session_cookie_of(portal_of(self.prefix or "/"))] = secret
        self.token = token_for(secret, actor.account_id)

    async def aclose(self) -> None:
        await self._client.aclose()

    async def _send(self, method: str, path: str, **request: Any) -> httpx.Response:
        headers = dict(request.pop("headers", {}))
        if self.cookies:
            headers["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.htmx:
            headers["HX-Request"] = "true"
        answer = await self._client.request(method, path, headers=headers, **request)
        for line in answer.headers.get_list("set-cookie"):
            self._keep(line)
        if found := _TOKEN.search(answer.text):
            self.token = html.unescape(found[1])
        return answer

    def _keep(self, line: str) -> None:
        for name, morsel in SimpleCookie(line).items():
            assert name.startswith("__Host-")
            assert morsel["secure"]
            assert morsel["httponly"]
            if morsel["max-age"] == "0":
                self.cookies.pop(name, None)
            else:
                self.cookies[name] = morsel.value


async def signed_in(app: Any, make: Factory, actor: Actor, *, htmx: bool = False) -> Visitor:
    """A visitor whom `actor`'s session knows; by the form signs in who is tested for that."""
    visitor = Visitor(app, actor.side, htmx=htmx)
    await visitor.enters(make, actor)
    return visitor
