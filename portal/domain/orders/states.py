"""The states of an order; its life after placing comes with fulfilment."""

from portal.domain.common.words import N_, Worded


class OrderStatus(Worded):
    """Where an order stands."""

    PLACED = "placed", N_("Placed")

    @property
    def tone(self) -> str:
        """The colour that goes with the word."""
        return "running"
