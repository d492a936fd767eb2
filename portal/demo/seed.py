"""`portal seed`: a year of a supplier and its customers, told by the verbs of the domain.

The same people, goods and stories each time, counted from the moment of seeding. Run it before the
web and worker processes start. Mails about the last working days are then really sent.
"""

import json
import time
import warnings
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from urllib.parse import urlsplit

import asyncpg

from portal.database import Login, close_pools, open_pools
from portal.demo.cast import Cast, acting
from portal.demo.company import appoint_deputies, found_company, stock_catalogue
from portal.demo.customers import open_accounts
from portal.demo.owner import RELAYED, Content, DemoOwner
from portal.demo.sign_ins import PASSWORD, sign_ins
from portal.demo.standing import agree_on_credit, mail_at_any_hour
from portal.demo.stock import fill_warehouse, work_in_warehouse
from portal.demo.timetable import YEAR_OF_VISITS, all_beats
from portal.rendering.typesetting import end_idle
from portal.settings import Settings
from portal.web.demo_people import FILE_NAME
from portal.web.storage import open_storage

# The figures of the policy and the files of the accounts are older than the first visit.
_OPENED_BEFORE = YEAR_OF_VISITS + timedelta(days=10)
_SAID_EVERY = 120
# So many steps are told as notices and mails even if a weekend lies between.
_ENOUGH = 120

Say = Callable[[str], None]


class NotADemo(Exception):
    """The database holds something else than a demo: nothing was changed."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a seeding made."""

    accounts: int
    people: int
    items: int
    requests: int
    seconds: float


async def seed(settings: Settings, say: Say) -> Told | None:
    """Fill an empty database with the demo; None when a demo is there already.

    What an interrupted seeding left is removed first. Writes the people to sign in as into the data
    directory. `say` is given progress in words. Raises `NotADemo`, `DatabaseAway`.
    """
    began = time.monotonic()
    async with _connected(settings) as owner:
        content = await owner.content()
        if content is Content.OTHER:
            raise NotADemo(
                "This database is neither empty nor a demo: demo data go into an empty one only."
            )
        if content is Content.DEMO:
            return None
        if content is Content.HALF_A_DEMO:
            say("Seeding was interrupted last time: it begins anew.")
            await owner.empty()
        await owner.begin()
        with warnings.catch_warnings():
            # Piccolo warns of columns with long lists: search terms are long.
            warnings.filterwarnings("ignore", message=".*large lists")
            cast = await _tell(settings, owner, say)
        told = await owner.end()
        _write_sign_ins(settings, cast)
    return Told(**told, seconds=time.monotonic() - began)


async def _tell(settings: Settings, owner: DemoOwner, say: Say) -> Cast:
    cast = Cast(now=await owner.real_time(), supplier_name=settings.supplier_name)
    opening = cast.now - _OPENED_BEFORE
    await owner.set_clock(opening)
    await found_company(cast, opening)
    await stock_catalogue(cast)
    await fill_warehouse(cast, opening)
    say(f"{len(cast.staff)} members of staff, {len(cast.goods)} items.")
    await open_accounts(cast, owner, opening)
    await agree_on_credit(cast)
    await mail_at_any_hour(cast)
    await owner.give_passwords(PASSWORD)
    say(f"{len(cast.customers)} accounts.")
    await _play(cast, owner, say)
    await work_in_warehouse(cast)
    await owner.let_clock_run()
    await appoint_deputies(cast, cast.now)
    return cast


async def _play(cast: Cast, owner: DemoOwner, say: Say) -> None:
    """Let everything happen in the order of time."""
    beats = all_beats(cast, cast.now)
    fresh, yesterday = _fresh_from([beat.at for beat, _ in beats], cast.now), False
    for number, (beat, story) in enumerate(beats, start=1):
        if not yesterday and beat.at >= fresh:
            await owner.forget_events()
            yesterday = True
        await owner.set_clock(beat.at)
        if beat.alone:
            await beat.act(story, beat.by)
        else:
            async with acting(beat.by):
                await beat.act(story, beat.by)
        if number % _SAID_EVERY == 0 or number == len(beats):
            say(f"{number} of {len(beats)} steps, up to {_day(beat.at)}.")


def _fresh_from(moments: list[datetime], now: datetime) -> datetime:
    """From when on the worker tells people: the last two days, and enough after holidays."""
    return min([now - RELAYED, *moments[-_ENOUGH:][:1]])


@asynccontextmanager
async def _connected(settings: Settings) -> AsyncIterator[DemoOwner]:
    """The owner's connection with the others kept out, the application's pools, the storage."""
    open_storage(settings)
    connection = await asyncpg.connect(settings.owner_url, timeout=10)
    try:
        urls = {
            Login.CUSTOMER: settings.customer_url,
            Login.STAFF: settings.staff_url,
            Login.WORKER: settings.worker_url,
        }
        await open_pools({login: _unhurried(url) for login, url in urls.items()}, size=2)
        owner = DemoOwner(connection)
        await owner.keep_others_out()
        yield owner
    finally:
        end_idle()  # the papers of the demo are all set
        await close_pools()
        await connection.close()


def _unhurried(url: str) -> str:
    """A thousand commits need not wait for the disk one by one: `DemoOwner.end` waits for all."""
    return f"{url}{'&' if urlsplit(url).query else '?'}synchronous_commit=off"


def _write_sign_ins(settings: Settings, cast: Cast) -> None:
    people = [asdict(person) for person in sign_ins(cast)]
    settings.data_dir.mkdir(parents=True, exist_ok=True)
    (settings.data_dir / FILE_NAME).write_text(
        json.dumps(people, ensure_ascii=False, indent=1), encoding="utf-8"
    )


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d}"
