"""What staff see of items when they price a quote: names, taxes, this account's prices."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from portal.database import fetch
from portal.domain import policy
from portal.domain.policy.figures import QUOTE_TAX_RATE
from portal.domain.quotes.account_facts import AccountFacts
from portal.domain.quotes.pricing import HUNDRED
from portal.domain.quotes.revision_facts import OfferedItem


async def offered_by_sku(
    skus: Collection[str], account: AccountFacts, *, on: date
) -> Mapping[str, OfferedItem]:
    """Items on sale by their number in capitals, priced for the account on a day of its place."""
    typed = {sku.strip() for sku in skus} - {""}
    wanted = sorted(typed | {sku.upper() for sku in typed})
    items = await _offered("i.sku = ANY($1::text[]) AND i.archived_at IS NULL", wanted, account, on)
    return {item.sku.upper(): item for item in items}


async def offered_by_id(
    ids: Collection[int], account: AccountFacts, *, on: date
) -> Mapping[int, OfferedItem]:
    """Items by id, those no longer on sale too, priced for the account on a day of its place."""
    items = await _offered("i.id = ANY($1::bigint[])", sorted(ids), account, on)
    return {item.id: item for item in items}


async def usual_tax_rate(scope: policy.Scope = policy.COMPANY) -> Decimal:
    """At what lines are taxed that are not in the catalogue, as a fraction: 0.13 is 13 %."""
    return (await policy.figure(QUOTE_TAX_RATE, scope=scope)).value / HUNDRED


async def _offered(
    which: str, wanted: list[str] | list[int], account: AccountFacts, on: date
) -> list[OfferedItem]:
    if not wanted:
        return []
    rows = await fetch(
        f"""SELECT i.id, i.sku, i.name_{account.locale.lower()} AS name, i.unit, i.tax_rate,
                CASE WHEN i.currency = $2 THEN i.list_price END AS list_price,
                own.unit_price AS account_price
            FROM item i LEFT JOIN LATERAL (
                SELECT unit_price FROM account_price p
                WHERE p.account_id = $3 AND p.item_id = i.id AND p.currency = $2
                  AND $4::date BETWEEN p.valid_from AND coalesce(p.valid_until, 'infinity')
                ORDER BY p.valid_from DESC LIMIT 1) AS own ON true
            WHERE {which}""",  # noqa: S608 - constants, and one of three locales
        wanted,
        account.currency,
        account.id,
        on,
    )
    return [OfferedItem(**dict(row)) for row in rows]
