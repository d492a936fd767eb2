"""The web process as it runs, with a few routes besides that let tests meet it in the act.

`python -m tests.faults.probe PORT` serves until a signal ends it.
"""

import contextlib
import os
import sys
from typing import Any

import asyncpg
import uvicorn
from litestar import Request, Response, get, post
from litestar.params import FromQuery

from portal import database
from portal.app import create_litestar
from portal.database import execute, fetch_value
from portal.domain.common import activity, form_keys, thread
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Audience
from portal.domain.common.permissions import Permission
from portal.settings import Settings
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import PUBLIC, requires
from portal.web.live import HUB, live_lists_url, live_url
from portal.web.server import Server
from portal.web.shell import Shell
from portal.web.system_routes import NO_DATABASE

KIND = "probe"
SIGNED_IN = [requires(Permission.USE_OWN_SETTINGS)]


def _subject(viewer: AViewer) -> Subject:
    return Subject(KIND, 1, "PROBE", viewer.account_id)


@post("/probe/messages", guards=SIGNED_IN)
async def write(
    request: Request[Any, Any, Any], viewer: AViewer, answer: AnAnswer
) -> Response[str]:
    """What every form does: once per key, a record with its activity, then see there."""
    form = await Form.sent(request)
    person_id = viewer.actor.person_id or 0
    location = await form_keys.made_by(person_id, form.key)
    if location is None:
        subject, by = _subject(viewer), viewer.actor
        made = await thread.write(subject, form.value("body"), by=by, audience=Audience.CUSTOMER)
        await activity.record(subject, "probe.written", by=by, visible_to=Audience.CUSTOMER)
        location = f"/probe/messages/{made}"
        await form_keys.remember(person_id, form.key, location)
    return answer.see_other(location)


@post("/probe/cut", guards=SIGNED_IN)
async def cut(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """Write, and lose the connection between handler and COMMIT."""
    await thread.write(_subject(viewer), "cut", by=viewer.actor, audience=Audience.CUSTOMER)
    backend = await fetch_value("SELECT pg_backend_pid()")
    killer = await asyncpg.connect(os.environ["PROBE_SUPERUSER_URL"])
    await killer.execute("SELECT pg_terminate_backend($1, 5000)", backend)
    await killer.close()
    return answer.see_other("/probe/kept")


@post("/probe/overlooked", guards=SIGNED_IN)
async def overlooked(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """A handler that catches what it should not have and says that all went well."""
    await thread.write(_subject(viewer), "overlooked", by=viewer.actor, audience=Audience.CUSTOMER)
    with contextlib.suppress(asyncpg.DivisionByZeroError):
        await execute("SELECT 1 / 0")
    return answer.see_other("/probe/kept")


@get("/probe/slow", guards=SIGNED_IN)
async def slow(viewer: AViewer, seconds: FromQuery[float] = 1.0) -> Response[str]:
    """Hold a connection."""
    await execute("SELECT pg_sleep($1)", seconds)
    return Response(viewer.name)


@get("/probe/large", guards=SIGNED_IN)
async def large(viewer: AViewer) -> Response[str]:
    """A page that a slow reader takes long for."""
    return Response(viewer.name + "x" * 8_000_000)


@get("/probe/live-url", guards=SIGNED_IN)
async def address_of_stream(viewer: AViewer) -> Response[str]:
    """The stream of the record, as the record's page carries it."""
    return Response(live_url(viewer, "/probe", KIND, 1), media_type="text/plain")


@get("/staff/probe/lists-url", guards=[requires(Permission.READ_WORKLIST)])
async def address_of_lists(viewer: AViewer) -> Response[str]:
    """The stream of two lists, as a page of staff carries it."""
    return Response(live_lists_url(viewer, "/staff", "other", KIND), media_type="text/plain")


@get("/probe/state", opt={**PUBLIC, **NO_DATABASE})
async def state() -> dict[str, int]:
    """What the process holds."""
    pools = [pool.connections for pool in database._pools.values()]
    return {
        "busy": sum(pool.get_size() - pool.get_idle_size() for pool in pools),
        "streams": HUB.stream_count,
    }


def main(port: int) -> None:
    settings = Settings.from_env()
    litestar = create_litestar(settings)
    for route in (
        write,
        cut,
        overlooked,
        slow,
        large,
        address_of_stream,
        address_of_lists,
        state,
    ):
        litestar.register(route)
    config = uvicorn.Config(
        Shell(litestar, settings.trusted_hosts),
        port=port,
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_config=None,
        timeout_graceful_shutdown=10,
    )
    Server(config).run()


if __name__ == "__main__":
    main(int(sys.argv[1]))
