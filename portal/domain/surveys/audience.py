"""Whom a campaign asks: contacts of the chosen tiers, each once, nobody too soon (rule S1)."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from portal.database import database_now, fetch
from portal.domain import policy
from portal.domain.accounts.confidentiality import visible_accounts_condition
from portal.domain.common.actor import Actor
from portal.domain.policy.survey_figures import REST_BETWEEN
from portal.domain.surveys.spreading import Place
from portal.domain.surveys.tables import Campaign

# Who signs in reads it in their own language, everybody else in the account's.
PERSON = """LEFT JOIN person p ON p.id = k.person_id AND p.disabled_at IS NULL AND EXISTS (
        SELECT FROM membership m WHERE m.person_id = k.person_id AND m.account_id = k.account_id
            AND m.ended_at IS NULL)"""
# The feedback form of a visit is part of a talk, not a survey that somebody needs a rest from.
LAST_ASKED = """(SELECT max(i.sent_at) FROM survey_invitation i
    JOIN survey_version v ON v.id = i.survey_version_id JOIN survey s ON s.id = v.survey_id
    WHERE i.email = {email} AND i.sent_at IS NOT NULL AND s.occasion <> 'inquiry')"""


@dataclass(frozen=True, slots=True)
class Candidate:
    """A contact who may be asked. `rests_until` is when the rest after the last survey ends."""

    contact_id: int
    account_id: int
    person_id: int | None
    name: str
    email: str
    locale: str
    place: Place
    account_name: str
    rests_until: datetime | None


@dataclass(frozen=True, slots=True)
class Audience:
    """Who is asked, and how many are not: for want of an address, or asked lately."""

    people: Sequence[Candidate]
    without_address: int
    resting: int
    accounts: int


async def audience_of(campaign: Campaign) -> Audience:
    """Whom the campaign would ask now. Those who rest are among `people`: they are asked later."""
    rest = timedelta(days=(await policy.figure(REST_BETWEEN)).value)
    now = await database_now()
    rows = await fetch(
        f"""SELECT k.id, k.account_id, p.id AS person_id, k.name, k.email,
                coalesce(p.locale, a.locale) AS locale, a.timezone, a.branch_id,
                a.name AS account_name, {LAST_ASKED.format(email="k.email")} AS last_asked
            FROM contact k JOIN account a ON a.id = k.account_id {PERSON}
            WHERE a.archived_at IS NULL AND k.archived_at IS NULL
              AND ((a.tier = ANY ($1::text[]) AND (k.is_main OR NOT $2))
                   OR k.id = ANY ($3::bigint[]))
              AND k.id <> ALL ($4::bigint[])
            ORDER BY row_number() OVER (PARTITION BY k.account_id ORDER BY k.is_main DESC, k.id),
                k.account_id""",  # noqa: S608 - constants
        campaign.tiers,
        campaign.main_contacts_only,
        campaign.extra_contacts,
        campaign.left_out,
    )
    found: dict[str, Candidate] = {}
    for row in rows:
        if row["email"]:
            last = row["last_asked"]
            found.setdefault(
                row["email"],
                Candidate(
                    contact_id=row["id"],
                    account_id=row["account_id"],
                    person_id=row["person_id"],
                    name=row["name"],
                    email=row["email"],
                    locale=row["locale"],
                    place=Place(row["branch_id"], row["timezone"]),
                    account_name=row["account_name"],
                    rests_until=last + rest if last and last + rest > now else None,
                ),
            )
    people = list(found.values())
    return Audience(
        people,
        without_address=sum(not row["email"] for row in rows),
        resting=sum(each.rests_until is not None for each in people),
        accounts=len({each.account_id for each in people}),
    )


async def contacts_at(emails: Sequence[str], *, by: Actor) -> dict[str, list[int]]:
    """Contacts by their addresses, of the accounts whose files `by` may see (rule A6)."""
    condition, own = visible_accounts_condition(by, "a.id", place=2)
    rows = await fetch(
        f"""SELECT k.email, k.id FROM contact k JOIN account a ON a.id = k.account_id
            WHERE k.email = ANY ($1::text[]) AND k.archived_at IS NULL AND a.archived_at IS NULL
              AND {condition} ORDER BY k.id""",  # noqa: S608
        list(emails),
        *own,
    )
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row["email"], []).append(row["id"])
    return found


async def named_to(by: Actor, audience: Audience) -> list[Candidate]:
    """Those of `audience` whose account's file `by` may see, in its order (rule A6)."""
    condition, own = visible_accounts_condition(by, "a.id", place=2)
    rows = await fetch(
        f"SELECT a.id FROM account a WHERE a.id = ANY ($1::bigint[]) AND {condition}",  # noqa: S608
        list({each.account_id for each in audience.people}),
        *own,
    )
    seen = {row["id"] for row in rows}
    return [each for each in audience.people if each.account_id in seen]
