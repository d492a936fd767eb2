"""The papers of a complaint as PDFs, their labels in two languages (rules C1, C3-C8, C15).

Texts stand as they were written. Rendering blocks for about 0.1 s; hold no connection meanwhile.
"""

from collections.abc import Sequence
from decimal import Decimal

from portal.domain.catalogue.kinds import unit_label
from portal.domain.common.money import Money
from portal.domain.common.words import N_
from portal.domain.complaints.cure_view import Cure, Proposed
from portal.domain.complaints.page_view import CustomerComplaint
from portal.domain.complaints.paper_facts import CaseFormFacts, InvestigationFacts
from portal.domain.complaints.states import ComplaintChannel, Judgement
from portal.domain.quotes.document import PartyFacts
from portal.rendering.document_parts import Party
from portal.rendering.form_sheet import SIGNED, FormSheet
from portal.rendering.links import absolute
from portal.rendering.numbers import format_decimal, format_money
from portal.rendering.pdf import typeset
from portal.rendering.sheet import Json

_TEMPLATE = "case.typ"
_COMPLAINT_FORM = N_("Complaint form")
_FEEDBACK_FORM = N_("Customer feedback form")
_INVESTIGATION = N_("Complaint investigation")
# How many lines there are to write on while nothing is recorded yet.
_ROOM = 3


def case_form_pdf(facts: CaseFormFacts, supplier_name: str, origin: str, locale: str) -> bytes:
    """The form that the customer confirms: of complaints 客户投诉处理单, else 客户反馈信息表."""
    page = facts.page
    title = _COMPLAINT_FORM if page.kind.is_complaint else _FEEDBACK_FORM
    paper = _Paper(title, facts, supplier_name, locale)
    if page.kind.is_complaint:
        body = [*paper.what_happened(), *_course(paper, page)]
    else:
        answer = paper.section(N_("Our answer"), page.record.told, room=_ROOM)
        body = [*paper.what_happened(), answer]
    url = absolute(origin, f"/complaints/{page.reference}")
    sides = [
        (N_("For the supplier"), supplier_name),
        (N_("Confirmed by the customer"), facts.customer.name),
    ]
    return paper.render(body, sides, url)


def investigation_pdf(
    facts: InvestigationFacts, supplier_name: str, origin: str, locale: str
) -> bytes:
    """What was found out and decided 客户投诉调查处理表: for us alone (rules C3-C8)."""
    record, cure = facts.record, facts.cure
    paper = _Paper(_INVESTIGATION, facts.form, supplier_name, locale)
    case = record.record
    responsible = [
        (N_("Founded or unfounded"), paper.word(record.judgement)),
        (N_("Reason"), case.judgement_reason),
        (N_("Judged by"), record.judged_by),
        (N_("Responsible department"), record.department),
    ]
    found = [
        (N_("Responsibility"), paper.word(record.responsibility)),
        (N_("Cause"), paper.word(record.cause)),
    ]
    result = [
        (N_("Measures on those responsible"), case.measures),
        (N_("Summing-up"), case.summary),
        (N_("Effective"), "" if case.effective is None else paper.yes_or_no(case.effective)),
    ]
    body = [
        *paper.what_happened(),
        paper.section(N_("Founded or unfounded"), facts=responsible),
        paper.section(N_("Same batch in stock"), table=_look_ups(paper, cure)),
        paper.section(N_("Findings"), facts=found, table=_findings(paper, cure), room=_ROOM),
        paper.section(N_("Work of the dealer"), table=_dealer_work(paper, cure)),
        paper.section(N_("Proposals side by side"), table=_proposals(paper, cure)),
        paper.section(N_("Allowed by"), table=_approvals(paper, cure)),
        paper.section(N_("Result"), facts=result, room=_ROOM),
    ]
    url = absolute(origin, f"/staff/complaints/{record.reference}")
    sides = [(N_("Investigated by"), record.department), (N_("Supervisor"), "")]
    return paper.render(body, sides, url)


class _Paper(FormSheet):
    """One paper of a case for one reader."""

    def __init__(self, title: str, facts: CaseFormFacts, supplier_name: str, locale: str) -> None:
        super().__init__(locale, facts.page.account_timezone)
        self.title = title
        self.page = facts.page
        self.parties = facts
        self.supplier = _party(facts.supplier, supplier_name)

    def money(self, amount: Money | None) -> str:
        return format_money(amount, self.locale) if amount is not None else ""

    def what_happened(self) -> list[Json]:
        """What the customer said, about which goods, and what they wish (rule C1)."""
        record = self.page.record
        goods = self.table(
            (N_("Item"), N_("Batch"), N_("Quantity")),
            (3, 1, 1),
            [
                (
                    f"{line.sku} {line.description}".strip(),
                    line.batch,
                    f"{format_decimal(line.quantity)} {self.said(unit_label(line.unit))}".strip(),
                )
                for line in self.page.goods
            ],
        )
        wish = " – ".join(part for part in (self.word(self.page.wish), record.wish_note) if part)
        told = [self.section(N_("What happened"), record.description, table=goods)]
        if self.page.kind.is_complaint or wish:
            told.append(self.section(N_("What the customer wishes"), wish, room=1))
        return told

    def render(self, body: list[Json], sides: Sequence[tuple[str, str]], url: str) -> bytes:
        page, record = self.page, self.page.record
        data: dict[str, Json] = {
            **self.frame(self.title, page.reference, self.supplier, url=url),
            "customer": self.sheet.party(_party(self.parties.customer, "")),
            "customer_label": self.said(N_("Customer")),
            "facts": self.sheet.facts(
                [
                    (N_("Number"), page.reference),
                    (N_("Status"), self.word(page.shown_status)),
                    (N_("Kind"), self.word(page.category or page.kind)),
                    (N_("Complained on"), self.day(record.received_at)),
                    (N_("Channel"), self.word(ComplaintChannel(record.channel))),
                    (N_("Happened on"), self.day(record.occurred_on)),
                    (N_("Order"), page.order_reference),
                    (N_("Delivery note"), page.shipment_reference),
                    (N_("Handled by"), page.handled_by),
                ]
            ),
            "heading": record.title,
            "sections": body,
            "signatures": self.sheet.signatures(sides, SIGNED),
        }
        return typeset(_TEMPLATE, data, created=record.updated_at)


def _course(paper: _Paper, page: CustomerComplaint) -> list[Json]:
    """From the judgement to what the customer said, in the customer's words (rules C3-C8)."""
    record = page.record
    judged = paper.word(Judgement(record.judgement)) if record.judgement else ""
    findings = "\n\n".join(finding.text for finding in page.findings)
    standing = [measure for measure in page.measures if measure.refused_at is None]
    decided = [
        (paper.said(measure.measure.label), measure.description, paper.day(measure.ready_on))
        for measure in standing
    ]
    given = [
        (
            paper.day(answer.at),
            answer.name,
            _answered(paper, accepted=answer.accepted),
            answer.reason,
        )
        for answer in page.answers
    ]
    return [
        paper.section(N_("Founded or unfounded"), judged, room=1),
        paper.section(N_("Findings"), findings, room=_ROOM),
        paper.section(
            N_("Measure"),
            table=paper.table(
                (N_("Measure"), N_("What is done"), N_("Carried out by")), (1, 3, 1), decided
            ),
            room=_ROOM,
        ),
        paper.section(N_("Result"), record.told, room=_ROOM),
        paper.section(
            N_("What the customer says to it"),
            table=paper.table(
                (N_("Date"), N_("Name"), N_("Answer"), N_("Reason")), (1, 1, 1, 2), given
            ),
            room=_ROOM,
        ),
    ]


def _answered(paper: _Paper, *, accepted: bool) -> str:
    return paper.said(N_("Confirmed") if accepted else N_("Objected"))


def _look_ups(paper: _Paper, cure: Cure) -> Json:
    return paper.table(
        (N_("Item"), N_("Batch"), N_("In stock"), N_("Sample"), N_("Result"), N_("Tested by")),
        (6, 5, 4, 4, 6, 5),
        [
            (
                each.sku,
                each.batch,
                format_decimal(each.in_stock),
                format_decimal(each.sample_size) if each.sample_size else "",
                " – ".join(part for part in (paper.word(each.result), each.note) if part),
                each.tested_by,
            )
            for each in cure.look_ups
        ],
    )


def _findings(paper: _Paper, cure: Cure) -> Json:
    return paper.table(
        (N_("Date"), N_("Stage"), N_("Finding"), N_("Found by")),
        (4, 5, 15, 4),
        [
            (paper.day(each.found_at), paper.word(each.stage), each.finding, each.found_by)
            for each in cure.findings
        ],
    )


def _dealer_work(paper: _Paper, cure: Cure) -> Json:
    return paper.table(
        (N_("Dealer"), N_("Task"), N_("Due"), N_("Result"), N_("Charged")),
        (5, 10, 4, 10, 4),
        [
            (each.dealer, each.what, paper.day(each.due_on), each.result, paper.money(each.cost))
            for each in cure.dealer_work
        ],
    )


def _proposals(paper: _Paper, cure: Cure) -> Json:
    return paper.table(
        (
            N_("Measure"),
            N_("What is done"),
            N_("Cost"),
            N_("Compensation"),
            N_("Proposed by"),
            N_("Chosen"),
        ),
        (5, 11, 5, 5, 5, 7),
        [_proposal(paper, each) for each in cure.proposals],
    )


def _proposal(paper: _Paper, proposed: Proposed) -> tuple[str, ...]:
    charged = ""
    if proposed.charged_to:
        charged = f"{paper.word(proposed.charged_to)} {paper.money(proposed.charged)}"
    by, absent = proposed.chosen_by, proposed.chosen_for
    who = f"{by} ({absent})" if absent else by
    chosen = [who, proposed.chosen_because] if proposed.chosen_at else []
    compensation = ""
    if proposed.compensation.amount > Decimal(0):
        compensation = f"{paper.money(proposed.compensation)} ({format_decimal(proposed.units)})"
    return (
        paper.word(proposed.measure),
        "\n".join(part for part in (proposed.description, proposed.reasoning) if part),
        "\n".join(part for part in (paper.money(proposed.cost), charged) if part),
        compensation,
        proposed.proposed_by,
        "\n".join(part for part in chosen if part),
    )


def _approvals(paper: _Paper, cure: Cure) -> Json:
    return paper.table(
        (N_("Role"), N_("Because of"), N_("Decided by"), N_("Decision"), N_("Note")),
        (5, 5, 5, 4, 10),
        [
            (
                paper.word(each.role),
                paper.word(each.reason),
                f"{each.decided_by} ({each.decided_for})" if each.decided_for else each.decided_by,
                ""
                if each.approved is None
                else paper.said(N_("Approved") if each.approved else N_("Refused")),
                each.note,
            )
            for proposed in cure.proposals
            for each in proposed.approvals
        ],
    )


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
