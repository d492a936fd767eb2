"""Rounds of visits, and the summary 回访总结报告 that closes each (rule V6)."""

from typing import Annotated

from litestar import Response, get
from litestar.params import FromPath
from pydantic import StringConstraints

from portal.domain.common.errors import Conflict
from portal.domain.common.permissions import Permission
from portal.domain.common.words import N_, Worded
from portal.domain.visits.group_share import group_share
from portal.domain.visits.rounds import close_round, round_facts, round_of_key, rounds
from portal.domain.visits.states import VisitRule
from portal.domain.visits.tables import VisitRound
from portal.staff.record_page import conflict_words
from portal.web.answers import Answer
from portal.web.arguments import AnAnswer, AViewer
from portal.web.forms import Form
from portal.web.guards import requires
from portal.web.record_forms import RecordForms, Sent, Versioned
from portal.web.viewer import Viewer

PATH = "/staff/visits/rounds"
ROUND = f"{PATH}/{{round_key:str}}"
_READS = [requires(Permission.READ_VISITS)]
Text = Annotated[str, StringConstraints(max_length=20_000)]


class Panel(Worded):
    """The form of a round's page."""

    SUMMARY = "summary", N_("Sum the round up")


@get(PATH, guards=_READS)
async def show_all(viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """The rounds, newest first, with what each came to."""
    return answer.page(
        "staff/visit_history/rounds.html",
        title=N_("Rounds"),
        section="visits",
        rounds=await rounds(by=viewer.actor),
        path=PATH,
    )


@get(ROUND, guards=_READS)
async def show(round_key: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """One round: its figures, its visits, what was said, and the summary."""
    return await show_round(round_key, viewer, answer)


async def show_round(
    key: str,
    viewer: Viewer,
    answer: Answer,
    /,
    *,
    panel: str = "",  # noqa: ARG001 - there is one form, and it stands open
    about: str = "",  # noqa: ARG001 - forms about a part of a record have it
    form: Form | None = None,
    conflict: Conflict | None = None,
) -> Response[str]:
    """The whole page; with a refused `form` a 422, with a `conflict` a 409 that keeps the text.

    Raises `NotFound` for unknown ones, `NotAllowed` for who neither makes nor supervises visits.
    """
    facts = await round_facts(key, by=viewer.actor)
    share = None
    if facts.round.rule is VisitRule.GROUP:
        share = await group_share(facts.round.starts_on, by=viewer.actor)
    shown = form or Form()
    shown.put("version", facts.version)
    shown.say_in(viewer.reader.locale)
    return answer.page(
        "staff/visit_history/round.html",
        title=N_("Round"),
        section="visits",
        form=form,
        status=409 if conflict else 200,
        facts=facts,
        share=share,
        closing=shown,
        panel=Panel.SUMMARY,
        conflict=conflict_words(conflict, viewer),
        base=f"{PATH}/{key}",
        path=PATH,
    )


FORMS: RecordForms[VisitRound] = RecordForms(ROUND, load=round_of_key, show=show_round)


class Summary(Versioned):
    summary: Text = ""
    lessons: Text = ""


@FORMS.form(Panel.SUMMARY, Summary, N_("Closed."), asks=Permission.SUPERVISE_VISITS)
async def close(record: VisitRound, given: Summary, sent: Sent) -> None:
    """Sum the round up and close it."""
    await close_round(
        record, given.summary, given.lessons, by=sent.by, expected_version=given.version
    )


ROUTES = [show_all, show, *FORMS.routes]
