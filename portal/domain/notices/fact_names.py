"""The facts that a notice can say, each by its name among the words and its label."""

from portal.domain.common.words import N_, Worded

# Beyond the facts: what somebody wrote.
SAID = "said"


class Fact(Worded):
    """A fact of a notice: its name among the words, its label on the page and in the mail."""

    PROMISE = "promise", N_("Promise")
    TITLE = "title", N_("Subject")
    ACCOUNT = "account", N_("Customer")
    DUE = "due_at", N_("Due")
    REVISION = "revision", N_("Revision")
    VALID_UNTIL = "valid_until", N_("Valid until")
    SHIP_ON_BEFORE = "ship_on_before", N_("Promised before")
    SHIP_ON = "ship_on", N_("Promised ship date")
    ORDER = "order", N_("Order")
    TOTAL = "total", N_("Total, tax included")
    MISSING = "missing", N_("Missing")
    LINE = "line", N_("Order line")
    LINES = "lines", N_("Order lines, expected in stock")
    AVAILABLE_ON = "available_on", N_("Expected in stock")
    DATE_BEFORE = "date_before", N_("Date before")
    PRODUCTION_ON = "production_on", N_("Earliest production")
    PLACE = "place", N_("Delivery place")
    HOLD_PLACE = "hold_place", N_("Goods wait at")
    AMOUNT = "amount", N_("Amount")
    BALANCE = "balance", N_("Still to be paid")
    TO_GIVE_BACK = "to_give_back", N_("To be given back")
    PAY_BY = "pay_by", N_("To be paid by")
    CUT_OFF = "cut_off", N_("Cut-off")
    SHIPMENT = "shipment", N_("Delivery note")
    CARRIER = "carrier", N_("Carrier")
    TRACKING = "tracking", N_("Tracking number")
    PARCELS = "parcels", N_("Parcels")
    EXPECTED_BEFORE = "expected_before", N_("Expected before")
    EXPECTED_ON = "expected_on", N_("Expected delivery")
    SIGNED_BY = "signed_by", N_("Signed for by")
    DELIVERED_AT = "delivered_at", N_("Delivered at")
    INVOICE = "invoice", N_("Invoice")
    PROJECT = "project", N_("Project")
    ITEM = "item", N_("Item")
    # Of complaints
    CASE_KIND = "case_kind", N_("Kind")
    CATEGORY = "category", N_("What it is about")
    SEVERITY = "severity", N_("Severity")
    HANDLED_BY = "handled_by", N_("Handled by")
    ANSWER_BY = "answer_by", N_("Answer by")
    SOLUTION_BY = "solution_by", N_("Solution by")
    DEPARTMENT = "department", N_("Responsible department")
    INVESTIGATED_UNTIL = "investigated_until", N_("Looked into until")
    MEASURE = "measure", N_("Measure")
    READY_ON = "ready_on", N_("Carried out by")
    COMPENSATION = "compensation", N_("Compensation")
    BATCH = "batch", N_("Batch")
    QUANTITY = "quantity", N_("Quantity")
    DEALER = "dealer", N_("Dealer")
    # Of corrective actions
    STEP = "step", N_("Step")
    CHECK_ON = "check_on", N_("To be checked on")
    ACTION_LEADER = "leader", N_("Leader")
