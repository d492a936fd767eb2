"""The feedback form of a visit, sent or typed in from paper (rule V4)."""

import re
from typing import Any

from tests.factories import Factory, unique
from tests.scenarios import cast_of
from tests.visit_scenarios import planned_visit
from tests.visitor import signed_in


async def asked_for(page: str) -> dict[str, str]:
    """An answer to each question that has marks: the last of them."""
    return dict(re.findall(r'type="radio"[^>]* name="(q-[\w-]+)" value="([\w-]+)"', page))


async def test_a_form_on_paper_is_typed_in_and_counts(site: Any, make: Factory) -> None:
    cast = await cast_of(make)
    contact = await make.insert("contact", account_id=cast.account.id, name=unique("Li "), email="")
    visited = await planned_visit(make, cast)
    visitor = await signed_in(site, make, cast.manager)
    own = f"/staff/visits/{visited.reference}"
    assert f"{own}/inquiry" in (await visitor.get(own)).text
    page = await visitor.get(f"{own}/inquiry")
    assert page.status_code == 200
    answers = await asked_for(page.text)
    assert answers
    other = await visitor.post(
        f"{own}/inquiry", {**answers, "contact": str(contact), "_language": "zh_Hans"}
    )
    assert other.status_code == 200
    assert f'value="{contact}" selected' in other.text
    assert other.text.count(" checked") == len(answers)
    nobody = await visitor.post(f"{own}/inquiry", {**answers, "contact": "1x"})
    assert nobody.status_code == 422
    assert 'href="#field-contact"' in nobody.text
    assert nobody.text.count(" checked") == len(answers)
    kept = await visitor.post(
        f"{own}/inquiry", {**answers, "contact": str(contact), "language": "zh_Hans"}
    )
    assert kept.headers["location"] == own, kept.text
    row = await make.owner.fetchrow(
        "SELECT * FROM survey_response WHERE account_id = $1", cast.account.id
    )
    assert (row["channel"], row["locale"], row["contact_id"]) == ("paper", "zh_Hans", contact)
    assert row["taken_by"] == cast.manager.person_id
    returned = await make.owner.fetchval(
        "SELECT inquiry_returned_at FROM visit WHERE reference = $1", visited.reference
    )
    assert returned is not None
    assert "has answered." in (await visitor.get(f"{own}/inquiry")).text


async def test_it_is_sent_instead_and_may_still_come_back_on_paper(
    site: Any, make: Factory
) -> None:
    cast = await cast_of(make)
    name = unique("Li ")
    contact = await make.insert(
        "contact", account_id=cast.account.id, name=name, email=f"{unique('li')}@customer.example"
    )
    visited = await planned_visit(make, cast)
    visitor = await signed_in(site, make, cast.manager)
    own = f"/staff/visits/{visited.reference}/inquiry"
    await visitor.get(own)
    sent = await visitor.post(own, {"contact": str(contact), "_send": "yes"})
    assert sent.headers["location"] == own
    page = (await visitor.get(own)).text
    assert f"It went to {name}." in page
    assert 'name="contact"' not in page
    assert (await visitor.post(own, await asked_for(page))).status_code == 303
    stranger = await signed_in(site, make, (await cast_of(make)).manager)
    assert (await stranger.get(own)).status_code == 404
    assert (await stranger.post(own, {"contact": str(contact)})).status_code == 404
