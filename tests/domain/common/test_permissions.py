"""Who may what: the rulebook's posts as the portal's short list of roles."""

from portal.domain.common.permissions import (
    GRANTS,
    CustomerRole,
    Permission,
    StaffRole,
    allowed,
)

SALES = (
    StaffRole.SALES_REPRESENTATIVE,
    StaffRole.SALES_ASSISTANT,
    StaffRole.ACCOUNT_MANAGER,
    StaffRole.SALES_SUPERVISOR,
)


def test_every_role_of_both_sides_is_granted_something() -> None:
    assert set(GRANTS) == {*StaffRole, *CustomerRole}
    assert all(GRANTS.values())


def test_the_customer_side_of_the_house_works_on_quotes() -> None:  # rule J1
    for role in StaffRole:
        assert allowed(role, Permission.WORK_ON_QUOTES) == (role in SALES)


def test_those_behind_it_read_orders_and_price_nothing() -> None:  # rule J2
    for role in (StaffRole.AFTER_SALES, StaffRole.WAREHOUSE, StaffRole.FINANCE):
        assert allowed(role, Permission.READ_ORDERS)
        assert not allowed(role, Permission.WORK_ON_QUOTES)
        assert not allowed(role, Permission.READ_ALL_ACCOUNTS)
    assert not allowed(StaffRole.WAREHOUSE, Permission.READ_QUOTES)


def test_those_above_it_see_every_account_and_approve() -> None:  # rule J3
    above = (
        StaffRole.SALES_SUPERVISOR,
        StaffRole.DUTY_MANAGER,
        StaffRole.GENERAL_MANAGER,
        StaffRole.MANAGEMENT_REPRESENTATIVE,
    )
    assert all(allowed(role, Permission.READ_ALL_ACCOUNTS) for role in above)
    approvers = {role for role in StaffRole if allowed(role, Permission.APPROVE_QUOTES)}
    assert approvers == {StaffRole.SALES_SUPERVISOR, StaffRole.GENERAL_MANAGER}


def test_a_customers_reader_looks_and_does_nothing() -> None:  # rule J4
    acting = {Permission.REQUEST_QUOTE, Permission.ANSWER_QUOTE, Permission.WRITE_MESSAGE}
    assert acting <= GRANTS[CustomerRole.BUYER]
    assert not acting & GRANTS[CustomerRole.READER]
