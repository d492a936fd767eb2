"""One table: which role may do what. Every route carries one of these or says that it is public."""

from collections.abc import Mapping
from enum import StrEnum

from portal.domain.common.words import N_, Worded


class StaffRole(Worded):
    """The rulebook's posts mapped to a short list that a company renames (rules J1, J2, J3)."""

    SALES_REPRESENTATIVE = "sales_representative", N_("Sales representative")
    SALES_ASSISTANT = "sales_assistant", N_("Sales assistant")
    ACCOUNT_MANAGER = "account_manager", N_("Account manager")
    SALES_SUPERVISOR = "sales_supervisor", N_("Sales supervisor")
    AFTER_SALES = "after_sales", N_("After-sales")
    WAREHOUSE = "warehouse", N_("Warehouse")
    FINANCE = "finance", N_("Finance")
    DUTY_MANAGER = "duty_manager", N_("Duty manager")
    GENERAL_MANAGER = "general_manager", N_("General manager")
    MANAGEMENT_REPRESENTATIVE = "management_representative", N_("Management representative")
    ADMINISTRATOR = "administrator", N_("Administrator")


class CustomerRole(Worded):
    """What a person of a customer may do for one account (rule J4)."""

    BUYER = "buyer", N_("Buyer")
    READER = "reader", N_("Reader")


class Permission(StrEnum):
    # Everybody who is signed in
    USE_OWN_SETTINGS = "use_own_settings"
    # Customers
    READ_OWN_QUOTES = "read_own_quotes"
    REQUEST_QUOTE = "request_quote"
    ANSWER_QUOTE = "answer_quote"
    WRITE_MESSAGE = "write_message"
    READ_OWN_ORDERS = "read_own_orders"
    PLACE_ORDER = "place_order"
    CANCEL_OWN_ORDER = "cancel_own_order"
    # Staff
    READ_WORKLIST = "read_worklist"
    READ_QUOTES = "read_quotes"
    WORK_ON_QUOTES = "work_on_quotes"
    APPROVE_QUOTES = "approve_quotes"
    READ_ORDERS = "read_orders"
    READ_ALL_ORDERS = "read_all_orders"
    WORK_ON_ORDERS = "work_on_orders"
    CONFIRM_ORDERS = "confirm_orders"
    GUARANTEE_PAYMENT = "guarantee_payment"
    SUPERVISE_ORDERS = "supervise_orders"
    RECORD_PAYMENTS = "record_payments"
    REQUEST_CREDIT = "request_credit"
    APPROVE_CREDIT = "approve_credit"
    WORK_IN_WAREHOUSE = "work_in_warehouse"
    READ_STOCK = "read_stock"
    ADJUST_STOCK = "adjust_stock"
    REGISTER_PROJECTS = "register_projects"
    SIGN_REGISTRATIONS = "sign_registrations"
    READ_ACCOUNTS = "read_accounts"
    READ_ALL_ACCOUNTS = "read_all_accounts"
    EDIT_ACCOUNTS = "edit_accounts"
    INVITE_CONTACTS = "invite_contacts"
    READ_CATALOGUE = "read_catalogue"
    EDIT_CATALOGUE = "edit_catalogue"
    READ_POLICY = "read_policy"
    EDIT_POLICY = "edit_policy"
    READ_STAFF = "read_staff"
    EDIT_STAFF = "edit_staff"
    OPERATE = "operate"


_EVERY_STAFF = frozenset(
    {
        Permission.USE_OWN_SETTINGS,
        Permission.READ_WORKLIST,
        Permission.READ_QUOTES,
        Permission.READ_ORDERS,
        Permission.READ_ACCOUNTS,
        Permission.READ_CATALOGUE,
        Permission.READ_STAFF,
        Permission.READ_STOCK,
    }
)
_SALES = _EVERY_STAFF | {
    Permission.WORK_ON_QUOTES,
    Permission.WORK_ON_ORDERS,
    Permission.REQUEST_CREDIT,
    Permission.REGISTER_PROJECTS,
}
# O1, O9: phone orders are confirmed and late payments vouched for by the sales representative.
_REPRESENTS = frozenset({Permission.CONFIRM_ORDERS, Permission.GUARANTEE_PAYMENT})
# A6: those with a stated role see every file; the others see the files of their team and line.
_LEADERS = frozenset({Permission.READ_ALL_ACCOUNTS, Permission.READ_POLICY})

GRANTS: Mapping[StaffRole | CustomerRole, frozenset[Permission]] = {
    StaffRole.SALES_REPRESENTATIVE: _SALES | _REPRESENTS,
    StaffRole.SALES_ASSISTANT: _SALES,
    StaffRole.ACCOUNT_MANAGER: _SALES | {Permission.EDIT_ACCOUNTS, Permission.INVITE_CONTACTS},
    StaffRole.SALES_SUPERVISOR: _SALES
    | _LEADERS
    | _REPRESENTS
    | {
        Permission.APPROVE_QUOTES,
        Permission.SUPERVISE_ORDERS,
        Permission.EDIT_ACCOUNTS,
        Permission.INVITE_CONTACTS,
        Permission.EDIT_CATALOGUE,
    },
    StaffRole.AFTER_SALES: _EVERY_STAFF,
    StaffRole.WAREHOUSE: (_EVERY_STAFF - {Permission.READ_QUOTES})
    | {Permission.WORK_IN_WAREHOUSE, Permission.READ_ALL_ORDERS},
    StaffRole.FINANCE: _EVERY_STAFF | {Permission.RECORD_PAYMENTS, Permission.READ_ALL_ORDERS},
    StaffRole.DUTY_MANAGER: _EVERY_STAFF
    | _LEADERS
    | {
        Permission.SUPERVISE_ORDERS,
        Permission.ADJUST_STOCK,
        Permission.APPROVE_CREDIT,
        Permission.SIGN_REGISTRATIONS,
    },
    StaffRole.GENERAL_MANAGER: _EVERY_STAFF
    | _LEADERS
    | {
        Permission.APPROVE_QUOTES,
        Permission.SUPERVISE_ORDERS,
        Permission.APPROVE_CREDIT,
        Permission.EDIT_POLICY,
    },
    StaffRole.MANAGEMENT_REPRESENTATIVE: _EVERY_STAFF | _LEADERS,
    StaffRole.ADMINISTRATOR: _EVERY_STAFF
    | _LEADERS
    | {
        Permission.EDIT_ACCOUNTS,
        Permission.INVITE_CONTACTS,
        Permission.EDIT_CATALOGUE,
        Permission.EDIT_STAFF,
        Permission.EDIT_POLICY,
        Permission.OPERATE,
    },
    CustomerRole.BUYER: frozenset(
        {
            Permission.USE_OWN_SETTINGS,
            Permission.READ_OWN_QUOTES,
            Permission.REQUEST_QUOTE,
            Permission.ANSWER_QUOTE,
            Permission.WRITE_MESSAGE,
            Permission.READ_OWN_ORDERS,
            Permission.PLACE_ORDER,
            Permission.CANCEL_OWN_ORDER,
        }
    ),
    CustomerRole.READER: frozenset(
        {
            Permission.USE_OWN_SETTINGS,
            Permission.READ_OWN_QUOTES,
            Permission.READ_OWN_ORDERS,
        }
    ),
}


def allowed(role: StaffRole | CustomerRole, permission: Permission) -> bool:
    """Whether `role` carries `permission`."""
    return permission in GRANTS[role]
