"""Signs the viewer in, opens one unit of work, and lets the answer out only after COMMIT.

A status below 400 commits, any other rolls back. Routes marked `OWN_UNITS` get the viewer from a
short unit and open theirs themselves, so that streams and file bodies hold no connection.
"""

from typing import Any

from litestar import Request
from litestar.enums import ScopeType
from litestar.middleware.base import ASGIMiddleware
from litestar.types import ASGIApp, Message, Receive, Scope, Send

from portal.database import DatabaseAway, UnitOfWork, unit_of_work
from portal.web.after_commit import tell_after_commit
from portal.web.error_responses import error_response
from portal.web.visit import Visit, sign_in_visit, visit_of


class UnitOfWorkMiddleware(ASGIMiddleware):
    """One request, one transaction, bound to the person and account of the session."""

    scopes = (ScopeType.HTTP,)
    exclude_opt_key = "no_database"

    async def handle(self, scope: Scope, receive: Receive, send: Send, next_app: ASGIApp) -> None:
        visit = visit_of(scope)
        if scope["route_handler"].opt.get("own_units"):
            async with unit_of_work(visit.portal.login):
                await sign_in_visit(scope, visit)
            await next_app(scope, receive, send)
            return
        async with unit_of_work(visit.portal.login) as unit:
            await sign_in_visit(scope, visit)
            unit.now = visit.reader.now
            await next_app(scope, receive, _CommitFirst(unit, visit, scope, receive, send))


class _CommitFirst:
    """Stands in for `send`: the first message of an answer waits for the end of the transaction."""

    def __init__(
        self, unit: UnitOfWork, visit: Visit, scope: Scope, receive: Receive, send: Send
    ) -> None:
        self._unit, self._visit = unit, visit
        self._scope, self._receive, self._send = scope, receive, send
        self._replaced = False

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and not await self._ended(message["status"]):
            # The answer in hand tells of something that did not happen: another goes out instead.
            self._replaced = True
            instead = error_response(self._visit, 503)
            request: Request[Any, Any, Any] = Request(self._scope)
            await instead.to_asgi_response(None, request)(self._scope, self._receive, self._send)
        if not self._replaced:
            await self._send(message)

    async def _ended(self, status: int) -> bool:
        if status >= 400:
            await self._unit.rollback()
            return True
        try:
            await self._unit.commit()
        except DatabaseAway:
            return False
        tell_after_commit(self._unit)
        return True
