"""A promise for a moment, and what was promised before it, in three languages."""

from datetime import timedelta

from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.targets import EarlierPromise, Explanation
from portal.domain.service_levels.terms import MomentRule
from portal.rendering.promises import explanation_lines
from tests.rendering.samples import NOW, promise, reader, shown

HOUR = timedelta(hours=1)


def moment(*earlier: EarlierPromise) -> Explanation:
    return Explanation(
        duration=None,
        calendar=CalendarKind.OFFICE_HOURS,
        timezone="Asia/Shanghai",
        opened_at=NOW - HOUR,
        pauses=(),
        due_at=NOW + 8 * HOUR,
        rule=MomentRule.CLOSING_TODAY.label,
        promised_at=NOW + 8 * HOUR,
        earlier=earlier,
    )


def test_a_moment_is_explained_by_its_rule_in_three_languages() -> None:  # rule O2
    target = promise(due=8, explanation=moment())
    said = [explanation_lines(target, reader(locale)) for locale in ("en", "zh_Hans", "zh_Hant")]
    assert said == [
        ["By closing time of the same working day, 24 Aug 2026, 18:10 (UTC+8)."],
        ["当个工作日营业结束前：2026年8月24日 18:10 (UTC+8)。"],
        ["當個工作日營業結束前：2026年8月24日 18:10 (UTC+8)。"],
    ]


def test_what_was_promised_before_is_told_with_the_reason() -> None:
    moved = EarlierPromise(NOW + HOUR, NOW - HOUR, "The furnace is under repair.")
    missed = EarlierPromise(NOW - 2 * HOUR, NOW - HOUR, "Out of stock", late=True)
    lines = explanation_lines(promise(due=8, explanation=moment(moved, missed)), reader())
    assert lines[1:] == [
        "Until Mon 24 Aug, 09:10 it was due Mon 24 Aug, 11:10: The furnace is under repair.",
        "Until Mon 24 Aug, 09:10 it was due Mon 24 Aug, 08:10, which was missed: Out of stock.",
    ]


def test_the_component_shows_how_the_moment_came_about() -> None:
    target = promise(due=8, explanation=moment())
    page = shown("{{ ui.promise(target) }}", target=target)
    assert "How this is counted" in page
    assert "By closing time of the same working day" in page
