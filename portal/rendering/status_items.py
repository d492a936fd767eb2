"""An open item of the weekly status in its reader's words (rule M3)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from portal.domain.common.words import N_
from portal.rendering.dates import format_date, format_exact
from portal.rendering.i18n import translations
from portal.rendering.reader import Reader


@dataclass(frozen=True, slots=True)
class StatusItem:
    """`next` says who does what; `when` by when, empty where nothing is promised."""

    reference: str
    title: str
    state: str
    next: str
    when: str
    is_yours: bool
    path: str


def status_item(item: Mapping[str, Any], reader: Reader) -> StatusItem:
    """The words of an item that `weekly_status` kept."""
    translate = translations(reader.locale).gettext
    return StatusItem(
        reference=item["reference"],
        title=item["title"] or (translate(item["label"]) if item.get("label") else ""),
        state=translate(item["state"]),
        next=translate(item["next"]),
        when=_when(item, reader),
        is_yours=item["is_yours"],
        path=item["path"],
    )


def _when(item: Mapping[str, Any], reader: Reader) -> str:
    translate = translations(reader.locale).gettext
    if item.get("at"):
        return format_exact(datetime.fromisoformat(item["at"]), reader)
    if item["due_at"]:
        moment = format_exact(datetime.fromisoformat(item["due_at"]), reader)
        late = translate(N_("promised by %(when)s, overdue"))
        return (late if item["is_late"] else translate(N_("by %(when)s"))) % {"when": moment}
    if item["on_day"]:
        day = format_date(date.fromisoformat(item["on_day"]), reader.locale)
        return translate(N_("by %(when)s")) % {"when": day}
    return ""
