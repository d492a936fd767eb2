"""The words of the release decision: what is checked, how it stands, who can resolve it."""

from portal.domain.common.words import N_, Worded


class Step(Worded):
    """What a check can stand in the way of."""

    SCHEDULE = "schedule", N_("Scheduling")
    SHIP = "ship", N_("Shipping")


class CheckState(Worded):
    """How a check stands."""

    MET = "met", N_("Fulfilled")
    OPEN = "open", N_("Still open")
    NOT_NEEDED = "not_needed", N_("Not needed")

    @property
    def tone(self) -> str:
        """The colour that goes with the word."""
        return {"met": "done", "open": "warning"}.get(self, "neutral")


class CheckKind(Worded):
    """What is checked before an order is scheduled and before it ships."""

    COMPLETE = "complete", N_("Order complete")
    CUSTOMER_CONFIRMED = "customer_confirmed", N_("Confirmation of the customer")
    STAFF_CONFIRMED = "staff_confirmed", N_("Confirmed by sales")
    STOCK_CONSENT = "stock_consent", N_("Consent on stock")
    DEPOSIT = "deposit", N_("Deposit")
    BALANCE = "balance", N_("Balance")
    PAYMENT = "payment", N_("Payment")
    GUARANTEE = "guarantee", N_("Payment guaranteed")
    CREDIT = "credit", N_("Credit limit")
    STOCK = "stock", N_("Goods in stock")
    PRODUCTION = "production", N_("Made to order")
    HOLD = "hold", N_("No hold")
    SHIP_TO_SEEN = "ship_to_seen", N_("Changed delivery place seen")


class Resolver(Worded):
    """Who can turn an open check into a fulfilled one."""

    CUSTOMER = "customer", N_("Customer")
    SALES_REPRESENTATIVE = "sales_representative", N_("Sales representative")
    SUPERVISOR = "supervisor", N_("Sales supervisor")
    FINANCE = "finance", N_("Finance")
    WAREHOUSE = "warehouse", N_("Warehouse")
    DUTY_MANAGER = "duty_manager", N_("Duty manager")


# Instead of sentences with amounts, where no money is shown.
STILL_OPEN = N_("Still open: %(kind)s.")
SETTLED = N_("Fulfilled: %(kind)s.")

# Rule O1.
COMPLETE = N_("Item, quantity, delivery time, transport, place and price are known.")
INCOMPLETE = N_("Missing: %(missing)s.")
INCOMPLETE_FOR_CUSTOMER = N_("Your order is not complete yet. Missing: %(missing)s.")
ORDERED_BY = N_("Ordered by %(name)s.")
NOBODY_ORDERED = N_("Nobody of the customer is named as having ordered.")
NOBODY_ORDERED_FOR_CUSTOMER = N_("Tell your sales representative who ordered on your side.")
CONFIRMED = N_("Confirmed by %(name)s on %(date)s.")
UNCONFIRMED = N_("The sales representative has not confirmed the order yet.")
UNCONFIRMED_FOR_CUSTOMER = N_("Your sales representative confirms the order next.")
AT_AGREED_PRICES = N_("The prices are agreed, so no consent is needed.")
CONSENTED = N_("Consent given on %(date)s.")
NO_CONSENT = N_("The order is outside a contract: the supervisor has to consent on stock.")
NO_CONSENT_FOR_CUSTOMER = N_("We are checking whether the goods can be set aside for you.")

# Rule O8.
NO_DEPOSIT = N_("No deposit is agreed.")
DEPOSIT_PAID = N_("%(paid)s of %(total)s is paid, more than %(share)s%%.")
DEPOSIT_OPEN = N_(
    "More than %(threshold)s (%(share)s%% of %(total)s) must be paid before the order is"
    " scheduled; %(paid)s is paid."
)
DEPOSIT_OPEN_FOR_CUSTOMER = N_(
    "We schedule the order when more than %(threshold)s (%(share)s%% of the total) has arrived;"
    " so far %(paid)s has."
)
NO_BALANCE = N_("No balance is due before shipping.")
PAID_IN_FULL = N_("%(total)s is paid in full.")
BALANCE_OPEN = N_("The balance of %(amount)s must be paid before the order ships.")
BALANCE_OPEN_FOR_CUSTOMER = N_("We ship when the balance of %(amount)s has arrived.")

# Rule O9.
NO_PAYMENT = N_("Payment in advance is not agreed.")
PAYMENT_OPEN = N_(
    "%(amount)s of %(total)s is unpaid. Unpaid at %(cut_off)s, it ships only if the sales"
    " representative guarantees payment by %(latest)s at the latest."
)
PAYMENT_OPEN_NO_GUARANTEE = N_(
    "%(amount)s of %(total)s is unpaid. For this account no payment can be guaranteed."
)
PAYMENT_OPEN_FOR_CUSTOMER = N_("We ship when the payment of %(amount)s has arrived.")
GUARANTEE_OVER = N_("The guarantee ended on %(date)s and %(amount)s is still unpaid.")
GUARANTEED = N_("%(amount)s is unpaid; %(name)s guarantees payment by %(date)s.")
GUARANTEED_FOR_CUSTOMER = N_("We ship before your payment. %(amount)s is due by %(date)s.")

# Rules O10, A16.
NOT_ON_ACCOUNT = N_("The order is paid before it ships, so it uses no credit.")
WITHIN_LIMIT = N_("With this order %(used)s of the limit of %(limit)s is used.")
NO_LIMIT = N_("No credit limit is approved: the limit is zero, and %(amount)s is unpaid.")
NO_LIMIT_FOR_CUSTOMER = N_(
    "We ship when a credit limit is agreed with you or %(amount)s has arrived."
)
BEYOND_LIMIT = N_("With this order %(used)s is used, %(excess)s beyond the limit of %(limit)s.")
BEYOND_LIMIT_FOR_CUSTOMER = N_(
    "The order is %(excess)s beyond your credit limit of %(limit)s. We ship when as much has"
    " arrived or the limit is raised."
)

# Rule O15.
IN_STOCK = N_("Everything that is left to ship is reserved.")
IN_PARTS = N_("Short of stock: %(short)s of %(count)s lines. %(name)s agreed to shipping in parts.")
SHORT = N_("Short of stock: %(short)s of %(count)s lines.")
SHORT_UNTIL = N_("Short of stock: %(short)s of %(count)s lines, expected on %(date)s.")
SHORT_FOR_CUSTOMER = N_(
    "Not in stock yet: %(short)s of %(count)s lines. We ship when all are here, or in parts if you"
    " agree."
)
SHORT_UNTIL_FOR_CUSTOMER = N_(
    "Not in stock yet: %(short)s of %(count)s lines, expected on %(date)s. We ship when all are"
    " here, or in parts if you agree."
)
NO_PART_YET = N_("Shipping in parts is agreed, but nothing is reserved yet.")
NO_PART_YET_FOR_CUSTOMER = N_("We ship the first part when goods arrive.")

# Rule O7.
NOTHING_MADE = N_("Nothing is made to order.")
PRODUCED = N_("What is made to order is in stock.")
PRODUCTION_REACHED = N_("The earliest production date %(date)s has been reached.")
NO_PRODUCTION_DATE = N_("Lines without an earliest production date: %(count)s.")
NO_PRODUCTION_DATE_FOR_CUSTOMER = N_(
    "Part of your order is made for you. We tell you the earliest production date."
)
PRODUCTION_AHEAD = N_("The earliest production date is %(date)s.")
PRODUCTION_AHEAD_FOR_CUSTOMER = N_(
    "Part of your order is made for you. The earliest production date is %(date)s."
)

# Rule O12.
NOT_HELD = N_("The goods are not on hold.")
HELD = N_("On hold: %(reason)s")
HELD_AT = N_("On hold at %(place)s: %(reason)s")
HELD_FOR_CUSTOMER = N_("The order is on hold. Your sales representative can tell you why.")
HELD_AS_ASKED_FOR_CUSTOMER = N_("The order is on hold, as you asked.")

# Rule O13.
SHIP_TO_UNCHANGED = N_("The delivery place was not changed.")
SHIP_TO_SEEN = N_("The warehouse has seen the changed delivery place.")
SHIP_TO_UNSEEN = N_("The warehouse has not seen the changed delivery place yet: %(place)s.")
