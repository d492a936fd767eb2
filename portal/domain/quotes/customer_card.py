"""What staff see of the customer beside a request: who they are to us, whom to call, who of us."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

from portal.database import fetch_value
from portal.domain.accounts.classification import KeyClass, Tier
from portal.domain.accounts.team import Position
from portal.domain.common.errors import NotFound
from portal.domain.common.payment_terms import PaymentTerms


@dataclass(frozen=True, slots=True)
class CardContact:
    """The customer's main contact. `function` is what they do there."""

    name: str
    function: str
    phone: str
    email: str


@dataclass(frozen=True, slots=True)
class CardMember:
    """Somebody of ours on the account's team."""

    position: Position
    staff_member_id: int
    name: str
    phone: str


@dataclass(frozen=True, slots=True)
class CustomerCard:
    """`key_class` and `contact` are None where there is none; the team is in its usual order."""

    tier: Tier
    key_class: KeyClass | None
    currency: str
    payment_terms: PaymentTerms
    contact: CardContact | None
    team: Sequence[CardMember]

    def has(self, staff_member_id: int | None) -> bool:
        """Whether this member of staff is on the account's team (rule A6)."""
        return any(member.staff_member_id == staff_member_id for member in self.team)


_CONTACT = """(SELECT row_to_json(c) FROM (
    SELECT name, function, phone, email FROM contact
    WHERE account_id = a.id AND archived_at IS NULL ORDER BY is_main DESC, id LIMIT 1) AS c)"""
_TEAM = """(SELECT coalesce(json_agg(m), '[]') FROM (
    SELECT t.position, s.id AS staff_member_id, p.name, p.phone
    FROM team_member t JOIN staff_member s ON s.id = t.staff_member_id
    JOIN person p ON p.id = s.person_id
    WHERE t.account_id = a.id AND p.disabled_at IS NULL ORDER BY p.name, s.id) AS m)"""


# The card of `account a` as a column of a statement that is asked anyway, for `card_of`.
CARD = f"""(SELECT row_to_json(card) FROM (SELECT a.tier, a.key_class, a.currency, a.payment_terms,
    {_CONTACT} AS contact, {_TEAM} AS team) AS card) AS card_json"""  # noqa: S608 - constants


async def customer_card(account_id: int) -> CustomerCard:
    """The card of an account whose record was loaded through the viewer. Raises `NotFound`."""
    card = await fetch_value(f"SELECT {CARD} FROM account a WHERE a.id = $1", account_id)  # noqa: S608
    if card is None:
        raise NotFound
    return card_of(card)


def card_of(text: str) -> CustomerCard:
    """The card that a statement with the column `CARD` has read. For staff alone."""
    row = json.loads(text)
    contact, order = row["contact"], list(Position)
    team = [
        CardMember(**{**member, "position": Position(member["position"])}) for member in row["team"]
    ]
    return CustomerCard(
        tier=Tier(row["tier"]),
        key_class=KeyClass(row["key_class"]) if row["key_class"] else None,
        currency=row["currency"],
        payment_terms=PaymentTerms(row["payment_terms"]),
        contact=CardContact(**contact) if contact else None,
        team=sorted(team, key=lambda member: order.index(member.position)),
    )
