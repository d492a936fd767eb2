"""`portal demo`: servers, schema, demo data, web and worker at once, all ended by one signal."""

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace

from portal.database import Login
from portal.demo.children import Child, ChildEnded, start_web, start_worker, stop_children, watch
from portal.demo.seed import seed
from portal.demo.welcome import welcome
from portal.domain.migrations.runner import create_database, migrate
from portal.embedded import EmbeddedPostgres, EmbeddedValkey, Place, free_port, is_free
from portal.embedded.server import EmbeddedServer
from portal.settings import Settings, SettingsError

DATABASE = "portal"
OWNER = "portal_owner"
POSTGRES_PORT = 55432
VALKEY_PORT = 56379
STOPPING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stopped(KeyboardInterrupt):
    """Somebody asked us to stop. As a `KeyboardInterrupt` it passes through asyncio unharmed."""


def run(settings: Settings) -> int:
    """Start what is not configured, show the addresses, and end everything when asked to.

    Prints its progress. Returns 0 after a signal, 1 when a process of ours ended by itself. Raises
    `EmbeddedServerError` when a server cannot be had.
    """
    with ExitStack() as running:
        try:
            with _signals_stop_us():
                place = Place.for_data(settings.data_dir)
                settings = _with_servers(_with_addresses(settings), place, running)
                asyncio.run(_prepare_database(settings))
                settings, children = _start_children(settings, running)
                # The servers' user cannot go everywhere: their data may lie apart from the files.
                _say(welcome(settings, sorted({settings.data_dir, place.root})))
                watch(children)
        except Stopped:
            _say("Stopping.")
        except ChildEnded as ended:
            _say(f"{ended}\nStopping.")
            return 1
    _say("Everything has ended. The data are kept for the next start.")
    return 0


@contextlib.contextmanager
def _signals_stop_us() -> Iterator[None]:
    """Let the first signal raise `Stopped` here; later ones would only disturb the stopping."""

    def stop(*_: object) -> None:
        for each in STOPPING:
            signal.signal(each, signal.SIG_IGN)
        raise Stopped

    # A hang-up stays ignored under nohup. The others count even where a shell starts us with "&".
    heard = [each for each in STOPPING if _is_heard(each)]
    for number in heard:
        signal.signal(number, stop)
    try:
        yield
    finally:
        for number in heard:
            signal.signal(number, signal.SIG_IGN)


def _is_heard(number: signal.Signals) -> bool:
    return number != signal.SIGHUP or signal.getsignal(number) != signal.SIG_IGN


def _with_addresses(settings: Settings) -> Settings:
    """Settings with a port that is free, and paths that mean the same in every process."""
    return replace(
        _with_port(settings),
        data_dir=settings.data_dir.resolve(),
        mail_folder=settings.mail_folder.resolve(),
        demo=True,
    )


def _with_port(settings: Settings) -> Settings:
    port = free_port(settings.web_port)
    if port != settings.web_port:
        _say(f"Port {settings.web_port} is busy: the portal uses {port}.")
    base_url = os.environ.get("PORTAL_BASE_URL") or f"http://127.0.0.1:{port}"
    return replace(settings, web_port=port, base_url=base_url)


def _with_servers(settings: Settings, place: Place, running: ExitStack) -> Settings:
    """Settings with servers of ours, in `place`, where none were configured."""
    if not settings.owner_url:
        server = EmbeddedPostgres(place, wished_port=POSTGRES_PORT)
        _start(server, running)
        asyncio.run(create_database(server.url(), DATABASE, OWNER, place.password(OWNER)))
        settings = replace(
            settings,
            owner_url=server.url(OWNER, database=DATABASE),
            customer_url=server.url(Login.CUSTOMER, database=DATABASE),
            staff_url=server.url(Login.STAFF, database=DATABASE),
            worker_url=server.url(Login.WORKER, database=DATABASE),
        )
    elif not (settings.customer_url and settings.staff_url and settings.worker_url):
        raise SettingsError(
            "PORTAL_DATABASE_URL is set: set PORTAL_CUSTOMER_DATABASE_URL, "
            "PORTAL_STAFF_DATABASE_URL and PORTAL_WORKER_DATABASE_URL too, or none of them."
        )
    if not settings.redis_url:
        valkey = EmbeddedValkey(place, wished_port=VALKEY_PORT)
        _start(valkey, running)
        settings = replace(settings, redis_url=valkey.url())
    return settings


def _start(server: EmbeddedServer, running: ExitStack) -> None:
    started = time.monotonic()
    running.enter_context(server)
    if server.port != server.wished_port:
        _say(f"Port {server.wished_port} is busy: {server.label} uses {server.port}.")
    _say(f"{server.label} is up ({time.monotonic() - started:.1f} s).")


async def _prepare_database(settings: Settings) -> None:
    applied = await migrate(
        settings.owner_url,
        {
            Login.CUSTOMER: settings.customer_url,
            Login.STAFF: settings.staff_url,
            Login.WORKER: settings.worker_url,
        },
    )
    _say(f"The schema is up to date ({len(applied)} migrations applied).")
    told = await seed(settings, lambda line: _say(f"  {line}"))
    if told is None:
        _say("The demo data are there from an earlier start.")
    else:
        _say(f"The demo data are in ({told.requests} requests, {told.seconds:.0f} s).")


def _start_children(settings: Settings, running: ExitStack) -> tuple[Settings, list[Child]]:
    """The processes, and the settings with the port that the portal got in the end."""
    children: list[Child] = []
    running.callback(stop_children, children)
    while True:
        children[:] = [start_web(settings), start_worker(settings)]
        try:
            children[0].wait_until_serving(settings.web_port)
        except ChildEnded:
            # Between our look at the port and the bind of the web process somebody may take it.
            if children[0].process.poll() is None or is_free(settings.web_port):
                raise
            stop_children(children)
            settings = _with_port(settings)
        else:
            return settings, children


def _say(line: str) -> None:
    with contextlib.suppress(OSError):  # the terminal may be gone, which is why we stop
        sys.stdout.write(f"{line}\n")
        sys.stdout.flush()
