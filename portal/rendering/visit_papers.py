"""The papers of visits as PDFs, their labels in two languages (rules V4-V8).

Record 回访记录表 and order of a dealer 回访单: both have room to write by hand before a visit.
Texts stand as they were written. Rendering blocks for about 0.1 s; hold no connection meanwhile.
"""

from datetime import date, datetime
from functools import partial

from portal.domain.common.words import N_
from portal.domain.complaints.states import Satisfaction
from portal.domain.quotes.document import PartyFacts
from portal.domain.visits.paper_facts import Move, VisitPaperFacts
from portal.domain.visits.states import Gifts, ItemKind, VisitStatus
from portal.rendering.dates import format_datetime
from portal.rendering.document_parts import Party
from portal.rendering.form_sheet import SIGNED, FormSheet
from portal.rendering.links import absolute
from portal.rendering.pdf import typeset
from portal.rendering.reader import Reader
from portal.rendering.sheet import Json

_RECORD = N_("Visit record")
_ORDER = N_("Visit order")
# How many lines there are to write on while nothing is recorded yet.
_ROOM, _MORE_ROOM = 3, 6
_LINES_OF_ANSWER = 3
_QUALIFIED = N_(
    "Somebody who knows the company, its service and the product, its typical faults and who bears"
    " them."
)


def visit_record_pdf(facts: VisitPaperFacts, supplier_name: str, origin: str, locale: str) -> bytes:
    """The record 回访记录表 of a visit, ours alone; to be filled in by hand until it is made."""
    paper = VisitPaper(facts, supplier_name, locale)
    visit = facts.visit
    body = [
        paper.section(N_("Goal"), visit.goal, room=2),
        paper.section(N_("Who took part"), table=paper.people(), room=_ROOM),
        paper.section(N_("Prepared, offered and asked"), table=paper.items(), room=_ROOM),
        paper.section(N_("What was said and seen"), visit.report, room=_MORE_ROOM),
        paper.section(N_("How the product works in use"), visit.usage_note, room=_ROOM),
        paper.section(
            N_("Satisfaction"),
            facts=[
                (N_("Why they are not satisfied"), visit.cause),
                (N_("What would make it better"), visit.remedy)
                if facts.satisfaction is Satisfaction.NEUTRAL
                else (N_("What was agreed about it"), visit.remedy),
            ],
            ticks=paper.ticks(Satisfaction, facts.satisfaction),
            room=0 if facts.satisfaction else 2,
        ),
        paper.section(N_("Opinions and what became of them"), table=paper.opinions(), room=_ROOM),
        paper.section(
            N_("Gifts and money"),
            visit.gifts_note,
            ticks=paper.ticks(Gifts, Gifts(visit.gifts) if visit.gifts else None),
        ),
        paper.section(N_("For the customer to read"), visit.for_customer, room=_ROOM),
    ]
    if facts.moves:
        body.insert(1, paper.section(N_("Moved appointments"), table=paper.moves()))
    sides = [(N_("Visited by"), _visitor(facts)), (N_("Supervisor"), "")]
    url = absolute(origin, f"/staff/visits/{visit.reference}")
    data: dict[str, Json] = {
        **paper.head(_RECORD, url),
        "strip": paper.strip(),
        "sections": body,
        "signatures": paper.sheet.signatures(sides, SIGNED),
    }
    return typeset("visit_record.typ", data, created=visit.updated_at)


def visit_order_pdf(facts: VisitPaperFacts, supplier_name: str, origin: str, locale: str) -> bytes:
    """The order 回访单 on which a dealer makes the visit, with room for what they find (rule V2).

    The dealer takes it along and the customer signs it: nothing stands on it that is only ours.
    """
    paper = VisitPaper(facts, supplier_name, locale)
    visit, dealer = facts.visit, facts.dealer
    asked = [each.text for each in facts.items if each.kind is ItemKind.QUESTION]
    body = [
        paper.section(
            N_("Ordered from"),
            facts=[
                (N_("Dealer"), dealer.name if dealer else ""),
                (N_("Contact"), dealer.contact if dealer else ""),
                (N_("Phone"), dealer.phone if dealer else ""),
                (N_("Made by"), paper.said(_QUALIFIED)),
            ],
        ),
        paper.section(N_("What it is about"), visit.told, room=1),
        paper.section(N_("Questions to be asked"), "\n".join(asked), room=2),
        paper.section(N_("Visited on"), room=1),
        paper.section(N_("Whom they met"), room=1),
        paper.section(N_("How the product works in use"), room=_ROOM),
        paper.section(
            N_("Satisfaction"), ticks=paper.ticks(Satisfaction, None), room=_LINES_OF_ANSWER
        ),
        paper.section(N_("What the customer wishes or criticises"), room=_ROOM),
        paper.section(N_("Gifts and money"), ticks=paper.ticks(Gifts, None)),
    ]
    sides = [(N_("Visited by"), dealer.name if dealer else ""), (N_("Customer"), "")]
    data: dict[str, Json] = {
        **paper.head(_ORDER, absolute(origin, f"/visits/{visit.reference}"), for_customer=True),
        "strip": paper.strip(),
        "sections": body,
        "signatures": paper.sheet.signatures(sides, SIGNED),
    }
    return typeset("visit_record.typ", data, created=visit.updated_at)


def _visitor(facts: VisitPaperFacts) -> str:
    return facts.dealer.name if facts.dealer else facts.owner


class VisitPaper(FormSheet):
    """One paper of a visit."""

    def __init__(self, facts: VisitPaperFacts, supplier_name: str, locale: str) -> None:
        super().__init__(locale, facts.timezone)
        self.of = facts
        self.supplier = _party(facts.supplier, supplier_name)
        reader = Reader(locale, facts.timezone, facts.read_at)
        self.moment = partial(format_datetime, reader=reader)

    def head(self, title: str, url: str, *, for_customer: bool = False) -> dict[str, Json]:
        """Letterhead, both parties and what visit it is; the rest is not for customers."""
        visit, facts = self.of.visit, self.of
        words = [visit.sort] if for_customer else [visit.sort, facts.rule, facts.step]
        dealer = facts.dealer.name if facts.dealer and not for_customer else ""
        recorded = " · ".join(
            part for part in (facts.recorded_by, self.day(visit.recorded_at)) if part
        )
        return {
            **self.frame(title, visit.reference, self.supplier, url=url),
            "customer": self.sheet.party(_party(facts.customer, "")),
            "customer_label": self.said(N_("Customer")),
            "facts": self.sheet.facts(
                [
                    (N_("Number"), visit.reference),
                    (N_("Customer code"), facts.account_code),
                    (N_("Kind"), " · ".join(self.word(word) for word in words if word)),
                    (N_("Status"), self.word(visit.state)),
                    (N_("Owner"), facts.owner),
                    (N_("Dealer"), dealer),
                    (N_("Installation"), facts.installed),
                    (N_("Recorded by"), "" if for_customer else recorded),
                ]
            ),
        }

    def strip(self) -> Json:
        """When, how and where."""
        visit = self.of.visit
        when = visit.made_at or visit.starts_at
        label = N_("Visited on") if visit.state is VisitStatus.MADE else N_("Appointment")
        return self.sheet.promises(
            [
                (label, self.moment(when) if when else "", ""),
                (N_("Due on"), self.day(visit.due_on), ""),
                (N_("How"), self.word(visit.by_way_of), visit.place),
            ]
        )

    def people(self) -> Json:
        return self.table(
            (N_("Name"), N_("Function"), N_("Side"), N_("Was there")),
            (5, 5, 4, 3),
            [
                (
                    each.name,
                    each.function,
                    self.said(N_("Our side") if each.is_ours else N_("The customer's side")),
                    "" if each.attended is None else self.yes_or_no(each.attended),
                )
                for each in self.of.people
            ],
        )

    def items(self) -> Json:
        return self.table(
            (N_("Kind"), N_("What"), N_("Done on"), N_("What came of it")),
            (3, 7, 4, 7),
            [
                (self.word(each.kind), each.text, self.day(each.done_at), each.outcome)
                for each in self.of.items
            ],
        )

    def moves(self) -> Json:
        return self.table(
            (N_("Moved on"), N_("Old time"), N_("New time"), N_("Reason"), N_("Moved by")),
            (4, 5, 5, 8, 4),
            [
                (
                    self.day(each.at),
                    self._time(each.from_starts_at, each.from_due_on),
                    self._time(each.to_starts_at, each.to_due_on),
                    each.reason,
                    self._mover(each),
                )
                for each in self.of.moves
            ],
        )

    def opinions(self) -> Json:
        return self.table(
            (
                N_("Number"),
                N_("Kind"),
                N_("What was said"),
                N_("Owner"),
                N_("Status"),
                N_("What became of it"),
            ),
            (5, 3, 8, 4, 4, 7),
            [
                (
                    each.reference,
                    self.word(each.sentiment),
                    each.text,
                    each.owner,
                    self.word(each.status),
                    each.became,
                )
                for each in self.of.opinions
            ],
        )

    def _time(self, moment: datetime | None, day: date | None) -> str:
        return self.moment(moment) if moment else self.day(day)

    def _mover(self, move: Move) -> str:
        return move.by or self.said(N_("The plan"))


def _party(facts: PartyFacts, name: str) -> Party:
    """A side of the paper; the company's own name is configuration and stands for the branch's."""
    return Party(
        name or facts.name,
        facts.address,
        facts.contact,
        facts.phone,
        facts.email,
        facts.tax_number,
    )
