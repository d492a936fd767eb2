"""The same form posted twice makes one record: its key names what it made."""

from portal.database import fetch_value


async def made_by(person_id: int, key: str) -> str | None:
    """Where the first post of this form led, or None if this is the first.

    Waits for a first post that is still under way.
    """
    await fetch_value("SELECT pg_advisory_xact_lock(hashtextextended($1, $2))", key, person_id)
    location: str | None = await fetch_value(
        "SELECT location FROM form_key WHERE person_id = $1 AND key = $2", person_id, key
    )
    return location


async def remember(person_id: int, key: str, location: str) -> None:
    """Note in the transaction that made the record where this form led."""
    await fetch_value(
        "INSERT INTO form_key (person_id, key, location) VALUES ($1, $2, $3)",
        person_id,
        key,
        location,
    )


async def forget_old() -> int:
    """Remove keys of forms that nobody sends again after two days (worker). Returns how many."""
    count: int = await fetch_value(
        """WITH gone AS (DELETE FROM form_key WHERE created_at < now() - interval '2 days'
               RETURNING 1)
           SELECT count(*) FROM gone"""
    )
    return count
