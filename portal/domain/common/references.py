"""References that people read out on the phone: unique, never reused, not gapless."""

from typing import Literal

from portal.database import database_now, fetch_value

Prefix = Literal["RFQ", "SO", "DN", "PR", "CP", "CA", "VS", "OP", "MT", "CR", "SU"]
_SEQUENCES = {
    "RFQ": "request_reference",
    "SO": "order_reference",
    "DN": "shipment_reference",
    "PR": "registration_reference",
    "CP": "complaint_reference",
    "CA": "corrective_action_reference",
    "VS": "visit_reference",
    "OP": "opinion_reference",
    "MT": "meeting_reference",
    "CR": "contact_report_reference",
    "SU": "survey_campaign_reference",
}


async def next_reference(prefix: Prefix) -> str:
    """The next one of its kind: `RFQ-2026-00042`. A rolled back number is not used again."""
    number = await fetch_value("SELECT nextval($1::regclass)", _SEQUENCES[prefix])
    return f"{prefix}-{(await database_now()).year}-{number:05d}"
