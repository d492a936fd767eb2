"""The history of an account file, and who outside the team has read it (rules A5, A6)."""

from litestar import Response, get
from litestar.params import FromPath

from portal.domain.accounts.confidentiality import reads_from_outside
from portal.domain.accounts.phones import REASON_FIELD
from portal.domain.accounts.team import Position
from portal.domain.common.activity import timeline
from portal.domain.common.actor import Audience
from portal.domain.common.permissions import CustomerRole, Permission
from portal.domain.common.words import N_
from portal.domain.onboarding.first_contact import ContactChannel
from portal.staff.accounts import (
    addresses,
    contact_page,
    file_form,
    first_contact,
    prices,
    safety_stock,
)
from portal.staff.accounts.reading import HOME, read_file
from portal.staff.history import Words, told
from portal.web.arguments import AnAnswer, AViewer
from portal.web.guards import requires

WORDS = Words(
    verbs={
        "accounts.opened": N_("File opened"),
        "accounts.edited": N_("File changed"),
        "accounts.team_changed": N_("Team changed"),
        "accounts.contact_added": N_("Contact added"),
        "accounts.contact_edited": N_("Contact changed"),
        "accounts.contact_made_main": N_("Main contact changed"),
        "accounts.contact_archived": N_("Contact taken out of the file"),
        "accounts.contact_restored": N_("Contact put back into the file"),
        "accounts.contact_invited": N_("Contact invited to the portal"),
        "accounts.contact_invited_again": N_("Contact invited again"),
        "accounts.contact_role_changed": N_("Role in the portal changed"),
        "accounts.contact_access_ended": N_("Access to the portal ended"),
        "accounts.address_added": N_("Ship-to address added"),
        "accounts.address_edited": N_("Ship-to address changed"),
        "accounts.address_made_default": N_("Default ship-to address changed"),
        "accounts.address_archived": N_("Ship-to address given up"),
        "accounts.address_restored": N_("Ship-to address offered again"),
        "onboarding.first_contact": N_("First contact recorded"),
        "catalogue.price_agreed": N_("Price agreed"),
        "catalogue.price_changed": N_("Price changed"),
        "catalogue.price_removed": N_("Price removed"),
        "catalogue.safety_stock_held": N_("Safety stock held"),
        "catalogue.safety_stock_changed": N_("Safety stock changed"),
        "catalogue.safety_stock_released": N_("Safety stock released"),
        "catalogue.safety_stock_lent": N_("Safety stock released for another order"),
    },
    labels={
        **contact_page.LABELS,
        **addresses.LABELS,
        **file_form.LABELS,
        **prices.LABELS,
        **safety_stock.LABELS,
        **first_contact.LABELS,
        **{position.value: position.label for position in Position},
        "code": N_("Code"),
        "role": N_("Role"),
        "currency": N_("Currency"),
        "sku": N_("Item number"),
        "covered": N_("Of it in stock"),
        REASON_FIELD: N_("Why both have the number"),
        "phone_also_on": N_("Number also on the file of"),
    },
    choices={**file_form.CHOICES, "role": CustomerRole, "channel": ContactChannel},
    about=("sku", "label", "name"),
    days=frozenset({"first_contact_on", "reached_on", "valid_from", "valid_until"}),
    labels_of={"accounts.contact_edited": contact_page.LABELS},
)


@get(f"{HOME}/{{code:str}}/history", guards=[requires(Permission.READ_ACCOUNTS)])
async def show(code: FromPath[str], viewer: AViewer, answer: AnAnswer) -> Response[str]:
    """What was changed, newest first; for those who see every file also who has read this one."""
    account = await read_file(code, viewer, "/history")
    sees_reads = viewer.actor.may(Permission.READ_ALL_ACCOUNTS)
    entries = await timeline("account", account.id, visible_to=Audience.INTERNAL)
    return answer.page(
        "staff/accounts/history.html",
        title=N_("History of %(name)s"),
        words={"name": account.name},
        section="accounts",
        account=account,
        happenings=told(entries, WORDS),
        sees_reads=sees_reads,
        reads=await reads_from_outside(account.id) if sees_reads else [],
    )


ROUTES = [show]
