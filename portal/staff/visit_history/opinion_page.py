"""An opinion's page: what was said, who follows it up until when, what became of it (V5, S4)."""

from collections.abc import Mapping
from typing import Any

from litestar import Response

from portal.domain.accounts.confidentiality import note_read
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.errors import Conflict, NotFound
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_
from portal.domain.corrective_actions.people import possible_owners
from portal.domain.opinions.access import opinion_by_reference
from portal.domain.opinions.listing import opinion_row
from portal.domain.opinions.story import phrase_of
from portal.domain.opinions.tables import SUBJECT_KIND, Opinion
from portal.domain.service_levels.escalation import escalation_of
from portal.rendering.phrases import phrase_words
from portal.staff.record_page import conflict_words, forms_of, record_routes
from portal.staff.story import Told
from portal.staff.visit_history.opinion_panels import Panel, offered_panels
from portal.web.answers import Answer
from portal.web.forms import Form
from portal.web.live import live_url
from portal.web.viewer import Viewer

PATH = "/staff/opinions"
OPINION = f"{PATH}/{{opinion_reference:str}}"


async def show_opinion(
    reference: str,
    viewer: Viewer,
    answer: Answer,
    /,
    *,
    panel: str = "",
    about: str = "",  # noqa: ARG001 - forms about a part of a record have it
    form: Form | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    """The whole page; with a refused `form` a 422, with a `conflict` a 409 that keeps the text.

    Reads in the caller's unit. Raises `NotFound` for unknown and confidential ones (rule A6).
    """
    opinion = await opinion_by_reference(reference, by=viewer.actor)
    if opinion.account_id is not None and not viewer.actor.may(Permission.READ_ALL_VISITS):
        await note_read(opinion.account_id, viewer.actor, f"{PATH}/{reference}")
    body = await _body_of(opinion, viewer)
    opened = _opened(body["offers"], panel, form)
    return answer.page(
        "staff/opinions/show.html",
        title=N_("Opinion %(reference)s"),
        words={"reference": reference},
        section="visits",
        form=form,
        status=409 if conflict else 200,
        panel=opened,
        forms=forms_of(opened, form, viewer, version=opinion.version, defaults={}),
        conflict=conflict_words(conflict, viewer),
        colleagues=await _colleagues(opinion) if opened is Panel.OWNER else [],
        live=live_url(viewer, PATH, SUBJECT_KIND, opinion.id),
        **body,
    )


async def _body_of(opinion: Opinion, viewer: Viewer) -> dict[str, Any]:
    """What the page says without an open form: for it, and for its head alone."""
    shown = await opinion_row(opinion.id)
    if shown is None:
        raise NotFound
    entries = await timeline(SUBJECT_KIND, opinion.id, visible_to=Audience.INTERNAL)
    return {
        "record": opinion,
        "opinion": shown,
        "base": f"{PATH}/{opinion.reference}",
        "offers": await offered_panels(opinion, by=viewer.actor),
        "escalations": await escalation_of([shown.promise] if shown.promise else []),
        "entries": [
            Told(
                entry.at,
                entry.actor_name,
                phrase_words(phrase_of(entry), viewer.reader),
                is_internal=False,
            )
            for entry in reversed(entries)
        ],
    }


async def _body(reference: str, viewer: Viewer) -> Mapping[str, Any]:
    return await _body_of(await opinion_by_reference(reference, by=viewer.actor), viewer)


async def _colleagues(opinion: Opinion) -> list[tuple[int, str]]:
    return [each for each in await possible_owners() if each[0] != opinion.owner_id]


def _opened(offers: list[Panel], panel: str, form: Form | None) -> Panel | None:
    """The form to open: what was sent stays open even where it is no longer offered."""
    if panel not in set(Panel):
        return None
    wanted = Panel(panel)
    return wanted if form is not None or wanted in offers else None


ROUTES = record_routes(
    OPINION,
    asks=Permission.ANSWER_OPINIONS,
    load=opinion_by_reference,
    show=show_opinion,
    partials={
        "head": ("staff/opinions/_head.html", _body),
        "history": ("staff/opinions/_history.html", _body),
    },
)
