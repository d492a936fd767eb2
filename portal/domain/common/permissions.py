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
    SERVICE_SUPERVISOR = "service_supervisor", N_("Service supervisor")
    QUALITY_INSPECTION = "quality_inspection", N_("Quality inspection")
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
    READ_OWN_COMPLAINTS = "read_own_complaints"
    FILE_COMPLAINT = "file_complaint"
    ANSWER_COMPLAINT = "answer_complaint"
    READ_OWN_VISITS = "read_own_visits"
    ANSWER_VISITS = "answer_visits"
    ANSWER_SURVEYS = "answer_surveys"
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
    READ_COMPLAINTS = "read_complaints"
    READ_ALL_COMPLAINTS = "read_all_complaints"
    TAKE_COMPLAINTS = "take_complaints"
    WORK_ON_COMPLAINTS = "work_on_complaints"
    INVESTIGATE_COMPLAINTS = "investigate_complaints"
    CHOOSE_PROPOSALS = "choose_proposals"
    APPROVE_COMPENSATION = "approve_compensation"
    SUPERVISE_COMPLAINTS = "supervise_complaints"
    EDIT_DEALERS = "edit_dealers"
    READ_CORRECTIVE_ACTIONS = "read_corrective_actions"
    WORK_ON_CORRECTIVE_ACTIONS = "work_on_corrective_actions"
    VERIFY_CORRECTIVE_ACTIONS = "verify_corrective_actions"
    READ_VISITS = "read_visits"
    READ_ALL_VISITS = "read_all_visits"
    MAKE_VISITS = "make_visits"
    SUPERVISE_VISITS = "supervise_visits"
    ANSWER_OPINIONS = "answer_opinions"
    WRITE_REPORTS = "write_reports"
    READ_SURVEYS = "read_surveys"
    EDIT_SURVEYS = "edit_surveys"
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
        # C1, C14: taken by anybody, at once.
        Permission.READ_COMPLAINTS,
        Permission.TAKE_COMPLAINTS,
        # V5, V9: read where they may read the account's file.
        Permission.READ_VISITS,
        Permission.ANSWER_OPINIONS,
    }
)
# V1-V9, M1, M2, M6: those who see customers, and write up what was said.
_VISITS = frozenset({Permission.MAKE_VISITS, Permission.WRITE_REPORTS, Permission.READ_SURVEYS})
# V6, V9, S1-S4: coverage and rounds of all, surveys and what they say.
_SUPERVISES_VISITS = _VISITS | {
    Permission.READ_ALL_VISITS,
    Permission.SUPERVISE_VISITS,
    Permission.EDIT_SURVEYS,
}
# C4, C5: those who look into complaints see all of them; corrective action is theirs to work on.
_CARES = frozenset(
    {
        Permission.READ_ALL_COMPLAINTS,
        Permission.WORK_ON_COMPLAINTS,
        Permission.INVESTIGATE_COMPLAINTS,
        Permission.READ_CORRECTIVE_ACTIONS,
        Permission.WORK_ON_CORRECTIVE_ACTIONS,
    }
)
# C7, C8, C13: they choose among proposals, close what stays unanswered, review what went wrong.
_SUPERVISES_CARE = frozenset(
    {
        Permission.READ_ALL_COMPLAINTS,
        Permission.WORK_ON_COMPLAINTS,
        Permission.CHOOSE_PROPOSALS,
        Permission.SUPERVISE_COMPLAINTS,
        Permission.READ_CORRECTIVE_ACTIONS,
        Permission.WORK_ON_CORRECTIVE_ACTIONS,
    }
)
_SALES = (
    _EVERY_STAFF
    | _VISITS
    | {
        Permission.WORK_ON_QUOTES,
        Permission.WORK_ON_ORDERS,
        Permission.REQUEST_CREDIT,
        Permission.REGISTER_PROJECTS,
        Permission.WORK_ON_COMPLAINTS,
    }
)
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
    | _SUPERVISES_CARE
    | _SUPERVISES_VISITS
    | {
        Permission.APPROVE_COMPENSATION,
        Permission.APPROVE_QUOTES,
        Permission.SUPERVISE_ORDERS,
        Permission.EDIT_ACCOUNTS,
        Permission.INVITE_CONTACTS,
        Permission.EDIT_CATALOGUE,
    },
    StaffRole.AFTER_SALES: _EVERY_STAFF | _CARES | _VISITS | {Permission.APPROVE_COMPENSATION},
    StaffRole.SERVICE_SUPERVISOR: _EVERY_STAFF
    | _LEADERS
    | _CARES
    | _SUPERVISES_CARE
    | _SUPERVISES_VISITS
    | {Permission.EDIT_DEALERS},
    StaffRole.QUALITY_INSPECTION: _EVERY_STAFF | _CARES,
    StaffRole.WAREHOUSE: (_EVERY_STAFF - {Permission.READ_QUOTES})
    | {
        Permission.WORK_IN_WAREHOUSE,
        Permission.READ_ALL_ORDERS,
        Permission.READ_CORRECTIVE_ACTIONS,
        Permission.WORK_ON_CORRECTIVE_ACTIONS,
    },
    StaffRole.FINANCE: _EVERY_STAFF | {Permission.RECORD_PAYMENTS, Permission.READ_ALL_ORDERS},
    StaffRole.DUTY_MANAGER: _EVERY_STAFF
    | _LEADERS
    | _SUPERVISES_CARE
    | {
        Permission.APPROVE_COMPENSATION,
        Permission.SUPERVISE_ORDERS,
        Permission.ADJUST_STOCK,
        Permission.APPROVE_CREDIT,
        Permission.SIGN_REGISTRATIONS,
    },
    StaffRole.GENERAL_MANAGER: _EVERY_STAFF
    | _LEADERS
    | _SUPERVISES_CARE
    | _SUPERVISES_VISITS
    | {
        Permission.APPROVE_COMPENSATION,
        Permission.APPROVE_QUOTES,
        Permission.SUPERVISE_ORDERS,
        Permission.APPROVE_CREDIT,
        Permission.EDIT_POLICY,
    },
    StaffRole.MANAGEMENT_REPRESENTATIVE: _EVERY_STAFF
    | _LEADERS
    | {
        Permission.READ_ALL_VISITS,
        Permission.READ_SURVEYS,
        Permission.EDIT_SURVEYS,
        Permission.READ_ALL_COMPLAINTS,
        Permission.SUPERVISE_COMPLAINTS,
        Permission.READ_CORRECTIVE_ACTIONS,
        Permission.WORK_ON_CORRECTIVE_ACTIONS,
        Permission.VERIFY_CORRECTIVE_ACTIONS,
    },
    StaffRole.ADMINISTRATOR: _EVERY_STAFF
    | _LEADERS
    | {
        Permission.EDIT_ACCOUNTS,
        Permission.INVITE_CONTACTS,
        Permission.EDIT_CATALOGUE,
        Permission.EDIT_STAFF,
        Permission.EDIT_POLICY,
        Permission.OPERATE,
        Permission.EDIT_DEALERS,
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
            Permission.READ_OWN_COMPLAINTS,
            Permission.FILE_COMPLAINT,
            Permission.ANSWER_COMPLAINT,
            Permission.READ_OWN_VISITS,
            Permission.ANSWER_VISITS,
            Permission.ANSWER_SURVEYS,
        }
    ),
    CustomerRole.READER: frozenset(
        {
            Permission.USE_OWN_SETTINGS,
            Permission.READ_OWN_QUOTES,
            Permission.READ_OWN_ORDERS,
            Permission.READ_OWN_COMPLAINTS,
            Permission.READ_OWN_VISITS,
            Permission.ANSWER_SURVEYS,
        }
    ),
}


def allowed(role: StaffRole | CustomerRole, permission: Permission) -> bool:
    """Whether `role` carries `permission`."""
    return permission in GRANTS[role]
