"""When stories begin, counted from the moment of seeding, so that a demo is always fresh."""

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo

from portal.demo.cast import Cast
from portal.demo.complaint_plots import COMPLAINT_PLOTS
from portal.demo.data_files import read_tables
from portal.demo.lives import go_on
from portal.demo.order_plots import ORDER_PLOTS
from portal.demo.plots import PLOTS
from portal.demo.story import Beat, Story
from portal.demo.survey_plots import survey_beats
from portal.demo.visit_plots import visit_beats

YEAR_OF_VISITS = timedelta(days=365)
_STEP = timedelta(minutes=15)
_LONGEST_SEARCH = timedelta(days=21)
_HOME = ZoneInfo("Asia/Shanghai")
_QUOTE_IN = timedelta(hours=48)  # rule Q2's normal request, to find when one must have come
_APART = timedelta(minutes=97)
_SETTLED = timedelta(minutes=10)
_TURN = timedelta(seconds=20)
_GOES_ON = frozenset({"accepted", "revised"})


def all_beats(cast: Cast, now: datetime) -> list[tuple[Beat, Story]]:
    """Every beat of every story in the order of time, all of them before `now`."""
    plans = [_planned(story, now, seed=number) for number, story in enumerate(_stories(cast, now))]
    beats = [(beat, plan) for plan in plans for beat in plan.beats]
    beats += visit_beats(cast, now - YEAR_OF_VISITS)
    beats += survey_beats(cast)
    # Stable: what happens at the same moment keeps the order of its story.
    return list(_one_by_one(sorted(beats, key=lambda each: each[0].at)))


def _one_by_one(beats: list[tuple[Beat, Story]]) -> Iterator[tuple[Beat, Story]]:
    """Moments that differ: the clock runs on while a beat is played; what came first stays so."""
    free_from = datetime.min.replace(tzinfo=UTC)
    for beat, story in beats:
        at = max(beat.at, free_from)
        yield replace(beat, at=at), story
        free_from = at + _TURN


def _stories(cast: Cast, now: datetime) -> Iterator[Story]:
    for name in ("requests_hangzhou", "requests_shenzhen", "orders", "complaints"):
        for key, scripts in read_tables(name).items():
            for script in scripts:
                yield Story(cast, cast.customers[key], script, now, random.Random(0))


def _planned(story: Story, now: datetime, *, seed: int) -> Story:
    """The story with its beats. One that is going on is begun early enough to be where it is."""
    for begun in _beginnings(story, now, random.Random(seed)):
        plan = replace(story, at=begun, rng=random.Random(seed), beats=[])
        if _fits(plan, now - _SETTLED):
            return plan
    raise ValueError(f"no time for the story {story.script['title']!r}")


def _fits(plan: Story, latest: datetime) -> bool:
    """Plan the beats. What becomes of an order afterwards has happened as far as time allows."""
    plot = plan.script["plot"]
    {**PLOTS, **ORDER_PLOTS, **COMPLAINT_PLOTS}[plot](plan)
    if plot in _GOES_ON:
        accepted = plan.at
        go_on(plan)
        plan.beats = [beat for beat in plan.beats if beat.at <= latest]
        return accepted <= latest
    if plot == "ordinary":
        plan.beats = [beat for beat in plan.beats if beat.at <= latest]
        return True
    return plan.at <= latest


def _beginnings(story: Story, now: datetime, rng: random.Random) -> Iterator[datetime]:
    plot = story.script["plot"]
    if plot in {"urgent", "urgent_now", "urgent_open"}:
        yield now - timedelta(hours=story.script["hours"])
    elif plot == "soon":
        begun = _due_from(story, now + timedelta(hours=1), now)
        # After a weekend several are due at opening time: not all in the same minute.
        yield story.customer.branch.office_hours.add(begun, _APART * story.script["slot"])
        yield begun
    elif plot == "overdue":
        yield _due_before(story, now - timedelta(hours=2), now)
    elif "hours" in story.script:
        jitter = timedelta(minutes=rng.randrange(15))
        yield from _back_from(story, now - timedelta(hours=story.script["hours"]) - jitter)
    else:
        yield from _back_from(story, _on_day(story, now, rng))


def _on_day(story: Story, now: datetime, rng: random.Random) -> datetime:
    day = now.astimezone(_HOME).date() - timedelta(days=story.script["ago"])
    moment = datetime.combine(day, time(9, 0), _HOME) + timedelta(minutes=rng.randrange(480))
    return min(moment, now - _SETTLED)


def _back_from(story: Story, latest: datetime) -> Iterator[datetime]:
    """Office hours at the branch, going back from `latest`."""
    moment = latest
    while moment > latest - _LONGEST_SEARCH:
        if story.customer.branch.office_hours.is_open(moment):
            yield moment
        moment -= _STEP


def _due_from(story: Story, earliest: datetime, now: datetime) -> datetime:
    """The filing whose quote is due first after `earliest`."""
    fitting = earliest
    for begun in _back_from(story, now - _SETTLED):
        if story.customer.branch.working_days.add(begun, _QUOTE_IN) < earliest:
            break
        fitting = begun
    return fitting


def _due_before(story: Story, latest: datetime, now: datetime) -> datetime:
    """The last filing whose quote was due before `latest`."""
    for begun in _back_from(story, now):
        if story.customer.branch.working_days.add(begun, _QUOTE_IN) < latest:
            return begun
    raise ValueError("no working day in three weeks")
