"""Account files as staff see, find and change them in the browser (rules A1-A6)."""

import re
from typing import Any

import pytest

from portal.domain.common.actor import Actor
from portal.domain.common.permissions import StaffRole
from tests.factories import Account, Factory, unique
from tests.visitor import Visitor, signed_in

HIDDEN = re.compile(r'name="(\w+)" value="([^"]*)"')


@pytest.fixture
async def manager(make: Factory) -> Actor:
    return await make.staff(StaffRole.ACCOUNT_MANAGER)


@pytest.fixture
async def account(make: Factory, manager: Actor) -> Account:
    return await make.account(manager=manager, name=f"杭州恒达机械 {unique('')}")


@pytest.fixture
async def desk(site: Any, make: Factory, manager: Actor) -> Visitor:
    """The account manager's browser."""
    return await signed_in(site, make, manager)


def hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    found = re.search(rf'<input type="hidden" name="{name}" value="([^"]*)"', page)
    assert found, name
    return found[1]


def a_file(account: Account, **fields: str) -> dict[str, str]:
    return {
        "name": account.name,
        "short_name": "恒达",
        "branch_id": str(account.branch_id),
        "first_contact_on": "2026-01-05",
        "tier": "key",
        "key_class": "high_value",
        "key_criteria": "large_orders",
        "kind": "consumer",
        "need_segment": "regular",
        "locale": "zh_Hans",
        "timezone": "Asia/Shanghai",
        "currency": "CNY",
        **fields,
    }


async def test_files_are_found_in_chinese_and_by_code(desk: Visitor, account: Account) -> None:
    token = account.name.split()[-1]
    for text in ("恒达", "机械", account.code):
        page = await desk.get(f"/staff/accounts?q={text} {token}")
        assert page.status_code == 200
        assert f'href="/staff/accounts/{account.code}"' in page.text
    nothing = await desk.get("/staff/accounts?q=nowhere")
    assert "No customer fits these filters." in nothing.text
    assert account.code not in nothing.text


async def test_odd_filters_are_no_error(desk: Visitor) -> None:
    for query in ("tier=x&class=y&branch=z", "branch=" + "9" * 30, "after=none", "before=none"):
        assert (await desk.get(f"/staff/accounts?{query}")).status_code == 200


async def test_a_file_shows_contacts_addresses_and_team(
    desk: Visitor, account: Account, make: Factory, manager: Actor
) -> None:
    buyer = await make.buyer(account)
    page = (await desk.get(f"/staff/accounts/{account.code}")).text
    for text in (account.code, "Plant 1", buyer.name, manager.name, "one contact"):
        assert text in page


async def test_pages_of_a_file_are_read_in_chinese(
    site: Any, make: Factory, account: Account
) -> None:
    leader = await make.staff(StaffRole.GENERAL_MANAGER, locale="zh_Hans")
    visitor = await signed_in(site, make, leader)
    page = (await visitor.get(f"/staff/accounts/{account.code}")).text
    assert 'lang="zh-Hans"' in page
    for text in ("联系人", "收货地址", "大客户依据", "重要"):
        assert text in page


async def test_a_new_file_is_opened_and_gets_its_code(  # rules A1, A2
    desk: Visitor, account: Account
) -> None:
    form = (await desk.get("/staff/accounts/new")).text
    name = f"宁波东港 {unique('')}"
    fields = a_file(account, name=name, city_code="nb", name_code="port")
    fields["_form_key"] = hidden(form, "_form_key")
    opened = await desk.post("/staff/accounts", fields)
    assert opened.status_code == 303
    path = opened.headers["location"]
    assert re.fullmatch(r"/staff/accounts/NB-202601-PORT-\d{3}", path)
    again = await desk.post("/staff/accounts", fields)  # sent twice, made once
    assert again.headers["location"] == path
    assert name in (await desk.get(path)).text


async def test_what_is_wrong_stands_at_its_field_and_nothing_is_lost(
    desk: Visitor, account: Account
) -> None:
    fields = a_file(account, name="", region="华东", first_contact_on="yesterday")
    page = await desk.post(f"/staff/accounts/{account.code}/edit", {**fields, "version": "1"})
    assert page.status_code == 422
    assert "<title>Error:" in page.text
    assert 'href="#field-name"' in page.text
    assert 'href="#field-first_contact_on"' in page.text
    assert 'value="yesterday"' in page.text
    assert 'value="华东"' in page.text


async def test_rules_of_tier_and_class_stand_at_their_field(  # rule A3
    desk: Visitor, account: Account
) -> None:
    fields = a_file(account, tier="general", version="1")
    page = await desk.post(f"/staff/accounts/{account.code}/edit", fields)
    assert page.status_code == 422
    assert 'href="#field-tier"' in page.text


async def test_a_change_is_saved_and_in_the_history(desk: Visitor, account: Account) -> None:  # A5
    saved = await desk.post(
        f"/staff/accounts/{account.code}/edit", a_file(account, region="华东", version="1")
    )
    assert saved.status_code == 303
    page = (await desk.get(f"/staff/accounts/{account.code}/history")).text
    assert "File changed" in page
    assert "华东" in page


async def test_the_second_to_save_sees_both_versions(desk: Visitor, account: Account) -> None:
    path = f"/staff/accounts/{account.code}/edit"
    await desk.post(path, a_file(account, region="North", version="1"))
    page = await desk.post(path, a_file(account, region="South", version="1"))
    assert page.status_code == 409
    assert "Two versions" in page.text
    assert "<title>Two versions" in page.text
    assert "North" in page.text
    assert 'value="South"' in page.text
    assert hidden(page.text, "version") == "2"
    saved = await desk.post(path, a_file(account, region="South", version="2"))
    assert saved.status_code == 303


async def test_a_doubled_phone_asks_for_the_reason(  # rule A5
    desk: Visitor, account: Account, make: Factory
) -> None:
    other = await make.account()
    phone = f"138{unique('')[-8:].replace('x', '4')}11"
    await make.owner.execute("UPDATE account SET phone = $1 WHERE id = $2", phone, other.id)
    path = f"/staff/accounts/{account.code}/edit"
    fields = a_file(account, phone=phone, version="1")
    page = await desk.post(path, fields)
    assert page.status_code == 422
    assert other.code in page.text
    assert 'name="doubled_phone_reason"' in page.text
    saved = await desk.post(path, {**fields, "doubled_phone_reason": "One switchboard"})
    assert saved.status_code == 303
    assert "One switchboard" in (await desk.get(f"/staff/accounts/{account.code}/history")).text


async def test_bank_details_and_code_cannot_be_sent_along(  # rules A2, A5
    desk: Visitor, account: Account, make: Factory
) -> None:
    fields = a_file(account, bank_account="6222", code="XX-1", version="1")
    assert (await desk.post(f"/staff/accounts/{account.code}/edit", fields)).status_code == 303
    row = await make.owner.fetchrow(
        "SELECT code, bank_account FROM account WHERE id=$1", account.id
    )
    assert (row["code"], row["bank_account"]) == (account.code, "")


async def test_a_contact_is_added_invited_and_archived(  # rule A1
    desk: Visitor, account: Account, make: Factory
) -> None:
    base = f"/staff/accounts/{account.code}"
    name, email = unique("Zhang "), f"{unique('zhang')}@customer.example"
    form = (await desk.get(f"{base}/contacts/new")).text
    fields = {"name": name, "email": email, "_form_key": hidden(form, "_form_key")}
    added = await desk.post(f"{base}/contacts", fields)
    assert added.status_code == 303
    path = added.headers["location"]
    assert (await desk.post(f"{base}/contacts", fields)).headers["location"] == path
    assert "Invite to the portal" in (await desk.get(path)).text
    invited = await desk.post(f"{path}/access", {"role": "reader"})
    assert invited.status_code == 303
    page = (await desk.get(path)).text
    assert "Invited" in page
    assert "Send the invitation again" in page
    (event,) = await make.events("person.invited", account.id)
    assert event["account_id"] == account.id
    assert "ends at once" in (await desk.get(f"{path}/archive")).text
    version = hidden((await desk.get(f"{path}/archive")).text, "version")
    assert (await desk.post(f"{path}/archive", {"version": version})).status_code == 303
    file = (await desk.get(base)).text
    assert "1 former contact" in file
    assert (await desk.post(f"{path}/restore")).status_code == 303
    assert "1 former contact" not in (await desk.get(base)).text


async def test_access_is_ended_after_a_question(
    desk: Visitor, account: Account, make: Factory
) -> None:
    buyer = await make.buyer(account)
    contact_id = await make.owner.fetchval(
        "SELECT id FROM contact WHERE person_id = $1", buyer.person_id
    )
    path = f"/staff/accounts/{account.code}/contacts/{contact_id}"
    assert "End the access" in (await desk.get(f"{path}/access/end")).text
    assert (await desk.post(f"{path}/access/end")).status_code == 303
    assert "No access" in (await desk.get(path)).text
    assert (await desk.post(f"{path}/access/end")).status_code == 409


async def test_a_contact_without_address_cannot_be_invited(desk: Visitor, account: Account) -> None:
    base = f"/staff/accounts/{account.code}"
    added = await desk.post(f"{base}/contacts", {"name": "Sun Lei"})
    refused = await desk.post(f"{added.headers['location']}/access", {"role": "buyer"})
    assert refused.status_code == 422
    assert 'href="#field-email"' in refused.text
    assert (
        await desk.post(f"{added.headers['location']}/access", {"role": "king"})
    ).status_code == 422


async def test_two_people_change_a_contact(desk: Visitor, account: Account) -> None:
    base = f"/staff/accounts/{account.code}"
    path = (await desk.post(f"{base}/contacts", {"name": "Sun Lei"})).headers["location"]
    await desk.post(path, {"name": "Sun Lei", "function": "Stores", "version": "1"})
    page = await desk.post(path, {"name": "Sun Lei", "function": "Buying", "version": "1"})
    assert page.status_code == 409
    assert "Stores" in page.text
    assert 'value="Buying"' in page.text
    assert (await desk.post(f"{path}/main", {"version": "1"})).status_code == 409


async def test_an_address_is_added_changed_and_given_up(desk: Visitor, account: Account) -> None:
    base = f"/staff/accounts/{account.code}"
    wrong = await desk.post(f"{base}/addresses", {"label": "", "address": "9 Road"})
    assert wrong.status_code == 422
    assert "9 Road" in wrong.text
    added = await desk.post(
        f"{base}/addresses", {"label": "Site 9", "address": "9 Road", "is_default": "yes"}
    )
    assert added.status_code == 303
    page = (await desk.get(base)).text
    found = re.search(rf'href="({base}/addresses/\d+)">Site 9', page)
    assert found
    path = found[1]
    assert (await desk.get(path)).status_code == 200
    changed = {"label": "Site 10", "address": "10 Road", "version": "1"}
    assert (await desk.post(path, changed)).status_code == 303
    assert (await desk.post(path, {**changed, "label": "Site 11"})).status_code == 409
    assert (await desk.post(f"{path}/archive", {"version": "2"})).status_code == 303
    assert "1 former address" in (await desk.get(base)).text
    assert (await desk.post(f"{path}/restore")).status_code == 303
    assert (await desk.post(f"{path}/default", {"version": "4"})).status_code == 303


async def test_a_team_is_set_without_script(  # rule A21
    desk: Visitor, account: Account, make: Factory, manager: Actor
) -> None:
    backup = await make.staff()
    path = f"/staff/accounts/{account.code}/team"
    shown = (await desk.get(path)).text
    held = {"account_manager": str(manager.staff_member_id), "version": hidden(shown, "version")}
    more = await desk.post(path, {**held, "backups-0-person": "", "_add_backups": "1"})
    assert more.status_code == 200
    assert 'name="backups-1-person"' in more.text
    fewer = await desk.post(
        path, {**held, "backups-0-person": "", "backups-1-person": "", "_remove_backups": "1"}
    )
    assert 'name="backups-1-person"' not in fewer.text
    fields = {**held, "backups-0-person": str(backup.staff_member_id)}
    assert (await desk.post(path, fields)).status_code == 303
    assert backup.name in (await desk.get(f"/staff/accounts/{account.code}")).text
    late = await desk.post(path, {**held, "sales_assistant": str(backup.staff_member_id)})
    assert late.status_code == 409
    assert backup.name in late.text
    gone = await desk.post(path, {**held, "sales_assistant": "999999999", "version": "2"})
    assert gone.status_code == 422
    assert 'href="#field-sales_assistant"' in gone.text


async def test_reads_from_outside_the_team_are_noted_and_shown(  # rule A6
    site: Any, make: Factory, account: Account, desk: Visitor
) -> None:
    leader = await make.staff(StaffRole.GENERAL_MANAGER)
    visitor = await signed_in(site, make, leader)
    await desk.get(f"/staff/accounts/{account.code}")
    await visitor.get(f"/staff/accounts/{account.code}")
    await visitor.get(f"/staff/accounts/{account.code}/prices")
    reads = await make.owner.fetch(
        "SELECT person_id, path FROM file_read WHERE account_id = $1 ORDER BY id", account.id
    )
    assert [(row["person_id"], row["path"]) for row in reads] == [
        (leader.person_id, f"/staff/accounts/{account.code}"),
        (leader.person_id, f"/staff/accounts/{account.code}/prices"),
    ]
    assert leader.name in (await visitor.get(f"/staff/accounts/{account.code}/history")).text
    assert leader.name not in (await desk.get(f"/staff/accounts/{account.code}/history")).text


PAGES = [
    "",
    "/edit",
    "/contacts/new",
    "/contacts/1",
    "/contacts/1/archive",
    "/contacts/1/access/end",
    "/addresses/new",
    "/addresses/1",
    "/team",
    "/prices",
    "/prices/new",
    "/prices/1",
    "/prices/1/remove",
    "/safety-stock/new",
    "/safety-stock/1",
    "/history",
]
POSTS = [
    "/edit",
    "/contacts",
    "/contacts/1",
    "/contacts/1/main",
    "/contacts/1/archive",
    "/contacts/1/restore",
    "/contacts/1/access",
    "/contacts/1/access/end",
    "/addresses",
    "/addresses/1",
    "/addresses/1/default",
    "/addresses/1/archive",
    "/addresses/1/restore",
    "/team",
    "/prices",
    "/prices/1",
    "/prices/1/remove",
    "/safety-stock",
    "/safety-stock/1",
    "/safety-stock/1/release",
]
STRANGERS = (StaffRole.ACCOUNT_MANAGER, StaffRole.SALES_REPRESENTATIVE)


@pytest.mark.parametrize("role", STRANGERS)
async def test_a_foreign_file_is_the_same_as_none(  # rule A6
    site: Any, make: Factory, account: Account, role: StaffRole
) -> None:
    visitor = await signed_in(site, make, await make.staff(role))
    before = await make.owner.fetchval("SELECT count(*) FROM activity")
    for method, pages in ((visitor.get, PAGES), (visitor.post, POSTS)):
        for page in pages:
            foreign = await method(f"/staff/accounts/{account.code}{page}")
            unknown = await method(f"/staff/accounts/HZ-202601-NOBODY-999{page}")
            assert foreign.status_code == unknown.status_code
            assert foreign.status_code in {403, 404}, page
            assert account.name not in foreign.text
    listed = await visitor.get(f"/staff/accounts?q={account.code}")
    assert account.name not in listed.text
    hint = await visitor.get(f"/staff/accounts/suggestions?parent={account.code}")
    assert account.name not in hint.text
    assert await make.owner.fetchval("SELECT count(*) FROM activity") == before


@pytest.mark.parametrize("number", ["0", "999999999", "99999999999999999999999", "-1", "x"])
async def test_a_part_that_is_not_there_is_a_404(
    site: Any, make: Factory, account: Account, number: str
) -> None:
    visitor = await signed_in(site, make, await make.staff(StaffRole.SALES_SUPERVISOR))
    for part in ("contacts", "addresses", "prices", "safety-stock"):
        path = f"/staff/accounts/{account.code}/{part}/{number}"
        assert (await visitor.get(path)).status_code == 404
        assert (await visitor.post(path)).status_code in {404, 405}


async def test_parts_of_another_file_are_not_there(
    site: Any, make: Factory, account: Account
) -> None:
    visitor = await signed_in(site, make, await make.staff(StaffRole.SALES_SUPERVISOR))
    other = await make.account()
    path = f"/staff/accounts/{account.code}/addresses/{other.ship_to_id}"
    assert (await visitor.get(path)).status_code == 404
    assert (await visitor.post(path, {"label": "x", "address": "y"})).status_code == 404


async def test_readers_of_the_team_see_no_way_to_change(
    site: Any, make: Factory, manager: Actor
) -> None:
    representative = await make.staff(StaffRole.SALES_REPRESENTATIVE)
    account = await make.account(manager=manager, representative=representative)
    visitor = await signed_in(site, make, representative)
    page = (await visitor.get(f"/staff/accounts/{account.code}")).text
    for path in ("/edit", "/team", "/contacts/new"):
        assert f"{account.code}{path}" not in page
        assert (await visitor.get(f"/staff/accounts/{account.code}{path}")).status_code == 403
    assert (await visitor.get(f"/staff/accounts/{account.code}/prices")).status_code == 200


async def test_suggestions_are_options_for_script_and_a_list_without(
    site: Any, make: Factory, account: Account, manager: Actor
) -> None:
    path = f"/staff/accounts/suggestions?parent={account.code}"
    plain = await (await signed_in(site, make, manager)).get(path)
    assert plain.headers["location"] == f"/staff/accounts?q={account.code}"
    quick = await (await signed_in(site, make, manager, htmx=True)).get(path)
    assert quick.text.strip() == f'<option value="{account.code}">{account.name}</option>'


async def test_control_characters_in_a_form_are_no_failure(desk: Visitor, account: Account) -> None:
    base = f"/staff/accounts/{account.code}"
    answer = await desk.post(f"{base}/contacts", {"name": "Sun\x00 Lei", "note": "a\x00b"})
    assert answer.status_code in {303, 422}
