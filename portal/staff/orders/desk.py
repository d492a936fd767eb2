"""One thing done with an order: the form read, the version checked, one verb, and back to the page.

Every form sends the version of the order that its page showed. When a colleague was faster the
answer is the page as it stands now, a 409, with the form open and everything typed still in it.
"""

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from litestar import Request, Response

from portal.domain.common.errors import Conflict, DomainError, FieldError, FieldErrors, NotAllowed
from portal.domain.common.permissions import Permission
from portal.domain.orders.finding import order_by_reference
from portal.domain.orders.tables import SalesOrder
from portal.staff.orders.page import PATH, show_order
from portal.staff.orders.panels import Panel
from portal.web.answers import Answer
from portal.web.forms import Form, FormModel, Whole
from portal.web.once import led_to, remember
from portal.web.viewer import Viewer

AnyRequest = Request[Any, Any, Any]


class Versioned(FormModel):
    """What every form about an order sends: the version that its page showed."""

    version: Whole


Given = TypeVar("Given", bound=Versioned)
# What may be done by whoever works on orders, and by who supervises them.
MANAGES = (Permission.WORK_ON_ORDERS, Permission.SUPERVISE_ORDERS)


@dataclass(frozen=True, slots=True)
class Desk:
    """Which order is worked on, by whom, and how they are answered."""

    reference: str
    viewer: Viewer
    answer: Answer

    @property
    def path(self) -> str:
        return f"{PATH}/{self.reference}"

    async def do(
        self,
        request: AnyRequest,
        model: type[Given],
        verb: Callable[[SalesOrder, Given], Awaitable[Any]],
        said: str,
        *,
        panel: Panel | None = None,
        fields: Mapping[str, str] | None = None,
        may: Collection[Permission] = (),
        back: str = "",
        **words: Any,
    ) -> Response[str]:
        """Read `model`, let `verb` act on the order, say what was done and go `back`.

        `verb` checks the version under its lock; a form sent twice acts once. What is refused comes
        back with its form open; `fields` says what the domain's fields are called in it. Raises
        `NotAllowed` for who has none of `may`, where the route asks for less.
        """
        form = await Form.sent(request)
        order = await order_by_reference(self.reference, by=self.viewer.actor)
        if may and not any(self.viewer.actor.may(each) for each in may):
            raise NotAllowed
        # Not every verb changes the version: money that came in twice is two payments.
        if path := await led_to(form, self.viewer):
            return self.answer.see_other(path)
        given, conflict = form.read(model), None
        if given is not None:
            try:
                await verb(order, given)
            except Conflict as error:
                conflict = error
            except DomainError as error:
                refuse_by(form, error, fields or {})
            else:
                await remember(form, self.viewer, back or self.path)
                return self.answer.see_other(back or self.path, toast=said, **words)
        return await self.show(panel, form, conflict)

    async def show(
        self, panel: Panel | None, form: Form, conflict: Conflict | None = None
    ) -> Response[str]:
        """The order's page with what was refused."""
        return await show_order(
            self.reference,
            self.viewer,
            self.answer,
            panel=panel or "",
            form=form,
            conflict=conflict,
        )


def refuse_by(form: Form, error: DomainError, fields: Mapping[str, str]) -> None:
    """Note what the domain refused at the form's own fields, or above them all.

    What is no matter of the form – not there, not allowed – rises as it came.
    """
    if isinstance(error, FieldErrors):
        for each in error.errors:
            refuse_by(form, each, fields)
    elif isinstance(error, FieldError):
        form.refuse(fields.get(error.field, error.field), error.field_message, **error.words)
    elif error.status == DomainError.status:
        form.refuse("", error.message, **error.words)
    else:
        raise error
