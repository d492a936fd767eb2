"""What an open form of a complaint's page offers to choose from, and what it first says."""

from typing import Any

from portal.domain.complaints.colleagues import colleagues_for_complaint
from portal.domain.complaints.cure_view import Cure, LookUp
from portal.domain.complaints.dealers import dealers
from portal.domain.complaints.record_page import ComplaintRecord
from portal.domain.complaints.states import (
    Category,
    Cause,
    ChargedTo,
    ComplaintChannel,
    FindingStage,
    Measure,
    Responsibility,
    SampleResult,
    Satisfaction,
    Severity,
    Wish,
)
from portal.domain.organisation.departments import departments
from portal.staff.choices import choices
from portal.staff.complaints.panels import Panel
from portal.staff.complaints.steps import Case
from portal.web.answers import Answer

# Worded choices by the panel that asks for them and the field that takes them.
_WORDED: dict[Panel, dict[str, Any]] = {
    Panel.SEVERITY: {"severities": Severity},
    Panel.FOUNDED: {"categories": Category},
    Panel.INTO_COMPLAINT: {"categories": Category},
    Panel.SAMPLE: {"results": SampleResult},
    Panel.ANSWER: {"causes": Cause},
    Panel.FINDING: {"stages": FindingStage, "responsibilities": Responsibility, "causes": Cause},
    Panel.PROPOSAL: {"measures": Measure, "charged": ChargedTo},
    Panel.FOLLOW_UP: {"channels": ComplaintChannel, "satisfactions": Satisfaction},
}
# What a proposal comes to where nothing is paid.
_NOTHING = ("compensated_units", "compensation", "charged_amount", "advance_percent")
_MEASURE_OF = {
    Wish.REPAIR: Measure.REPAIR,
    Wish.REPLACEMENT: Measure.REPLACEMENT,
    Wish.REFUND: Measure.CREDIT,
    Wish.REDELIVERY: Measure.REDELIVERY,
}


async def choices_for(
    panel: Panel | None, complaint: ComplaintRecord, case: Case, answer: Answer
) -> dict[str, Any]:
    """The options of the fields of `panel`, by name."""
    if panel is None:
        return {}
    offered: dict[str, Any] = {
        name: choices(words, answer) for name, words in _WORDED.get(panel, {}).items()
    }
    if panel is Panel.FOUNDED:
        offered["departments"] = [(each.id, each.name) for each in await departments()]
    elif panel is Panel.OFFER:
        offered["colleagues"] = await _colleagues(complaint, answer)
    elif panel is Panel.DEALER:
        offered["dealers"] = [
            (each.id, f"{each.name} · {each.region}" if each.region else each.name)
            for each in await dealers()
        ]
    elif panel in {Panel.BATCH, Panel.CALL_BACK}:
        offered["catalogue"] = _items(complaint)
    elif panel is Panel.CHOICE:
        offered["proposals"] = case.chooses
    return offered


def defaults_of(
    panel: Panel | None, about: str, complaint: ComplaintRecord, cure: Cure
) -> dict[str, Any]:
    """What the form of `panel` says before anybody typed."""
    record = complaint.record
    spoke = {"name": record.reported_name}
    first: dict[Panel, dict[str, Any]] = {
        Panel.SEVERITY: {"severity": record.severity},
        Panel.FOUNDED: {"category": record.category, "department": record.department_id},
        Panel.BATCH: _goods(complaint),
        Panel.GOODS_CORRECTED: _line(complaint, about),
        Panel.CALL_BACK: _of_look_up(cure.last_look_up),
        Panel.FINDING: {"stage": FindingStage.FINAL if cure.findings else ""},
        Panel.EXPLANATION: _for_customer(cure),
        Panel.PROPOSAL: _proposal(complaint),
        Panel.CONFIRMATION: spoke,
        Panel.OBJECTION: spoke,
        Panel.SETTLED: spoke,
        Panel.NOT_SETTLED: spoke,
        Panel.SUMMING_UP: {
            "summary": record.summary,
            "measures": record.measures,
            "effective": {True: "yes", False: "no"}.get(record.effective, ""),
        },
        Panel.FOLLOW_UP: {"reached": record.reported_name, "channel": ComplaintChannel.PHONE.value},
    }
    return {"about": about, **(first.get(panel, {}) if panel else {})}


def _goods(complaint: ComplaintRecord) -> dict[str, Any]:
    line = next((line for line in complaint.goods if line.item_id is not None), None)
    return {"item": line.item_id, "batch": line.batch} if line else {}


def _line(complaint: ComplaintRecord, about: str) -> dict[str, Any]:
    line = next((line for line in complaint.goods if str(line.id) == about), None)
    if line is None:
        return {}
    return {"sku": line.sku, "batch": line.batch, "quantity": line.quantity}


def _of_look_up(look_up: LookUp | None) -> dict[str, Any]:
    return {"item": look_up.item_id, "batch": look_up.batch} if look_up else {}


def _for_customer(cure: Cure) -> dict[str, Any]:
    final = cure.final_finding
    return {"told": final.for_customer} if final else {}


def _proposal(complaint: ComplaintRecord) -> dict[str, Any]:
    wish = complaint.record.wish
    measure = _MEASURE_OF.get(Wish(wish)) if wish else None
    nothing = dict.fromkeys(
        ("compensated_units", "compensation", "charged_amount", "advance_percent"), "0"
    )
    return {"measure": measure.value if measure else None, **nothing}


def _items(complaint: ComplaintRecord) -> list[tuple[int, str]]:
    """The items of the catalogue that it is about, each once."""
    return list(
        {
            line.item_id: f"{line.sku} {line.description}".strip()
            for line in complaint.goods
            if line.item_id is not None
        }.items()
    )


async def _colleagues(complaint: ComplaintRecord, answer: Answer) -> list[tuple[int, str]]:
    return [
        (each.id, f"{each.name} · {answer.translated(each.role.label)}")
        for each in await colleagues_for_complaint(complaint.record)
    ]
