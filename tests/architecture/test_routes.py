"""What a new route forgets fails here."""

from portal.domain.common.permissions import GRANTS, CustomerRole, Permission, StaffRole
from tests.architecture.routes import Route, all_routes


def own_routes() -> list[Route]:
    return [route for route in all_routes() if route.handler.fn.__module__.startswith("portal.")]


def test_every_route_carries_a_permission_or_is_public() -> None:
    routes = own_routes()
    assert len(routes) > 20
    for route in routes:
        assert route.is_public != (route.permission is not None), str(route)


def test_every_handler_says_what_it_does() -> None:
    assert [str(route) for route in own_routes() if not route.handler.fn.__doc__] == []


def test_staff_and_customers_share_no_permission_but_their_own_settings() -> None:
    staff = frozenset().union(*(GRANTS[role] for role in StaffRole))
    customers = frozenset().union(*(GRANTS[role] for role in CustomerRole))
    assert staff & customers == {Permission.USE_OWN_SETTINGS}


def test_routes_of_a_portal_ask_for_permissions_of_its_side() -> None:
    staff = frozenset().union(*(GRANTS[role] for role in StaffRole))
    customers = frozenset().union(*(GRANTS[role] for role in CustomerRole))
    for route in own_routes():
        if route.permission is not None:
            assert route.permission in (staff if route.is_staff else customers), str(route)


def test_every_permission_is_used_or_leads_somewhere() -> None:
    asked = {route.permission for route in own_routes()}
    asked_by_rules = {
        Permission.READ_ALL_ACCOUNTS,
        Permission.READ_ALL_ORDERS,
        Permission.APPROVE_QUOTES,
        Permission.READ_ALL_COMPLAINTS,
        # Whoever has a complaint may work on it (rule C14), and deputies decide for who is away.
        Permission.WORK_ON_COMPLAINTS,
        Permission.APPROVE_COMPENSATION,
        Permission.CHOOSE_PROPOSALS,
        Permission.VERIFY_CORRECTIVE_ACTIONS,
        Permission.READ_ALL_VISITS,
    }
    assert set(Permission) - asked - asked_by_rules == set()


def test_no_signed_in_route_is_cached() -> None:
    for route in own_routes():
        assert not route.handler.cache, str(route)


def test_reading_routes_are_get_and_changing_routes_are_post() -> None:
    assert {route.method for route in own_routes()} <= {"GET", "POST"}
