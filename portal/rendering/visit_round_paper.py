"""The summary of a round of visits 回访总结报告 as a PDF (rule V6).

Until the round is closed every page says that it is not the last word. Rendering blocks for about
0.1 s; hold no connection meanwhile.
"""

from portal.domain.common.words import N_
from portal.domain.visits.rounds import RoundFacts
from portal.rendering.document_parts import Party
from portal.rendering.form_sheet import SIGNED, FormSheet
from portal.rendering.links import absolute
from portal.rendering.pdf import typeset
from portal.rendering.reader import Reader
from portal.rendering.sheet import Json

_TITLE = N_("Summary of the round")
_INTERIM = N_("Interim")
_ROOM = 6


def visit_round_pdf(facts: RoundFacts, supplier_name: str, origin: str, reader: Reader) -> bytes:
    """The round's figures, visits and opinions as far as its reader sees them, and the summary."""
    sheet = FormSheet(reader.locale, reader.timezone)
    found = facts.round
    url = absolute(origin, f"/staff/visits/rounds/{found.key}")
    closed = " · ".join(part for part in (found.closed_by, sheet.day(found.closed_at)) if part)
    heads = [
        (N_("Kind"), sheet.word(found.rule)),
        (N_("Round"), found.period),
        (N_("Begins"), sheet.day(found.starts_on)),
        (N_("Ends"), sheet.day(found.ends_on)),
        (N_("Closed"), closed),
        (N_("As of"), sheet.day(facts.read_at)),
    ]
    data: dict[str, Json] = {
        **sheet.frame(_TITLE, found.key, Party(supplier_name), url=url),
        "watermark": "" if found.closed_at else sheet.said(_INTERIM),
        "heading": f"{sheet.word(found.rule)} {found.period}",
        "facts": [{"label": sheet.label(name), "value": value} for name, value in heads if value],
        "strips": _figures(sheet, facts),
        "sections": [
            sheet.section(N_("Summary"), facts.summary, room=_ROOM),
            sheet.section(N_("Lessons"), facts.lessons, room=_ROOM),
            sheet.section(N_("Visits"), table=_visits(sheet, facts)),
            sheet.section(N_("Opinions and what became of them"), table=_opinions(sheet, facts)),
        ],
        "signatures": sheet.sheet.signatures(
            [(N_("Summed up by"), found.closed_by), (N_("Management"), "")], SIGNED
        ),
    }
    return typeset("visit_round.typ", data, created=found.closed_at or facts.read_at)


def _figures(sheet: FormSheet, facts: RoundFacts) -> list[Json]:
    found = facts.round
    return [
        sheet.sheet.promises([(label, str(count), "") for label, count in row])
        for row in (
            [
                (N_("Visits planned"), found.planned),
                (N_("Made"), found.made),
                (N_("In time"), found.in_time),
                (N_("Not made"), found.open),
                (N_("Cancelled"), found.cancelled),
            ],
            [
                (N_("Satisfied"), found.satisfied),
                (N_("Neutral"), found.neutral),
                (N_("Dissatisfied"), found.dissatisfied),
                (N_("Opinions"), found.opinions),
                (N_("Opinions open"), found.open_opinions),
            ],
        )
    ]


def _visits(sheet: FormSheet, facts: RoundFacts) -> Json:
    return sheet.table(
        (
            N_("Number"),
            N_("Customer"),
            N_("Owner"),
            N_("Due on"),
            N_("Made"),
            N_("Status"),
            N_("Satisfaction"),
        ),
        (6, 8, 4, 6, 6, 4, 4),
        [
            (
                each.reference,
                each.account_name,
                each.owner,
                sheet.day(each.due_on),
                sheet.day(each.made_at),
                sheet.word(each.status),
                sheet.word(each.satisfaction),
            )
            for each in facts.visits
        ],
    )


def _opinions(sheet: FormSheet, facts: RoundFacts) -> Json:
    return sheet.table(
        (
            N_("Number"),
            N_("Customer"),
            N_("Kind"),
            N_("What was said"),
            N_("Owner"),
            N_("Status"),
            N_("What became of it"),
        ),
        (6, 6, 3, 8, 4, 4, 8),
        [
            (
                each.reference,
                each.account_name,
                sheet.word(each.sentiment),
                each.text,
                each.owner,
                sheet.word(each.status),
                each.became,
            )
            for each in facts.opinions
        ],
    )
