"""A notice in its reader's language: the same headline and facts on the page and in the mail."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from portal.domain.common.money import Money
from portal.domain.notices.facts import SAID, Fact, action_of, facts_of
from portal.domain.notices.kinds import NoticeKind, Reason
from portal.rendering.dates import format_date, format_exact
from portal.rendering.i18n import translations
from portal.rendering.numbers import format_money
from portal.rendering.reader import Reader

# Facts that are more than text: moments and days in ISO form, amounts with their currency.
MOMENTS = {
    Fact.DUE,
    Fact.CUT_OFF,
    Fact.DELIVERED_AT,
    Fact.ANSWER_BY,
    Fact.SOLUTION_BY,
    Fact.STARTS,
    Fact.STARTS_BEFORE,
    Fact.HAPPENED,
    Fact.ANSWER_UNTIL,
}
DAYS = {
    Fact.VALID_UNTIL,
    Fact.SHIP_ON,
    Fact.SHIP_ON_BEFORE,
    Fact.AVAILABLE_ON,
    Fact.DATE_BEFORE,
    Fact.PRODUCTION_ON,
    Fact.PAY_BY,
    Fact.EXPECTED_BEFORE,
    Fact.EXPECTED_ON,
    Fact.INVESTIGATED_UNTIL,
    Fact.READY_ON,
    Fact.CHECK_ON,
    Fact.DUE_ON,
}
AMOUNTS = {Fact.TOTAL, Fact.AMOUNT, Fact.BALANCE, Fact.TO_GIVE_BACK, Fact.COMPENSATION}
# Message ids, said in the reader's language.
LABELS = {
    Fact.PROMISE,
    Fact.CASE_KIND,
    Fact.CATEGORY,
    Fact.SEVERITY,
    Fact.MEASURE,
    Fact.WAY,
    Fact.VISIT_RULE,
    Fact.SENTIMENT,
}


@dataclass(frozen=True, slots=True)
class NoticeWords:
    """`facts` are labels with values; `said` is what somebody wrote, `reason` why it is told."""

    headline: str
    facts: tuple[tuple[str, str], ...]
    said: str
    reason: str
    action: str
    is_urgent: bool


def notice_words(kind: str, words: Mapping[str, Any], reader: Reader) -> NoticeWords:
    """The words of a notice for `reader`; a kind of another version says itself and no more."""
    if kind not in frozenset(NoticeKind):
        return NoticeWords(kind, (), "", "", "", is_urgent=False)
    known = NoticeKind(kind)
    translate = translations(reader.locale).gettext
    return NoticeWords(
        headline=_filled(translate(known.label), words),
        facts=tuple(
            (translate(fact.label), _value(fact, words[fact], reader))
            for fact in facts_of(known)
            if fact in words
        ),
        said=str(words.get(SAID, "")),
        reason=_reason(words, reader),
        action=translate(action_of(known)),
        is_urgent=known.is_urgent,
    )


def _reason(words: Mapping[str, Any], reader: Reader) -> str:
    reason = words.get("reason")
    if reason not in frozenset(Reason):
        return ""
    return _filled(translations(reader.locale).gettext(Reason(reason).label), words)


def _filled(text: str, words: Mapping[str, Any]) -> str:
    return text % _Known(words)


class _Known(dict[str, Any]):
    """Words of a notice as parameters; one that an older version did not keep is a dash."""

    def __missing__(self, name: str) -> str:
        return "–"


def _value(fact: Fact, value: Any, reader: Reader) -> str:
    if fact in MOMENTS:
        return format_exact(datetime.fromisoformat(value), reader)
    if fact in DAYS:
        return format_date(date.fromisoformat(value), reader.locale)
    if fact in AMOUNTS:
        return format_money(Money(Decimal(value["amount"]), value["currency"]), reader.locale)
    if fact in LABELS:
        return translations(reader.locale).gettext(value)
    return _list(fact, value, reader) if isinstance(value, list) else str(value)


def _list(fact: Fact, values: list[Any], reader: Reader) -> str:
    if fact is Fact.LINES:
        days = ((line, date.fromisoformat(day)) for line, day in values)
        return "; ".join(f"{line}: {format_date(day, reader.locale)}" for line, day in days)
    translate = translations(reader.locale).gettext
    return " · ".join(translate(name) for name in values)
