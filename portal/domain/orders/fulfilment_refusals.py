"""Why goods cannot be prepared, handed over or signed for, in words for people."""

from portal.domain.common.errors import Conflict, FieldError
from portal.domain.common.words import N_
from portal.domain.orders.verdict import Check


class AlreadyInPreparation(Conflict):
    """An order has one open pick list. Words: `shipment`, its reference."""

    message = N_("%(shipment)s is being prepared for this order already.")


class NotReleased(Conflict):
    """The release decision stands in the way; `checks` are its open reasons, with words."""

    message = N_("The order is not released for this step. The release checklist says why.")

    def __init__(self, checks: tuple[Check, ...]) -> None:
        super().__init__()
        self.checks = checks


class ShipToNotSeen(Conflict):
    """Another delivery place was registered and the warehouse has not seen it (rule O13)."""

    message = N_("The delivery place has changed. Confirm first that you have seen it.")


class NotAllThere(Conflict):
    """Nothing leaves in parts unless the customer has agreed to it (rule O15)."""

    message = N_("The order is not complete, and the customer has not agreed to parts.")


class NothingToShip(Conflict):
    """Nothing is reserved that could leave."""

    message = N_("Nothing is reserved for this order that could be shipped.")


class NoSignedNote(FieldError):
    """The signed paper is kept: a delivery without it is not recorded (rule O16)."""

    def __init__(self) -> None:
        super().__init__("files", N_("Photograph the signed delivery note, or choose its scan."))
