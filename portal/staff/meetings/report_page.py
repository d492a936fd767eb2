"""A contact report's page for staff: the draft as it is written, what was sent, what was said (M1).

A draft's form stands open on its page. What was sent is read, answered and corrected.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from litestar import Response

from portal.domain.accounts.confidentiality import note_read
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.meetings.people import party_of
from portal.domain.meetings.report_view import ItemView, ReportPage, report_page
from portal.domain.meetings.states import ReportStatus
from portal.domain.meetings.story import phrase_of
from portal.domain.meetings.tables import REPORT_KIND
from portal.domain.quotes.customer_card import customer_card
from portal.domain.service_levels.escalation import escalation_of
from portal.domain.visits.accounts import visited_account
from portal.domain.visits.owners import possible_owners
from portal.rendering.phrases import phrase_words
from portal.staff.meetings.fields import lines_offered, people_to_choose, shown_party
from portal.staff.record_page import conflict_words, forms_of, is_read_openly
from portal.staff.story import Told
from portal.web.answers import Answer
from portal.web.forms import Form
from portal.web.live import live_url
from portal.web.viewer import Viewer

PATH = "/staff/contact-reports"
REPORT = f"{PATH}/{{report_reference:str}}"
ITEMS = "items"
_BLANK_ITEMS = 2


class Panel(Worded):
    """A form that can stand open on the page; the value is its address."""

    DRAFT = "draft", N_("Write the report")
    ACKNOWLEDGE = "acknowledge", N_("Note that it was acknowledged")
    COMMENT = "comment", N_("Note a comment")
    ITEM_DONE = "item-done", N_("Report the action done")
    CORRECTION = "correction", N_("Correct the report")
    DROP = "correction-drop", N_("Drop the correction")
    OWNER = "owner", N_("Give it to a colleague")
    NOT_NEEDED = "not-needed", N_("No report is needed")
    NEEDED = "needed", N_("A report is needed after all")


def offered_panels(page: ReportPage) -> Sequence[Panel]:
    """The forms that this viewer can open now, in the order of their links."""
    is_draft, is_sent = page.status is ReportStatus.DRAFT, page.status is ReportStatus.SENT
    writes = page.can_write
    offers = {
        Panel.DRAFT: writes and is_draft,
        Panel.ACKNOWLEDGE: writes and is_sent,
        Panel.COMMENT: writes and is_sent,
        Panel.ITEM_DONE: is_sent
        and any(not each.record.is_done and (writes or each.is_mine) for each in page.items),
        Panel.CORRECTION: writes and is_sent,
        Panel.DROP: writes and is_draft and page.is_correction,
        Panel.OWNER: writes and is_draft,
        Panel.NOT_NEEDED: page.may_supervise and is_draft and not page.is_correction,
        Panel.NEEDED: page.may_supervise and page.status is ReportStatus.NOT_NEEDED,
    }
    return [panel for panel, is_offered in offers.items() if is_offered]


async def show_report(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    /,
    *,
    panel: str = "",
    about: str = "",
    form: Form | None = None,
    conflict: Conflict | None = None,
    revision: int | None = None,
) -> Response[str]:
    """The whole page; with a refused `form` a 422, with a `conflict` a 409 that keeps the text.

    `about` is the id of the action that a form is about. Raises `NotFound` for unknown and
    confidential reports (rule A6).
    """
    page = await report_page(reference, by=viewer.actor, revision=revision)
    card = await customer_card(page.record.account_id)
    if not is_read_openly(viewer.actor, card, Permission.READ_ALL_VISITS):
        await note_read(page.record.account_id, viewer.actor, f"{PATH}/{reference}")
    body = await body_of(page, viewer)
    opened = _opened(body["offers"], panel, form)
    item = next((each for each in page.items if str(each.id) == about), None)
    if opened is Panel.ITEM_DONE and item is None:
        opened = None
    forms = forms_of(
        opened, form, viewer, version=page.record.version, defaults=_defaults(page, opened)
    )
    return answer.page(
        "staff/contact_reports/show.html",
        title=N_("Contact report %(reference)s"),
        words={"reference": reference},
        section="visits",
        form=form,
        status=409 if conflict else 200,
        card=card,
        panel=opened,
        item=item,
        about=about,
        forms=forms,
        conflict=conflict_words(conflict, viewer),
        choices=await _choices(opened, page, forms["panel"], answer),
        live=live_url(viewer, PATH, REPORT_KIND, page.record.id),
        **body,
    )


async def body_of(page: ReportPage, viewer: Viewer) -> dict[str, Any]:
    """What the page says without an open form: for it, and for its parts alone."""
    offers = offered_panels(page)
    entries = await timeline(REPORT_KIND, page.record.id, visible_to=Audience.INTERNAL)
    return {
        "report": page,
        "record": page.record,
        "base": f"{PATH}/{page.reference}",
        "offers": offers,
        "doings": [each for each in offers if each not in {Panel.DRAFT, Panel.ITEM_DONE}],
        "escalations": await escalation_of(page.promises),
        "entries": [
            Told(
                entry.at,
                entry.actor_name,
                phrase_words(phrase_of(entry), viewer.reader),
                entry.audience == Audience.INTERNAL,
            )
            for entry in reversed(entries)
        ],
    }


def _opened(offers: Sequence[Panel], panel: str, form: Form | None) -> Panel | None:
    """The form to open: a draft's own stands open unless another one is asked for."""
    if panel in set(Panel):
        wanted = Panel(panel)
        if form is not None or wanted in offers:
            return wanted
    return Panel.DRAFT if Panel.DRAFT in offers else None


def _defaults(page: ReportPage, opened: Panel | None) -> Mapping[str, Any]:
    record = page.record
    if opened in {Panel.ACKNOWLEDGE, Panel.COMMENT}:
        return {"name": next((each.name for each in page.theirs), "")}
    if opened is not Panel.DRAFT:
        return {}
    return {
        "title": record.title,
        "conclusions": record.conclusions,
        "reasons": record.reasons,
        **shown_party(party_of(page.readers)),
        **{
            f"{ITEMS}-{number}-{name}": value
            for number, item in enumerate(page.items)
            for name, value in _line(item).items()
        },
    }


def _line(item: ItemView) -> Mapping[str, Any]:
    of = item.record
    return {
        "text": of.text,
        "owner": of.owner_id,
        "owner_name": "" if of.is_ours else of.owner_name,
        "due_on": of.due_on,
    }


async def _choices(
    opened: Panel | None, page: ReportPage, form: Form, answer: Answer
) -> dict[str, Any]:
    """What the open form chooses from."""
    if opened is Panel.OWNER:
        owners = await possible_owners(
            await visited_account(page.record.account_id, archived_too=True)
        )
        return {"owners": [each for each in owners if each[0] != page.record.owner_id]}
    if opened is not Panel.DRAFT:
        return {}
    people = await people_to_choose(page.record.account_id, form, kept=page.readers)
    return {
        "people": people,
        "item_lines": lines_offered(form, ITEMS, _BLANK_ITEMS),
        "item_columns": _item_columns(people["everybody"], answer),
    }


def _item_columns(everybody: Sequence[tuple[int, str]], answer: Answer) -> list[dict[str, Any]]:
    say = answer.translated
    theirs = ("", say(N_("Theirs")))
    return [
        {"name": "text", "label": say(N_("Action")), "width": "l"},
        {
            "name": "owner",
            "label": say(N_("Who of ours")),
            "kind": "select",
            "width": "s",
            "options": [theirs, *everybody],
        },
        {"name": "owner_name", "label": say(N_("Who of theirs")), "width": "s", "optional": True},
        {"name": "due_on", "label": say(N_("Until")), "kind": "date", "width": "s"},
    ]
