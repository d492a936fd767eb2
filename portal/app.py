"""The application: the only place that wires everything together."""

import contextlib
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit

from litestar import Litestar, Request
from litestar.datastructures import State
from litestar.di import Provide
from litestar.types import ASGIApp

from portal import customer, staff
from portal.database import Login, close_pools, open_pools
from portal.logs import configure_logging
from portal.metrics import serve_metrics
from portal.rendering.environment import environment
from portal.settings import Settings
from portal.web import gate, notice_choices, notices, own_settings, system_routes
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AVisit
from portal.web.bodies import LARGEST_BODY, MOST_FIELDS
from portal.web.errors import EXCEPTION_HANDLERS
from portal.web.forgery import check_request
from portal.web.live import HUB
from portal.web.middleware import UnitOfWorkMiddleware
from portal.web.places import open_rows
from portal.web.routing import Application
from portal.web.shell import Shell
from portal.web.storage import open_storage
from portal.web.valkey import close_valkey, open_valkey
from portal.web.viewer import Viewer
from portal.web.visit import SUPPLIER_NAME, Visit, visit_of

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]"})


def create_app(settings: Settings | None = None) -> ASGIApp:
    """The application as a server runs it (an ASGI factory)."""
    settings = settings or Settings.from_env()
    return Shell(
        create_litestar(settings),
        _hosts(settings),
        supplier_name=settings.supplier_name,
        compress=settings.compress,
    )


def _hosts(settings: Settings) -> frozenset[str]:
    """The names we answer to: the configured ones, else that of the configured origin."""
    if settings.trusted_hosts or settings.demo:
        return settings.trusted_hosts
    name = urlsplit(settings.base_url).hostname or ""
    name = f"[{name}]" if ":" in name else name
    return LOOPBACK if name in LOOPBACK else frozenset({name})


def create_litestar(settings: Settings) -> Litestar:
    """The routes, wired. Tests walk `routes` of it."""
    configure_logging(settings.log_level, as_json=settings.log_as_json)
    environment()  # compile-time mistakes show at the start, not at the first page

    @contextlib.asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        await open_pools(
            {Login.CUSTOMER: settings.customer_url, Login.STAFF: settings.staff_url},
            size=settings.pool_size,
        )
        open_rows(settings.pool_size)
        open_valkey(settings.redis_url)
        open_storage(settings)
        HUB.start()
        serve_metrics(settings)
        try:
            yield
        finally:
            await HUB.stop()
            await close_valkey()
            await close_pools()

    return Application(
        [
            *system_routes.ROUTES,
            *gate.ROUTES,
            *own_settings.ROUTES,
            *notices.ROUTES,
            *notice_choices.ROUTES,
            *customer.ROUTES,
            *staff.ROUTES,
        ],
        dependencies={
            "visit": Provide(_visit, sync_to_thread=False),
            "answer": Provide(_answer_for(settings), sync_to_thread=False),
            "viewer": Provide(_viewer, sync_to_thread=False),
            "settings": Provide(lambda: settings, sync_to_thread=False),
        },
        middleware=[UnitOfWorkMiddleware()],
        exception_handlers=EXCEPTION_HANDLERS,
        before_request=check_request,
        lifespan=[lifespan],
        state=State({SUPPLIER_NAME: settings.supplier_name}),
        openapi_config=None,
        multipart_form_part_limit=MOST_FIELDS,
        request_max_body_size=LARGEST_BODY,
        logging_config=None,
    )


def _visit(request: Request[Any, Any, Any]) -> Visit:
    return visit_of(request.scope)


def _answer_for(settings: Settings) -> Any:
    def answer(visit: AVisit) -> Answer:
        return Answer(visit, settings.supplier_name, demo=settings.demo)

    return answer


def _viewer(answer: AnAnswer) -> Viewer:
    # By way of the answer, so that of what a handler asks for each depends on the one before. What
    # could be had at the same time Litestar gets in tasks of their own, at five times the cost.
    if answer.visit.viewer is None:
        raise RuntimeError("a route with a viewer needs a guard")
    return answer.visit.viewer
