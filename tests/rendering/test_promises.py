"""The promise says the same to everybody who reads it: what is left, what it counts, why."""

import re
from datetime import timedelta

import pytest

from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.promise import PromiseState
from portal.domain.service_levels.targets import ExplainedPause, Explanation
from portal.rendering.i18n import LOCALES
from portal.rendering.promises import (
    countdown_words,
    explanation_lines,
    promise_detail,
    promise_words,
)
from tests.rendering.samples import NOW, promise, reader

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("state", "due", "said"),
    [
        (PromiseState.RUNNING, 3, ["Due in 3 h", "还剩 3 小时", "還剩 3 小時"]),
        (PromiseState.WARNING, 0.5, ["Due in 30 min", "还剩 30 分钟", "還剩 30 分鐘"]),
        (PromiseState.BREACHED, -2, ["Overdue by 2 h", "逾期 2 小时", "逾期 2 小時"]),
        (PromiseState.PAUSED, 3, ["Paused", "暂停计时", "暫停計時"]),
        (PromiseState.MET, 3, ["Met", "已兑现", "已兌現"]),
        (PromiseState.MET_LATE, -3, ["Met late", "逾期兑现", "逾期兌現"]),
        (PromiseState.CANCELLED, 3, ["Cancelled", "已取消", "已取消"]),
    ],
)
def test_each_state_has_its_words(state: PromiseState, due: float, said: list[str]) -> None:
    target = promise(state, due=due)
    assert [promise_words(target, reader(locale)).headline for locale in LOCALES] == said


def test_the_exact_moment_stands_behind_the_countdown() -> None:
    assert promise_words(promise(due=6), reader()).title == "24 Aug 2026, 16:10 (UTC+8)"


def test_the_bar_drains_from_full_to_empty() -> None:
    def left(due: float, opened: float) -> int:
        return promise_words(promise(due=due, opened=opened), reader()).left

    assert [left(48, 0), left(36, -12), left(24, -24), left(0, -48), left(-5, -48)] == [
        100,
        75,
        50,
        0,
        0,
    ]
    assert promise_words(promise(due=24, opened=-24), reader()).warn_mark == 50


def test_a_paused_promise_stands_where_it_was_paused() -> None:
    target = promise(PromiseState.PAUSED, due=24, opened=-24, paused_at=NOW - 12 * HOUR)
    words = promise_words(target, reader())
    assert (words.left, words.counting, words.drawn) == (75, False, True)


def test_a_kept_promise_shows_no_bar() -> None:
    words = promise_words(promise(PromiseState.MET, met_at=NOW), reader())
    assert not words.drawn
    assert not words.counting


@pytest.mark.parametrize(
    ("target", "said"),
    [
        (promise(due=6), "by Mon 24 Aug, 16:10"),
        (promise(PromiseState.BREACHED, due=-2), "was due Mon 24 Aug, 08:10"),
        (promise(PromiseState.PAUSED), "the clock has stopped"),
        (
            promise(PromiseState.PAUSED, pause_reason="waiting for an answer"),
            "waiting for an answer",
        ),
        (
            promise(PromiseState.MET, due=2, met_at=NOW - HOUR),
            "Mon 24 Aug, 09:10, 3 h before it was due",
        ),
        (
            promise(PromiseState.MET_LATE, due=-2, met_at=NOW),
            "Mon 24 Aug, 10:10, 2 h after it was due",
        ),
        (promise(PromiseState.CANCELLED), ""),
    ],
)
def test_beside_the_headline_stands_by_when_or_since_when(target, said: str) -> None:
    assert promise_detail(target, reader()) == said


def explained(*pauses: ExplainedPause, provisional: bool = False) -> Explanation:
    return Explanation(
        duration=timedelta(hours=48),
        calendar=CalendarKind.WORKING_DAYS,
        timezone="Asia/Shanghai",
        opened_at=NOW - 24 * HOUR,
        pauses=pauses,
        due_at=NOW + 24 * HOUR,
        provisional=provisional,
    )


def test_the_due_moment_is_explained_in_three_languages() -> None:  # rule Q2
    pause = ExplainedPause(NOW - 5 * HOUR, NOW - 3 * HOUR, "waiting for an answer", 2 * HOUR)
    target = promise(explanation=explained(pause, provisional=True))
    assert explanation_lines(target, reader()) == [
        "48 h, counted round the clock on working days from 23 Aug 2026, 10:10 (UTC+8).",
        "Paused from Mon 24 Aug, 05:10 to Mon 24 Aug, 07:10: waiting for an answer."
        " That added 2 h.",
        "The public holidays of that year are not published yet; the time may still move.",
    ]
    assert explanation_lines(target, reader("zh_Hans")) == [
        "自 2026年8月23日 10:10 (UTC+8) 起，按工作日全天计 48 小时。",
        "8月24日 周一 05:10 至 8月24日 周一 07:10 暂停计时：等待答复。截止时间因此顺延 2 小时。",
        "该年度的法定节假日尚未公布，时间可能会调整。",
    ]
    assert "按工作日全天計 48 小時" in explanation_lines(target, reader("zh_Hant"))[0]


@pytest.mark.parametrize("locale", ["en", "zh_Hans", "zh_Hant"])
@pytest.mark.parametrize("asked", ["Which shaft, h6 or k6?", "用 h6 还是 k6？"])
def test_a_reason_that_is_a_question_ends_as_one(locale: str, asked: str) -> None:
    pauses = [
        ExplainedPause(NOW - 5 * HOUR, NOW - 3 * HOUR, asked, 2 * HOUR),
        ExplainedPause(NOW - 3 * HOUR, NOW - 2 * HOUR, asked, timedelta(0)),
        ExplainedPause(NOW - HOUR, None, asked, timedelta(0)),
    ]
    for pause in pauses:
        said = explanation_lines(promise(explanation=explained(pause)), reader(locale))[1]
        assert asked in said
        assert not re.search(r"[?？][.。]", said)


def test_a_pause_that_lasts_or_cost_nothing_adds_nothing() -> None:
    lasting = ExplainedPause(NOW - HOUR, None, "", timedelta(0))
    weekend = ExplainedPause(NOW - 3 * HOUR, NOW - 2 * HOUR, "", timedelta(0))
    lines = explanation_lines(promise(explanation=explained(weekend, lasting)), reader())
    assert lines[1:] == [
        "Paused from Mon 24 Aug, 07:10 to Mon 24 Aug, 08:10: waiting for an answer.",
        "Paused since Mon 24 Aug, 09:10: waiting for an answer.",
    ]


def test_what_is_not_explained_is_not_made_up() -> None:
    assert explanation_lines(promise(), reader()) == []


@pytest.mark.parametrize("locale", LOCALES)
def test_the_browser_gets_the_same_words_to_count_on(locale: str) -> None:
    words = countdown_words(locale)
    headline = promise_words(promise(due=3), reader(locale)).headline
    assert words["due"].replace("%(duration)s", words["h"].replace("%(n)s", "3")) == headline
