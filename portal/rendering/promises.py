"""The words and measures of a promise: what is owed, by when, how much of the time is left.

The page, the mail and the paper say the same thing about a target because they all ask here.
Times are aware; "left" is counted on the wall clock from `Reader.now` to the due moment, which the
business calendar has already worked out.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, Protocol

from portal.domain.common.words import N_
from portal.rendering.dates import format_datetime, format_duration, format_exact
from portal.rendering.i18n import translations
from portal.rendering.reader import Reader

_DUE_IN = N_("Due in %(duration)s")
_OVERDUE_BY = N_("Overdue by %(duration)s")
_BY = N_("by %(moment)s")
_WAS_DUE = N_("was due %(moment)s")
_MET_EARLY = N_("%(moment)s, %(duration)s before it was due")
_MET_LATE = N_("%(moment)s, %(duration)s after it was due")
_RESUMES = N_("the clock has stopped")

_STATES = {
    "running": ("running", N_("Running")),
    "warning": ("warning", N_("Warning")),
    "breached": ("breached", N_("Breached")),
    "paused": ("neutral", N_("Paused")),
    "met": ("done", N_("Met")),
    "met_late": ("breached", N_("Met late")),
    "cancelled": ("neutral", N_("Cancelled")),
}
_COUNTING = {"running", "warning", "breached"}

_CALENDARS = {
    "always": N_("round the clock"),
    "working-days": N_("round the clock on working days"),
    "office-hours": N_("in office hours"),
}
_COUNTED = N_("%(duration)s, counted %(calendar)s from %(moment)s.")
_PAUSED_FOR = N_("Paused for %(duration)s: %(reason)s.")
_PAUSED_SINCE = N_("Paused since %(moment)s: %(reason)s.")
_WAITING = N_("waiting for an answer")
_PROVISIONAL = N_(
    "The public holidays of that year are not published yet; the time may still move."
)


class Promise(Protocol):
    """What a target must offer; `explanation`, `warn_at`, `met_at` and pauses may be missing."""

    @property
    def kind_label(self) -> str: ...
    @property
    def opened_at(self) -> datetime: ...
    @property
    def due_at(self) -> datetime: ...
    @property
    def state(self) -> str: ...


@dataclass(frozen=True, slots=True)
class PromiseWords:
    """A promise as its reader sees it. `left` and `warn_mark` are shares of 100."""

    state: str
    tone: str
    label: str
    headline: str
    detail: str
    title: str
    counting: bool
    opened_at: datetime
    warn_at: datetime | None
    due_at: datetime
    left: int
    warn_mark: int | None

    @property
    def drawn(self) -> bool:
        """A bar says something only while time runs or stands still."""
        return self.counting or self.state == "paused"


def promise_words(target: Promise, reader: Reader) -> PromiseWords:
    state = str(target.state)
    tone, label = _STATES[state]
    words = translations(reader.locale)
    stopped_at = _optional(target, "paused_at") if state == "paused" else None
    warn_at = _optional(target, "warn_at")
    headline, detail = _said(target, state, reader)
    return PromiseWords(
        state=state,
        tone=tone,
        label=words.gettext(label),
        headline=headline,
        detail=detail,
        title=format_exact(target.due_at, reader),
        counting=state in _COUNTING,
        opened_at=target.opened_at,
        warn_at=warn_at,
        due_at=target.due_at,
        left=_share(target, stopped_at or reader.now),
        warn_mark=_share(target, warn_at) if warn_at else None,
    )


def _said(target: Promise, state: str, reader: Reader) -> tuple[str, str]:
    words = translations(reader.locale)
    due = format_datetime(target.due_at, reader)
    if state in _COUNTING:
        return countdown(target.due_at, reader), words.gettext(
            _BY if target.due_at > reader.now else _WAS_DUE
        ) % {"moment": due}
    label = words.gettext(_STATES[state][1])
    if state == "paused":
        reason = _optional(target, "pause_reason")
        return label, words.gettext(str(reason) if reason else _RESUMES)
    met_at = _optional(target, "met_at")
    if met_at is None:
        return label, ""
    sentence = _MET_LATE if state == "met_late" else _MET_EARLY
    return label, words.gettext(sentence) % {
        "moment": format_datetime(met_at, reader),
        "duration": format_duration(target.due_at - met_at, reader.locale),
    }


def countdown(due_at: datetime, reader: Reader) -> str:
    """ "Due in 3 h" before the moment, "Overdue by 2 h" from then on."""
    sentence = _DUE_IN if due_at > reader.now else _OVERDUE_BY
    duration = format_duration(due_at - reader.now, reader.locale)
    return translations(reader.locale).gettext(sentence) % {"duration": duration}


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
        "warning": _STATES["warning"][1],
        "breached": _STATES["breached"][1],
    }
    return {name: words.gettext(text) for name, text in names.items()}


def _share(target: Promise, at: datetime) -> int:
    whole = (target.due_at - target.opened_at).total_seconds()
    left = (target.due_at - at).total_seconds()
    return 0 if whole <= 0 else round(100 * min(max(left / whole, 0.0), 1.0))


def explanation_lines(target: Promise, reader: Reader) -> list[str]:
    """How the due moment came about, in sentences; empty when the target does not say."""
    explanation: Any = _optional(target, "explanation")
    if explanation is None:
        return []
    words = translations(reader.locale)
    calendar = str(explanation.calendar)
    lines = [
        words.gettext(_COUNTED)
        % {
            "duration": format_promised(explanation.duration, reader.locale),
            "calendar": words.gettext(_CALENDARS.get(calendar, calendar)),
            "moment": format_exact(target.opened_at, reader),
        }
    ]
    lines += _pauses(_optional(explanation, "pauses") or (), reader)
    if _optional(explanation, "provisional"):
        lines.append(words.gettext(_PROVISIONAL))
    return lines


def _pauses(pauses: Iterable[Any], reader: Reader) -> Iterable[str]:
    words = translations(reader.locale)
    for started_at, ended_at, *rest in pauses:
        reason = words.gettext(str(rest[0]) if rest and rest[0] else _WAITING)
        if ended_at is None:
            moment = format_datetime(started_at, reader)
            yield words.gettext(_PAUSED_SINCE) % {"moment": moment, "reason": reason}
        else:
            duration = format_duration(ended_at - started_at, reader.locale)
            yield words.gettext(_PAUSED_FOR) % {"duration": duration, "reason": reason}


def format_promised(duration: timedelta, locale: str) -> str:
    """A promised span in the hours it was promised in: "48 h", never "2 d" (rule Q2)."""
    hours, rest = divmod(int(duration.total_seconds()), 3600)
    if hours and not rest:
        return translations(locale).gettext("%(n)s h") % {"n": hours}
    return format_duration(duration, locale)


def _optional(source: object, name: str) -> Any:
    return getattr(source, name, None)
