"""Staff read beside a promise which steps it led to; customers read that it was late (C10)."""

from typing import Any

from tests.domain.notices.happenings import tell
from tests.domain.orders.test_order_thread import write
from tests.domain.service_levels.test_escalation import swept
from tests.factories import Factory
from tests.order_scenarios import phone_order
from tests.scenarios import Cast, filed_request
from tests.visitor import signed_in


async def breaks(make: Factory, cast: Cast, reference: str) -> None:
    """The open promises of a record were due an hour ago, and everybody has been told."""
    await make.owner.execute(
        """UPDATE target SET opened_at = now() - interval '9 hours', due_at = now() - interval '1h',
               warn_at = now() - interval '5 hours'
           WHERE reference = $1""",
        reference,
    )
    await swept(await make.owner.fetchval("SELECT now()"))
    events = await make.owner.fetch(
        "SELECT id FROM outbox WHERE account_id = $1 AND kind LIKE 'target.%'", cast.account.id
    )
    for event in events:
        await tell(event["id"])


async def test_both_records_show_the_steps_to_staff_and_lateness_to_the_customer(
    site: Any, make: Factory
) -> None:
    filed = await filed_request(make)
    ordered = await phone_order(make)
    await write(ordered, ordered.cast.buyer)
    for cast, path in (
        (filed.cast, f"/quotes/{filed.reference}"),
        (ordered.cast, f"/orders/{ordered.reference}"),
    ):
        clerk = await signed_in(site, make, cast.representative)
        assert "Escalation" not in (await clerk.get(f"/staff{path}")).text
        await breaks(make, cast, path.rpartition("/")[2])
        page = (await clerk.get(f"/staff{path}")).text
        for said in ("Escalation", "Missed", "supervisor", cast.supervisor.name):
            assert said in page, (path, said)
        assert "The department head is told on" in page
        head = (await clerk.get(f"/staff{path}/fragments/head", **{"HX-Request": "true"})).text
        assert "Escalation" in head
        buyer = await signed_in(site, make, cast.buyer)
        theirs = (await buyer.get(path)).text
        assert "Late" in theirs or "late" in theirs
        for kept in ("Escalation", "department head", cast.supervisor.name):
            assert kept not in theirs, (path, kept)
