"""The command `portal`: starts its processes and prepares its database.

Configuration comes from the environment (README's table); what stands on the command line wins.
"""

import argparse
import asyncio
import contextlib
import gc
import socket
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace

from portal.settings import Settings, SettingsError

LOOPBACK = "127.0.0.1"

# Which variable each setting comes from, for the sentence that asks for it.
VARIABLES = {
    "owner_url": "PORTAL_DATABASE_URL",
    "customer_url": "PORTAL_CUSTOMER_DATABASE_URL",
    "staff_url": "PORTAL_STAFF_DATABASE_URL",
    "worker_url": "PORTAL_WORKER_DATABASE_URL",
    "redis_url": "PORTAL_REDIS_URL",
}


class CommandError(Exception):
    """The command cannot be carried out; the message says what the person at the shell can do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status, 2 for a wrong command line."""
    chosen = _parser().parse_args(arguments)
    command: Callable[[Settings, argparse.Namespace], int] = chosen.command
    try:
        return command(Settings.from_env(), chosen)
    except KeyboardInterrupt:
        return 130
    except Exception as error:
        if not isinstance(error, _explained()):
            raise
        print(f"portal: {_words_of(error)}", file=sys.stderr)
        return 1


def web(settings: Settings, chosen: argparse.Namespace) -> int:
    """Serve both portals until a signal ends it; open requests get ten seconds to finish."""
    _require(settings, "customer_url", "staff_url", "redis_url")
    # What is imported stays: looking for garbage at every 700 objects more would take a sixth of
    # the start, never looking leaves five megabytes lying about. The server sets it back.
    gc.set_threshold(50_000)
    from portal.web.server import server_of

    server = server_of(settings, host=chosen.host, port=chosen.port or settings.web_port)
    with contextlib.suppress(KeyboardInterrupt):
        server.run()
    return 0 if server.started else 1


def worker(settings: Settings, chosen: argparse.Namespace) -> int:
    """Work off the queues until a signal ends it; with --check only tell whether a worker does."""
    _require(settings, "worker_url", "redis_url")
    from portal.workers import main as workers

    if chosen.check:
        return workers.check()
    workers.run()
    return 0


def demo(settings: Settings, chosen: argparse.Namespace) -> int:
    """Everything at once with demo data, until Ctrl-C."""
    from portal.demo import supervisor

    return supervisor.run(replace(settings, web_port=chosen.port or settings.web_port))


def migrate(settings: Settings, chosen: argparse.Namespace) -> int:
    """Bring the database to the newest schema; with --check only tell what is missing."""
    _require(settings, "owner_url")
    from portal.database import Login
    from portal.domain.migrations import runner

    if chosen.check:
        missing = asyncio.run(runner.pending(settings.owner_url))
        print("\n".join(missing) if missing else "Nothing is missing.")
        return 1 if missing else 0
    logins = {
        Login.CUSTOMER: settings.customer_url,
        Login.STAFF: settings.staff_url,
        Login.WORKER: settings.worker_url,
    }
    applied = asyncio.run(runner.migrate(settings.owner_url, logins))
    print("\n".join(f"Applied {name}" for name in applied) or "Nothing was missing.")
    return 0


def seed(settings: Settings, chosen: argparse.Namespace) -> int:
    """Fill an empty, migrated database with the demo data; with --scale multiply them."""
    _require(settings, "owner_url", "customer_url", "staff_url", "worker_url")
    from portal.demo.seed import seed

    told = asyncio.run(seed(settings, print))
    if told is None:
        print("The demo data are there already.")
    else:
        print(
            f"{told.people} people, {told.accounts} accounts, {told.items} items and "
            f"{told.requests} requests in {told.seconds:.0f} s."
        )
    if chosen.scale:
        from portal.demo.scale import scale

        scaled = asyncio.run(scale(settings, chosen.scale, print))
        print(f"{sum(scaled.rows.values()):,} rows in {scaled.seconds:.0f} s.")
    return 0


def _how_many(text: str) -> int:
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError("N is a whole number from 1 on")
    return int(text)


def create_admin(settings: Settings, chosen: argparse.Namespace) -> int:
    """Make the first administrator and print the link by which they choose their password."""
    _require(settings, "staff_url", "worker_url")
    from portal.database import Login, close_pools, open_pools
    from portal.domain.organisation.first_administrator import create_first_administrator
    from portal.web.portals import STAFF

    async def create() -> str:
        await open_pools({Login.STAFF: settings.staff_url, Login.WORKER: settings.worker_url})
        try:
            return await create_first_administrator(name=chosen.name, email=chosen.email)
        finally:
            await close_pools()

    token = asyncio.run(create())
    print(f"{settings.base_url}{STAFF.path(f'/welcome/{token}')}")
    print("This link works once and for seven days: open it to choose a password.")
    return 0


def policy(settings: Settings, _: argparse.Namespace) -> int:
    """List where the policy differs from the rulebook's defaults; returns 1 if it does."""
    _require(settings, "staff_url")
    from portal.database import Login, close_pools, open_pools, unit_of_work
    from portal.domain.policy.comparison import Difference, differences

    async def compare() -> list[Difference]:
        await open_pools({Login.STAFF: settings.staff_url})
        try:
            async with unit_of_work(Login.STAFF):
                return await differences()
        finally:
            await close_pools()

    found = asyncio.run(compare())
    print("\n".join(map(str, found)) or "Every figure is as the rulebook says.")
    return 1 if found else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="portal", description=__doc__.splitlines()[0])
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Callable[..., int], does: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=does, description=does)
        added.set_defaults(command=command)
        return added

    serving = add("web", web, "serve the customer and the staff portal")
    serving.add_argument("--host", default=LOOPBACK, help=f"address to listen on ({LOOPBACK})")
    serving.add_argument("--port", type=int, help="port to listen on (PORTAL_PORT or 8000)")
    working = add("worker", worker, "send mails and notices, watch due dates")
    working.add_argument("--check", action="store_true", help="exit 0 if a worker is alive")
    showing = add("demo", demo, "start everything with demo data and embedded servers")
    showing.add_argument("--port", type=int, help="port to listen on (PORTAL_PORT or 8000)")
    migrating = add("migrate", migrate, "bring the database to the newest schema")
    migrating.add_argument("--check", action="store_true", help="exit 1 if migrations are missing")
    checking = add("policy", policy, "compare the service policy with the rulebook's defaults")
    checking.add_argument("what", choices=["check"], help="list differences, exit 1 if there are")
    seeding = add("seed", seed, "fill an empty database with the demo data")
    wanted = "for load tests: add N requests with quotes, orders and messages to the demo"
    seeding.add_argument("--scale", type=_how_many, metavar="N", help=wanted)
    creating = add("create-admin", create_admin, "make the first administrator")
    creating.add_argument("--name", required=True, help="as colleagues will see it")
    creating.add_argument("--email", required=True, help="to sign in with")
    return parser


def _require(settings: Settings, *names: str) -> None:
    missing = [VARIABLES[name] for name in names if not getattr(settings, name)]
    if missing:
        raise CommandError(f"set {', '.join(missing)}; `portal demo` brings servers of its own.")


def _words_of(error: Exception) -> str:
    from portal.domain.common.errors import DomainError, FieldError, FieldErrors

    if isinstance(error, FieldErrors):
        return " ".join(_words_of(each) for each in error.errors)
    if isinstance(error, FieldError):
        return error.field_message % error.words
    return error.message % error.words if isinstance(error, DomainError) else str(error)


def _explained() -> tuple[type[Exception], ...]:
    """Errors whose message is for the person at the shell; imported only when one occurred."""
    import asyncpg

    from portal.database import DatabaseAway
    from portal.demo.scale import NotToBeScaled
    from portal.demo.seed import NotADemo
    from portal.domain.common.errors import DomainError
    from portal.domain.migrations.runner import MigrationError
    from portal.embedded import EmbeddedServerError

    return (
        CommandError,
        SettingsError,
        MigrationError,
        EmbeddedServerError,
        NotADemo,
        NotToBeScaled,
        DatabaseAway,
        DomainError,
        asyncpg.InvalidAuthorizationSpecificationError,
        asyncpg.InvalidCatalogNameError,
        ConnectionError,
        TimeoutError,
        socket.gaierror,
    )


if __name__ == "__main__":
    sys.exit(main())
