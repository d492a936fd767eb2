"""Terms of a moment against a slow count: warned by its share, moved by what was waited."""

from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from portal.domain.service_levels.business_calendar import BusinessCalendar
from portal.domain.service_levels.targets import Pause
from portal.domain.service_levels.terms import MomentRule, Until, that_count

OFFICE = BusinessCalendar("Asia/Shanghai", {day: [("09:00", "18:00")] for day in range(5)})
OPENED = datetime(2026, 8, 17, 10, tzinfo=ZoneInfo("Asia/Shanghai"))
MINUTE = timedelta(minutes=1)
MINUTES = [OPENED + number * MINUTE for number in range(5 * 24 * 60)]

minutes = st.integers(0, 3000)
shares = st.sampled_from([Decimal(0), Decimal(25), Decimal(50), Decimal(75), Decimal(100)])


def until(promised: datetime, share: Decimal = Decimal(75)) -> Until:
    return Until(MomentRule.STATED_DAY, promised, share)


@given(minutes, shares)
@settings(deadline=None)
def test_it_warns_once_its_share_of_the_office_hours_has_passed(
    promised_in: int, share: Decimal
) -> None:
    promised = OPENED + promised_in * MINUTE
    reckoned = until(promised, share).reckon(OPENED, OFFICE)
    assert reckoned.due_at == promised
    assert OPENED <= reckoned.warn_at <= promised
    work = [at for at in MINUTES if at < promised and OFFICE.is_open(at)]
    before = [at for at in work if at < reckoned.warn_at]
    assert abs(len(before) - len(work) * share / 100) < 1


@given(minutes, st.tuples(minutes, minutes).filter(lambda ends: ends[0] != ends[1]))
@settings(deadline=None)
def test_a_wait_moves_it_by_the_office_hours_waited(
    promised_in: int, ends: tuple[int, int]
) -> None:
    promised, terms = OPENED + promised_in * MINUTE, until(OPENED + promised_in * MINUTE)
    started, ended = (OPENED + number * MINUTE for number in sorted(ends))
    pauses = that_count([Pause(started, ended)], terms, OPENED, OFFICE)
    waited = sum(started <= at < ended and OFFICE.is_open(at) for at in MINUTES)
    due = terms.reckon(OPENED, OFFICE, pauses).due_at
    if started > promised or not waited:
        assert due == promised
    else:
        assert due == OFFICE.add(promised, waited * MINUTE)
    explained = terms.explain(OPENED, OFFICE, pauses)
    assert (explained.due_at, explained.promised_at) == (due, promised)


@given(st.integers(1, 5000))
def test_a_moment_that_is_past_is_due_at_once(minutes_ago: int) -> None:
    promised = OPENED - minutes_ago * MINUTE
    assert set(until(promised).reckon(OPENED, OFFICE)) == {promised}
