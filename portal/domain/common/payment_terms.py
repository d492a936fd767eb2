"""When a customer pays: what accounts agree on, quotes offer and orders keep."""

from portal.domain.common.words import N_, Worded


class PaymentTerms(Worded):
    """The terms of payment. What an order may do before it is paid follows from them."""

    DAYS_30 = "days_30", N_("30 days after delivery, by bank transfer")
    DAYS_60 = "days_60", N_("60 days after delivery, by bank transfer")
    IN_ADVANCE = "in_advance", N_("Payment in full before shipment")
    DEPOSIT = "deposit", N_("Deposit with the order, the balance before shipment")

    @property
    def on_account(self) -> bool:
        """Whether the goods ship first, within the credit limit (rules O10, A16)."""
        return self in {PaymentTerms.DAYS_30, PaymentTerms.DAYS_60}
