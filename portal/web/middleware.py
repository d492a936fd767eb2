"""Signs the viewer in, opens one unit of work, and lets the answer out only after COMMIT.

A status below 400 commits, any other rolls back. No connection is held while bytes move: the form
is read before the unit of work begins and the answer is sent after it has ended. Routes marked
`OWN_UNITS` get the viewer from a short unit and open theirs themselves, which leaves streams, file
bodies and forms with files to them.
"""

from typing import Any, cast

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware.base import ASGIMiddleware
from litestar.types import ASGIApp, HTTPScope, Message, Receive, Scope, Send

from portal.database import unit_of_work
from portal.web.after_commit import tell_after_commit
from portal.web.bodies import ClientGone, read_ahead
from portal.web.errors import answer_error
from portal.web.other_account import offer_switch
from portal.web.places import PAGES
from portal.web.visit import sign_in_visit, visit_of


class UnitOfWorkMiddleware(ASGIMiddleware):
    """One request, one transaction, bound to the person and account of the session."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "no_database"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        visit, opt = visit_of(scope), scope["route_handler"].opt
        has_own_units = bool(opt.get("own_units"))
        answer = _Answer()
        try:
            if not has_own_units or opt.get("public"):
                receive = await read_ahead(cast("HTTPScope", scope), receive)
            login = visit.portal.login
            async with PAGES[login], unit_of_work(login) as unit:
                await sign_in_visit(visit)
                if not has_own_units:
                    unit.now = visit.reader.now
                    await next_app(scope, receive, answer.keep)
                    if answer.status == 404:
                        answer = await _found_elsewhere(scope, receive, answer)
                    if answer.is_refusal:
                        await unit.rollback()
        except ClientGone:
            return
        except Exception as error:
            # What the handler said did not happen: another answer goes out instead.
            request: Request[Any, Any, Any] = Request(scope)
            instead = answer_error(request, error).to_asgi_response(None, request)
            await instead(scope, receive, send)
            return
        if has_own_units:
            await next_app(scope, receive, send)
            return
        if not answer.is_refusal:
            tell_after_commit(unit)
        await answer.send_to(send)


async def _found_elsewhere(scope: Scope, receive: Receive, answer: "_Answer") -> "_Answer":
    request: Request[Any, Any, Any] = Request(scope)
    offered = await offer_switch(request)
    if offered is None:
        return answer
    instead = _Answer()
    await offered.to_asgi_response(None, request)(scope, receive, instead.keep)
    return instead


class _Answer:
    """Stands in for `send` until the transaction has ended."""

    def __init__(self) -> None:
        self._messages: list[Message] = []

    async def keep(self, message: Message) -> None:
        self._messages.append(message)

    @property
    def status(self) -> int:
        """The HTTP status; 500 for what is no answer."""
        first = self._messages[0]
        return first["status"] if first["type"] == "http.response.start" else 500

    @property
    def is_refusal(self) -> bool:
        return self.status >= 400

    async def send_to(self, send: Send) -> None:
        for message in self._messages:
            await send(message)
