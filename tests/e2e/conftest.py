"""The whole portal as it runs for people: servers, web and worker processes, a real browser."""

import asyncio
import os
import subprocess
import sys
import time
from collections.abc import Callable, Coroutine, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path
from typing import Any, TypeVar

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect

from portal import database
from portal.database import Login
from portal.embedded import free_port
from portal.settings import Settings
from tests.conftest import Servers, own_servers
from tests.e2e.complaint_scene import ComplaintScene
from tests.e2e.order_scene import OrderScene
from tests.e2e.scene import Scene
from tests.factories import Factory, factory
from tests.scenarios import Cast, cast_of

READY_SECONDS = 60
# How long a page may take on a busy machine before a test gives up on it.
PATIENCE_SECONDS = 15
expect.set_options(timeout=PATIENCE_SECONDS * 1000)
CHROMIUM_ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
Result = TypeVar("Result")


@dataclass
class RunningPortal:
    """Both portals and a worker on loopback, with a database of their own."""

    url: str
    settings: Settings
    servers: Servers
    log: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    def make(self, what: Callable[[Factory], Coroutine[Any, Any, Result]]) -> Result:
        """Let `what` write rows as the owner. Playwright's loop holds this thread: another one."""

        async def made() -> Result:
            async with factory(self.settings) as maker:
                return await what(maker)

        with ThreadPoolExecutor(1) as thread:
            return thread.submit(asyncio.run, made()).result(timeout=60)

    def make_by_verbs(self, what: Callable[[Factory], Coroutine[Any, Any, Result]]) -> Result:
        """`make`, where `what` also acts as people do: through the application's own logins."""

        async def acted(make: Factory) -> Result:
            settings = self.settings
            await database.open_pools(
                {
                    Login.CUSTOMER: settings.customer_url,
                    Login.STAFF: settings.staff_url,
                    Login.WORKER: settings.worker_url,
                }
            )
            try:
                return await what(make)
            finally:
                await database.close_pools()

        return self.make(acted)

    def start(self, name: str, *command: str) -> None:
        """Start one process of ours, `web` or `worker`."""
        log = self.log.open("ab")
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", "portal.cli", *command],
            env={**os.environ, **environment(self.settings)},
            stdout=log,
            stderr=log,
        )

    def stop(self, name: str) -> None:
        """End a process that `start` made; nothing happens when it is gone."""
        process = self.processes.pop(name, None)
        if process and process.poll() is None:
            process.terminate()
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait(10)

    def wait_until_ready(self) -> None:
        deadline = time.monotonic() + READY_SECONDS
        # One client for all attempts: each new one reads every certificate there is.
        with httpx.Client(base_url=self.url, timeout=2) as client:
            while time.monotonic() < deadline and self.processes["web"].poll() is None:
                try:
                    if client.get("/readyz").status_code == 200:
                        return
                except httpx.HTTPError:
                    pass
                time.sleep(0.1)
        raise RuntimeError(f"the portal does not answer:\n{self.log.read_text()[-4000:]}")


def environment(settings: Settings) -> dict[str, str]:
    return {
        "PORTAL_DATABASE_URL": settings.owner_url,
        "PORTAL_CUSTOMER_DATABASE_URL": settings.customer_url,
        "PORTAL_STAFF_DATABASE_URL": settings.staff_url,
        "PORTAL_WORKER_DATABASE_URL": settings.worker_url,
        "PORTAL_REDIS_URL": settings.redis_url,
        "PORTAL_BASE_URL": settings.base_url,
        "PORTAL_DATA_DIR": str(settings.data_dir),
        "PORTAL_MAIL_FOLDER": str(settings.mail_folder),
        "PORTAL_SMTP_URL": settings.smtp_url,
        "PORTAL_DEMO": "yes" if settings.demo else "no",
        # The browsers stand for people at many machines: see `new_page`.
        "PORTAL_TRUSTED_PROXIES": "127.0.0.1",
    }


@contextmanager
def running_portal(*, worker: bool = True, demo: bool = False) -> Iterator[RunningPortal]:
    """A portal of one's own, for tests that turn its clock or end its processes."""
    with own_servers() as servers:
        with ThreadPoolExecutor(1) as thread:
            thread.submit(asyncio.run, servers.new_database("portal")).result(timeout=60)
        port = free_port(0)
        url = f"http://127.0.0.1:{port}"
        settings = replace(servers.settings(), base_url=url, demo=demo)
        running = RunningPortal(url, settings, servers, servers.place.root / "portal.log")
        try:
            running.start("web", "web", "--port", str(port))
            if worker:
                running.start("worker", "worker")
            running.wait_until_ready()
            yield running
        finally:
            for name in list(running.processes):
                running.stop(name)


@pytest.fixture(scope="session")
def portal() -> Iterator[RunningPortal]:
    """The portal that the tests share; each makes people and accounts of its own."""
    with running_portal() as running:
        yield running


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chosen = {**browser_type_launch_args, "args": CHROMIUM_ARGUMENTS}
    if path := os.environ.get("PORTAL_TEST_BROWSER"):
        chosen["executable_path"] = path
    return chosen


@pytest.fixture
def new_page(browser: Browser, portal: RunningPortal) -> Iterator[Callable[..., Page]]:
    """A page in a context of its own: another person at another machine.

    Scripts that fail and whatever the content security policy refuses fail the test.
    """
    contexts: list[BrowserContext] = []
    refused: list[str] = []

    def note(said: ConsoleMessage) -> None:
        if "Content Security Policy" in said.text:
            refused.append(said.text)

    def opened(**options: Any) -> Page:
        context = browser.new_context(
            **{
                "base_url": portal.url,
                "locale": "en-US",
                "reduced_motion": "reduce",
                "extra_http_headers": {"X-Forwarded-For": _next_address()},
                **options,
            }
        )
        context.set_default_timeout(PATIENCE_SECONDS * 1000)
        context.on("weberror", lambda failed: refused.append(str(failed.error)))
        context.on("console", note)
        contexts.append(context)
        return context.new_page()

    yield opened
    for context in contexts:
        context.close()
    assert refused == []


@pytest.fixture
def scene(portal: RunningPortal, new_page: Callable[..., Page]) -> Scene:
    """A new account with a buyer and its team, for one journey; all of them read English."""
    return Scene(portal, new_page, portal.make(english_cast))


@pytest.fixture
def orders(portal: RunningPortal, new_page: Callable[..., Page]) -> OrderScene:
    """A new account as in `scene`, which orders on account within a limit of CNY 1,000,000.00."""
    scene = OrderScene(portal, new_page, portal.make(english_cast))
    scene.pays("days_30", limit="1000000")
    scene.buyer_is_main_contact()
    return scene


@pytest.fixture
def complaints(portal: RunningPortal, new_page: Callable[..., Page]) -> ComplaintScene:
    """A new account as in `scene`, with those of us who look into complaints."""
    return ComplaintScene(portal, new_page, portal.make(english_cast))


async def english_cast(make: Factory, **account: Any) -> Cast:
    made = await cast_of(make, **account)
    await make.owner.execute("UPDATE account SET locale = 'en' WHERE id = $1", made.account.id)
    return made


_machines = count(1)


def _next_address() -> str:
    """Sign-ins are throttled per machine: everybody has their own."""
    number = next(_machines)
    return f"10.0.{number // 250}.{number % 250 + 1}"
