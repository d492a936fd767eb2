"""What the papers of a complaint say: the form for both sides, the investigation for staff.

Load the facts in a short unit of work and render outside of any. The form is made of what the
customer reads, whoever asks for it, so that nothing of ours gets onto it (rules C1, C8).
"""

from dataclasses import dataclass

from portal.database import fetch_row
from portal.domain.accounts.confidentiality import may_see
from portal.domain.common.actor import Actor
from portal.domain.common.errors import NotFound
from portal.domain.common.permissions import Permission
from portal.domain.complaints.cure_page import cure_of
from portal.domain.complaints.cure_view import Cure
from portal.domain.complaints.page_view import CustomerComplaint, customer_complaint
from portal.domain.complaints.record_page import ComplaintRecord, complaint_record
from portal.domain.quotes.document import PartyFacts
from portal.domain.quotes.progress import require

_CLOSED_FILE = {"address": "", "phone": "", "tax_number": ""}


@dataclass(frozen=True, slots=True)
class CaseFormFacts:
    """The form of a case and both parties; `supplier.name` is the branch's.

    `locale` is the account's language, for what is sent to the customer.
    """

    page: CustomerComplaint
    supplier: PartyFacts
    customer: PartyFacts
    locale: str


@dataclass(frozen=True, slots=True)
class InvestigationFacts:
    """All that was found out and decided: not for customers."""

    form: CaseFormFacts
    record: ComplaintRecord
    cure: Cure


async def case_form_facts(reference: str, *, by: Actor) -> CaseFormFacts:
    """The facts of the form 客户投诉处理单, of the lighter kinds 客户反馈信息表 (rules C1, C15).

    Whoever of us only has the case reads who called, not what the account's file says: its address,
    telephone and tax number (rule A6). Raises `NotFound` for unknown and foreign references alike.
    """
    require(by, Permission.READ_OWN_COMPLAINTS, Permission.READ_COMPLAINTS)
    page = await customer_complaint(reference, by=by)
    row = await fetch_row(
        """SELECT b.name AS branch_name, b.address AS branch_address, b.phone AS branch_phone,
               a.name, a.address, a.phone, a.tax_number, a.locale, c.phone AS their_phone,
               c.email AS their_email
           FROM account a JOIN branch b ON b.id = a.branch_id
           LEFT JOIN LATERAL (
               SELECT phone, email FROM contact
               WHERE account_id = a.id AND (id = $2 OR person_id = $3) ORDER BY id LIMIT 1
           ) AS c ON true
           WHERE a.id = $1""",
        page.record.account_id,
        page.record.contact_id,
        page.record.reported_by,
    )
    if row is None:
        raise NotFound
    of_file = row if await _reads_the_file(page.record.account_id, by) else _CLOSED_FILE
    return CaseFormFacts(
        page=page,
        supplier=PartyFacts(
            row["branch_name"],
            row["branch_address"],
            page.handled_by,
            row["branch_phone"],
            "",
        ),
        customer=PartyFacts(
            row["name"],
            of_file["address"],
            page.record.reported_name,
            row["their_phone"] or of_file["phone"],
            row["their_email"] or "",
            of_file["tax_number"],
        ),
        locale=row["locale"],
    )


async def _reads_the_file(account_id: int, by: Actor) -> bool:
    """Customers their own; of us who handles every complaint, and who may see the file (A6)."""
    return by.may(Permission.READ_ALL_COMPLAINTS) or await may_see(account_id, by)


async def investigation_facts(reference: str, *, by: Actor) -> InvestigationFacts:
    """The facts of the investigation 客户投诉调查处理表 (rules C3-C8). Raises `NotFound`."""
    require(by, Permission.READ_COMPLAINTS)
    form = await case_form_facts(reference, by=by)
    return InvestigationFacts(
        form=form,
        record=await complaint_record(reference, by=by),
        cure=await cure_of(form.page.record),
    )
