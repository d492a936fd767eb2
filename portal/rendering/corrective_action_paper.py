"""The 8D report 纠正和预防措施处理单 as a PDF, its labels in two languages (rule C9).

One report for us, whole; one for a customer, with the own complaint and nothing internal: it is
made of what the customer's login reads. Texts stand as they were written. Rendering blocks for
about 0.1 s; hold no connection meanwhile.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from portal.domain.common.words import N_
from portal.domain.corrective_actions.customer_view import ActionOfCustomer, StepOfCustomer
from portal.domain.corrective_actions.record_page import ActionPage, StepView, reached
from portal.domain.corrective_actions.states import (
    CorrectiveActionStatus,
    RootCause,
    StepKind,
)
from portal.domain.corrective_actions.tables import CorrectiveAction
from portal.rendering.document_parts import Party
from portal.rendering.i18n import translations
from portal.rendering.links import absolute
from portal.rendering.pdf import typeset
from portal.rendering.qr import qr_svg
from portal.rendering.sheet import Json, Sheet

_TITLE = N_("8D report")
_TEMPLATE = "corrective_action.typ"
_NOTHING = N_("Nothing recorded yet.")
_INTERIM = N_("Interim")
_EFFECTIVE, _INEFFECTIVE = N_("effective"), N_("not effective")
_DISCIPLINES = (
    N_("Working team"),
    N_("Problem"),
    N_("Containment"),
    N_("Root cause"),
    N_("Corrective action"),
    N_("Effect"),
    N_("Prevention"),
    N_("Verification"),
)


@dataclass(frozen=True, slots=True)
class _Step:
    """A step on paper; `owner` stays empty where nobody of ours is named."""

    kind: StepKind
    what: str
    due_on: date
    done_at: datetime | None
    result: str
    owner: str = ""


def report_of_staff(
    page: ActionPage, supplier_name: str, *, origin: str, locale: str, timezone: str
) -> bytes:
    """The whole report, with departments, names and every complaint that the reader may see."""
    paper = _Paper(page.record, supplier_name, locale, timezone)
    record = page.record
    complaints = [
        " · ".join(part for part in (each.reference, each.account_name) if part)
        for each in page.complaints
    ]
    paper.facts(
        [
            (N_("Origin"), paper.said(page.origin.label)),
            (N_("Owner department"), page.department),
            (N_("Complaints"), "\n".join(complaints)),
        ]
    )
    team = [(N_("Leader"), page.leader), (N_("Working team"), record.team)]
    verified = page.verified_by
    if page.verified_for:
        verified += paper.said(N_(" (for %(absent)s)")) % {"absent": page.verified_for}
    steps = [_of_staff(step) for step in page.live_steps]
    checked = [(N_("Checked by"), page.checked_by)]
    body = paper.disciplines(team, steps, checked, [(N_("Verified by"), verified)])
    signed = paper.signatures([(N_("Leader"), page.leader), (N_("Verified by"), verified)])
    return paper.render(
        body, signed, absolute(origin, f"/staff/corrective-actions/{page.reference}")
    )


def report_of_customer(
    action: ActionOfCustomer,
    customer_name: str,
    supplier_name: str,
    *,
    origin: str,
    locale: str,
    timezone: str,
) -> bytes:
    """The report for the customer of one complaint: nobody of ours, no other customer."""
    paper = _Paper(action.record, supplier_name, locale, timezone)
    complaint = action.complaint
    paper.facts(
        [
            (N_("Complaint"), f"{complaint.reference} · {complaint.title}"),
            (N_("Customer"), customer_name),
        ]
    )
    steps = [_of_customer(step) for step in action.steps]
    body = paper.disciplines([(N_("Supplier"), supplier_name)], steps, [], [])
    url = absolute(origin, f"/complaints/{complaint.reference}/corrective-action")
    signed = paper.signatures(
        [(N_("For the supplier"), supplier_name), (N_("Confirmed by the customer"), customer_name)]
    )
    return paper.render(body, signed, url)


class _Paper:
    """One report in the reader's language, with a second one under every label."""

    def __init__(
        self, record: CorrectiveAction, supplier_name: str, locale: str, timezone: str
    ) -> None:
        self.record = record
        self.supplier = Party(supplier_name)
        self.sheet = Sheet(locale, timezone)
        self.said = self.sheet.say
        self._other = translations("zh_Hans" if locale == "en" else "en").gettext
        self._facts: list[Json] = self._pairs(
            [
                (N_("Number"), record.reference),
                (N_("Status"), self.said(record.state.label)),
                (N_("Opened on"), self.sheet.day(record.opened_at)),
            ]
        )

    def facts(self, pairs: Iterable[tuple[str, str]]) -> None:
        """What stands in the head, besides number, status and day."""
        self._facts += self._pairs(pairs)

    def label(self, msgid: str) -> Json:
        """A label in both languages."""
        return {"main": self.said(msgid), "sub": self._other(msgid)}

    def signatures(self, sides: Sequence[tuple[str, str]]) -> Json:
        """Room to sign; labels are message ids."""
        blanks = (N_("Authorised signature"), N_("Name"), N_("Date"))
        return {
            "sides": [{"label": self._both(label), "name": name} for label, name in sides],
            "blanks": [self._both(blank) for blank in blanks],
            "seal": self._both(N_("Company seal")),
        }

    def disciplines(
        self,
        team: Iterable[tuple[str, str]],
        steps: Sequence[_Step],
        checked: Iterable[tuple[str, str]],
        verified: Iterable[tuple[str, str]],
    ) -> list[Json]:
        """D1 to D8, each with what is recorded."""
        record, day = self.record, self.sheet.day
        cause = self.said(RootCause(record.cause).label) if record.cause else ""
        effect = ""
        if record.effective is not None:
            effect = self.said(_EFFECTIVE if record.effective else _INEFFECTIVE)
        contents: list[tuple[str, list[Json], Sequence[_Step]]] = [
            ("", self._pairs(team), ()),
            (record.problem, [], ()),
            (record.containment, [], _of_kind(steps, StepKind.CONTAINMENT)),
            (
                "",
                self._pairs(
                    [
                        *((N_("Why?"), why) for why in record.why_chain),
                        (N_("Kind of cause"), cause),
                        (N_("Root cause"), record.root_cause),
                    ]
                ),
                (),
            ),
            ("", [], _of_kind(steps, StepKind.CORRECTIVE)),
            (
                "",
                self._pairs(
                    [
                        (N_("To be checked on"), day(record.check_on)),
                        (N_("Result"), effect),
                        (N_("What was found"), record.check_result),
                        (N_("Checked on"), day(record.checked_at)),
                        *checked,
                    ]
                ),
                (),
            ),
            (record.prevention, [], _of_kind(steps, StepKind.PREVENTIVE)),
            (
                "",
                self._pairs(
                    [
                        (N_("Verified on"), day(record.verified_at)),
                        *verified,
                        (N_("What was learned"), record.closing_note),
                    ]
                ),
                (),
            ),
        ]
        return [
            {
                "number": f"D{place}",
                "label": self.label(label),
                "text": text,
                "facts": facts,
                "steps": [self._step(step) for step in found],
                "empty": "" if text or facts or found else self.said(_NOTHING),
            }
            for place, (label, (text, facts, found)) in enumerate(
                zip(_DISCIPLINES, contents, strict=True), start=1
            )
        ]

    def render(self, body: list[Json], signatures: Json, url: str) -> bytes:
        """The PDF; until it is verified every page says that it is not the last word."""
        is_final = self.record.state is CorrectiveActionStatus.VERIFIED
        frame = self.sheet.frame(
            _TITLE, self.record.reference, self.supplier, mark="" if is_final else _INTERIM
        )
        data: dict[str, Json] = {
            **frame,
            "subtitle": self._other(_TITLE),
            "qr": {"svg": qr_svg(url), "url": url, "alt": url, "caption": ""},
            "heading": self.record.title,
            "facts": self._facts,
            "stages": [
                {"label": self.label(state.label), "day": self.sheet.day(at)}
                for state, at in reached(self.record)
            ],
            "heads": {
                name: self.label(label)
                for name, label in {
                    "what": N_("Step"),
                    "owner": N_("Owner"),
                    "due": N_("Due"),
                    "done": N_("Done on"),
                    "result": N_("Result"),
                }.items()
            },
            "disciplines": body,
            "signatures": signatures,
        }
        return typeset(_TEMPLATE, data, created=self.record.updated_at)

    def _pairs(self, pairs: Iterable[tuple[str, str]]) -> list[Json]:
        return [{"label": self.label(label), "value": value} for label, value in pairs if value]

    def _both(self, msgid: str) -> str:
        main, sub = self.said(msgid), self._other(msgid)
        return main if main == sub else f"{main} {sub}"

    def _step(self, step: _Step) -> Json:
        return {
            "what": step.what,
            "owner": step.owner,
            "due": self.sheet.day(step.due_on),
            "done": self.sheet.day(step.done_at),
            "result": step.result,
        }


def _of_kind(steps: Sequence[_Step], kind: StepKind) -> list[_Step]:
    return [step for step in steps if step.kind is kind]


def _of_staff(step: StepView) -> _Step:
    record = step.record
    return _Step(
        step.kind,
        record.what,
        record.due_on,
        record.done_at,
        record.result,
        f"{step.owner}\n{step.department}",
    )


def _of_customer(step: StepOfCustomer) -> _Step:
    return _Step(step.kind, step.what, step.due_on, step.done_at, step.result)
