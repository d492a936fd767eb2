"""The words and measures of a promise: what is owed, by when, how much of the time is left.

The page, the mail and the paper say the same thing about a target because they all ask here.
Times are aware; "left" is counted on the wall clock from `Reader.now` to the due moment, which the
business calendar has already worked out.
"""

import re
from datetime import datetime, timedelta
from functools import cache, lru_cache
from typing import NamedTuple

from portal.domain.common.words import N_
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.promise import Promise, PromiseClock, PromiseState
from portal.domain.service_levels.targets import EarlierPromise, ExplainedPause, Explanation
from portal.rendering.dates import (
    format_datetime,
    format_duration,
    format_exact,
    machine_and_exact,
)
from portal.rendering.i18n import translations
from portal.rendering.reader import Reader

_DUE_IN = N_("Due in %(duration)s")
_OVERDUE_BY = N_("Overdue by %(duration)s")
_BY = N_("by %(moment)s")
_WAS_DUE = N_("was due %(moment)s")
_MET_EARLY = N_("%(moment)s, %(duration)s before it was due")
_MET_LATE = N_("%(moment)s, %(duration)s after it was due")
_STOPPED = N_("the clock has stopped")

_TONES = {
    PromiseState.RUNNING: "running",
    PromiseState.WARNING: "warning",
    PromiseState.BREACHED: "breached",
    PromiseState.PAUSED: "neutral",
    PromiseState.MET: "done",
    PromiseState.MET_LATE: "breached",
    PromiseState.CANCELLED: "neutral",
    PromiseState.REPLACED: "neutral",
}
_NOTHING = timedelta(0)
_REMEMBERED = 2048
_COUNTING = {PromiseState.RUNNING, PromiseState.WARNING, PromiseState.BREACHED}

# Within a sentence; the labels of the calendars themselves stand alone.
_CALENDARS = {
    CalendarKind.ALWAYS: N_("round the clock"),
    CalendarKind.WORKING_DAYS: N_("round the clock on working days"),
    CalendarKind.OFFICE_HOURS: N_("in office hours"),
}
_COUNTED = N_("%(duration)s, counted %(calendar)s from %(moment)s.")
_UNTIL = N_("%(rule)s, %(moment)s.")
_EARLIER = N_("Until %(changed)s it was due %(moment)s: %(reason)s.")
_EARLIER_LATE = N_("Until %(changed)s it was due %(moment)s, which was missed: %(reason)s.")
_PAUSED = N_("Paused from %(start)s to %(end)s: %(reason)s.")
_PAUSED_ADDING = N_("Paused from %(start)s to %(end)s: %(reason)s. That added %(duration)s.")
_PAUSED_SINCE = N_("Paused since %(moment)s: %(reason)s.")
_WAITING = N_("waiting for an answer")
_PROVISIONAL = N_(
    "The public holidays of that year are not published yet; the time may still move."
)
# A reason that ends as a question needs no full stop behind it.
_ASKED = re.compile(r"([?!？！…])[.。]")


class PromiseWords(NamedTuple):
    """A promise as its reader sees it.

    `machine` and `title` are the due moment for machines and with year and zone for people.
    `opened`, `warn` and `due` are seconds since 1970, `left` and `warn_mark` shares of 100.
    `counting` says that time runs, `drawn` that a bar says something: while it runs or stands.
    """

    state: str
    tone: str
    label: str
    headline: str
    title: str
    counting: bool
    drawn: bool
    machine: str
    opened: int
    warn: int
    due: int
    left: int
    warn_mark: int


def promise_words(target: PromiseClock, reader: Reader) -> PromiseWords:
    state = target.state
    tone, label, counting, drawn = _look(state, reader.locale)
    machine, exact = machine_and_exact(target.due_at, reader)
    opened, warn, due, warn_mark = _span(target.opened_at, target.warn_at, target.due_at)
    stopped = None if counting else target.paused_at
    stands_at = reader.seconds if stopped is None else int(stopped.timestamp())
    return PromiseWords(
        state.value,
        tone,
        label,
        countdown(target.due_at, reader) if counting else label,
        exact,
        counting,
        drawn,
        machine,
        opened,
        warn,
        due,
        _share(due - stands_at, due - opened),
        warn_mark,
    )


@lru_cache(maxsize=_REMEMBERED)
def _span(opened_at: datetime, warn_at: datetime, due_at: datetime) -> tuple[int, int, int, int]:
    """The moments of a promise in seconds since 1970, and where on its bar it warns."""
    opened, warn, due = (int(moment.timestamp()) for moment in (opened_at, warn_at, due_at))
    return opened, warn, due, _share(due - warn, due - opened)


def _share(part: int, whole: int) -> int:
    return min(max(100 * part // whole, 0), 100) if whole > 0 else 0


@cache
def _look(state: PromiseState, locale: str) -> tuple[str, str, bool, bool]:
    """What a state always looks like: its tone, its word, whether it counts and is drawn."""
    label = translations(locale).gettext(state.label)
    counting = state in _COUNTING
    return _TONES[state], label, counting, counting or state is PromiseState.PAUSED


def promise_detail(target: Promise, reader: Reader) -> str:
    """What stands beside the headline: by when, since when, or how much before it was due."""
    words = translations(reader.locale)
    if target.state in _COUNTING:
        sentence = _BY if target.due_at > reader.now else _WAS_DUE
        return words.gettext(sentence) % {"moment": format_datetime(target.due_at, reader)}
    if target.state is PromiseState.PAUSED:
        return words.gettext(target.pause_reason or _STOPPED)
    if target.met_at is None:
        return ""
    sentence = _MET_LATE if target.state is PromiseState.MET_LATE else _MET_EARLY
    return words.gettext(sentence) % {
        "moment": format_datetime(target.met_at, reader),
        "duration": format_duration(target.due_at - target.met_at, reader.locale),
    }


def countdown(due_at: datetime, reader: Reader) -> str:
    """Words that count: "Due in 3 h" before the moment, "Overdue by 2 h" from then on."""
    left = due_at - reader.now
    due_in, overdue_by = _countdown_sentences(reader.locale)
    sentence = due_in if left > _NOTHING else overdue_by
    return sentence % {"duration": format_duration(left, reader.locale)}


@cache
def _countdown_sentences(locale: str) -> tuple[str, str]:
    words = translations(locale)
    return words.gettext(_DUE_IN), words.gettext(_OVERDUE_BY)


def countdown_words(locale: str) -> dict[str, str]:
    """The sentences a browser needs to keep a countdown true between two page loads."""
    words = translations(locale)
    names = {
        "due": _DUE_IN,
        "overdue": _OVERDUE_BY,
        "d": N_("%(n)s d"),
        "h": N_("%(n)s h"),
        "min": N_("%(n)s min"),
        "moment": N_("less than 1 min"),
        "warning": PromiseState.WARNING.label,
        "breached": PromiseState.BREACHED.label,
    }
    return {name: words.gettext(text) for name, text in names.items()}


def explanation_lines(target: Promise, reader: Reader) -> list[str]:
    """How the due moment came about, in sentences; empty when the target does not say."""
    explanation = target.explanation
    if explanation is None:
        return []
    words = translations(reader.locale)
    lines = [
        _terms_line(explanation, reader),
        *(_pause_line(pause, reader) for pause in explanation.pauses),
        *(_earlier_line(earlier, reader) for earlier in explanation.earlier),
    ]
    if explanation.provisional:
        lines.append(words.gettext(_PROVISIONAL))
    return [_ASKED.sub(r"\1", line) for line in lines]


def _terms_line(explanation: Explanation, reader: Reader) -> str:
    words = translations(reader.locale)
    if explanation.duration is None:
        moment = format_exact(explanation.promised_at or explanation.due_at, reader)
        return words.gettext(_UNTIL) % {"rule": words.gettext(explanation.rule), "moment": moment}
    return words.gettext(_COUNTED) % {
        "duration": format_promised(explanation.duration, reader.locale),
        "calendar": words.gettext(_CALENDARS[explanation.calendar]),
        "moment": format_exact(explanation.opened_at, reader),
    }


def _earlier_line(earlier: EarlierPromise, reader: Reader) -> str:
    words = translations(reader.locale)
    return words.gettext(_EARLIER_LATE if earlier.late else _EARLIER) % {
        "changed": format_datetime(earlier.changed_at, reader),
        "moment": format_datetime(earlier.due_at, reader),
        "reason": words.gettext(earlier.reason).rstrip(".。"),
    }


def _pause_line(pause: ExplainedPause, reader: Reader) -> str:
    words = translations(reader.locale)
    reason = words.gettext(pause.reason or _WAITING)
    start = format_datetime(pause.started_at, reader)
    if pause.ended_at is None:
        return words.gettext(_PAUSED_SINCE) % {"moment": start, "reason": reason}
    end = format_datetime(pause.ended_at, reader)
    said = {"start": start, "end": end, "reason": reason}
    if not pause.worked:
        return words.gettext(_PAUSED) % said
    added = format_duration(pause.worked, reader.locale)
    return words.gettext(_PAUSED_ADDING) % {**said, "duration": added}


def format_promised(duration: timedelta, locale: str) -> str:
    """A promised span in the hours it was promised in: "48 h", never "2 d" (rule Q2)."""
    hours, rest = divmod(int(duration.total_seconds()), 3600)
    if hours and not rest:
        return translations(locale).gettext("%(n)s h") % {"n": hours}
    return format_duration(duration, locale)
