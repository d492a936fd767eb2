"""The words and measures of a promise: what is owed, by when, how much of the time is left.

The page, the mail and the paper say the same thing about a target because they all ask here.
Times are aware; "left" is counted on the wall clock from `Reader.now` to the due moment, which the
business calendar has already worked out.
"""

from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.domain.common.words import N_
from portal.domain.policy.values import CalendarKind
from portal.domain.service_levels.promise import Promise, PromiseState
from portal.domain.service_levels.targets import ExplainedPause
from portal.rendering.dates import format_datetime, format_duration, format_exact
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
}
_COUNTING = {PromiseState.RUNNING, PromiseState.WARNING, PromiseState.BREACHED}

_COUNTED = N_("%(duration)s, counted %(calendar)s from %(moment)s.")
_PAUSED = N_("Paused from %(start)s to %(end)s: %(reason)s.")
_ADDED = N_("That added %(duration)s.")
_PAUSED_SINCE = N_("Paused since %(moment)s: %(reason)s.")
_WAITING = N_("waiting for an answer")
_PROVISIONAL = N_(
    "The public holidays of that year are not published yet; the time may still move."
)


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
    state = PromiseState(target.state)
    stopped_at = target.paused_at if state is PromiseState.PAUSED else None
    return PromiseWords(
        state=state.value,
        tone=_TONES[state],
        label=translations(reader.locale).gettext(state.label),
        headline=_headline(target, state, reader),
        detail=_detail(target, state, reader),
        title=format_exact(target.due_at, reader),
        counting=state in _COUNTING,
        opened_at=target.opened_at,
        warn_at=target.warn_at,
        due_at=target.due_at,
        left=_share(target, stopped_at or reader.now),
        warn_mark=_share(target, target.warn_at),
    )


def _headline(target: Promise, state: PromiseState, reader: Reader) -> str:
    if state in _COUNTING:
        return countdown(target.due_at, reader)
    return translations(reader.locale).gettext(state.label)


def _detail(target: Promise, state: PromiseState, reader: Reader) -> str:
    words = translations(reader.locale)
    if state in _COUNTING:
        sentence = _BY if target.due_at > reader.now else _WAS_DUE
        return words.gettext(sentence) % {"moment": format_datetime(target.due_at, reader)}
    if state is PromiseState.PAUSED:
        return words.gettext(target.pause_reason or _STOPPED)
    if target.met_at is None:
        return ""
    sentence = _MET_LATE if state is PromiseState.MET_LATE else _MET_EARLY
    return words.gettext(sentence) % {
        "moment": format_datetime(target.met_at, reader),
        "duration": format_duration(target.due_at - target.met_at, reader.locale),
    }


def countdown(due_at: datetime, reader: Reader) -> str:
    """Words that count: "Due in 3 h" before the moment, "Overdue by 2 h" from then on."""
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
        "warning": PromiseState.WARNING.label,
        "breached": PromiseState.BREACHED.label,
    }
    return {name: words.gettext(text) for name, text in names.items()}


def _share(target: Promise, at: datetime) -> int:
    whole = (target.due_at - target.opened_at).total_seconds()
    left = (target.due_at - at).total_seconds()
    return 0 if whole <= 0 else round(100 * min(max(left / whole, 0.0), 1.0))


def explanation_lines(target: Promise, reader: Reader) -> list[str]:
    """How the due moment came about, in sentences; empty when the target does not say."""
    explanation = target.explanation
    if explanation is None:
        return []
    words = translations(reader.locale)
    lines = [
        words.gettext(_COUNTED)
        % {
            "duration": format_promised(explanation.duration, reader.locale),
            "calendar": words.gettext(CalendarKind(explanation.calendar).label),
            "moment": format_exact(target.opened_at, reader),
        },
        *(_pause_line(pause, reader) for pause in explanation.pauses),
    ]
    if explanation.provisional:
        lines.append(words.gettext(_PROVISIONAL))
    return lines


def _pause_line(pause: ExplainedPause, reader: Reader) -> str:
    words = translations(reader.locale)
    reason = words.gettext(pause.reason or _WAITING)
    start = format_datetime(pause.started_at, reader)
    if pause.ended_at is None:
        return words.gettext(_PAUSED_SINCE) % {"moment": start, "reason": reason}
    end = format_datetime(pause.ended_at, reader)
    line = words.gettext(_PAUSED) % {"start": start, "end": end, "reason": reason}
    if not pause.worked:
        return line
    duration = format_duration(pause.worked, reader.locale)
    return f"{line} {words.gettext(_ADDED) % {'duration': duration}}"


def format_promised(duration: timedelta, locale: str) -> str:
    """A promised span in the hours it was promised in: "48 h", never "2 d" (rule Q2)."""
    hours, rest = divmod(int(duration.total_seconds()), 3600)
    if hours and not rest:
        return translations(locale).gettext("%(n)s h") % {"n": hours}
    return format_duration(duration, locale)
