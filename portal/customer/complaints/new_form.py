"""What the form of a new complaint shows: the deliveries to choose from, their goods, the files.

A delivery is named by one field, `about`: "SO-…/DN-…", "SO-…", or empty for none. Its goods are
the rows of `lines`, each with the line of the order that it is; where nothing was chosen, rows are
typed freely.
"""

from collections.abc import Sequence
from typing import Any

from litestar import Response

from portal.domain.catalogue.kinds import unit_label
from portal.domain.catalogue.queries import units
from portal.domain.common.files.kinds import ACCEPT_ATTRIBUTE
from portal.domain.common.files.limits import readable_size
from portal.domain.common.words import N_
from portal.domain.complaints.deliveries import (
    Delivery,
    Goods,
    deliveries,
    delivery,
    goods_of,
)
from portal.domain.complaints.states import CaseKind, Category, Wish
from portal.web.answers import Answer
from portal.web.complaint_fields import LINES, is_filled
from portal.web.forms import Form
from portal.web.uploads import LIMITS, kept_files
from portal.web.viewer import Viewer

PATH = "/complaints"
ABOUT, GOODS_OF = "about", "goods_of"
# What the domain calls a delivery's references is one field of the form.
MATCHES = {"order": ABOUT, "shipment": ABOUT}
_PAGE_ORDER = (
    ABOUT,
    LINES,
    "kind",
    "category",
    "description",
    "files",
    "wish",
    "wish_note",
    "occurred_on",
)


def put_delivery(form: Form, chosen: Delivery | None) -> None:
    """Let the form be about a delivery, or about none."""
    form.put(ABOUT, _name(chosen) if chosen else "")


async def chosen_delivery(about: str, viewer: Viewer) -> Delivery | None:
    """The delivery that `about` names; None for none, unknown and foreign ones alike."""
    order, _, shipment = about.strip().partition("/")
    if not order:
        return None
    return await delivery(order, shipment, by=viewer.actor)


def ask_again_for_goods(form: Form) -> bool:
    """Whether goods are still to be shown: by their button, or those on the page are of another.

    Quantities of another delivery's goods are dropped: they would mean something else.
    """
    if form.value(GOODS_OF) != form.value(ABOUT):
        had = any(row.get("quantity", "").strip() for row in form.rows(LINES))
        form.put_rows(LINES, [])
        return had or form.pressed("_goods")
    return form.pressed("_goods")


def leave_out_untouched(form: Form) -> None:
    """Blank the rows of goods that nothing was said of: they are there to be filled in."""
    rows = form.rows(LINES)
    form.put_rows(
        LINES,
        [
            dict.fromkeys(row, "")
            if row.get("order_line") and not row.get("quantity", "").strip()
            else row
            for row in rows
        ],
    )
    order, _, shipment = form.value(ABOUT).partition("/")
    form.put("order", order)
    form.put("shipment", shipment)


async def form_page(
    form: Form, viewer: Viewer, answer: Answer, *, find: str = "", partial: str = ""
) -> Response[str]:
    """The form, a 422 where something is refused; with `partial` that part of it alone.

    Reads in the caller's unit.
    """
    chosen = await chosen_delivery(form.value(ABOUT), viewer)
    put_delivery(form, chosen)
    goods = await goods_of(chosen, by=viewer.actor) if chosen else []
    form.order_errors(_PAGE_ORDER)
    context: dict[str, Any] = {
        "chosen": chosen,
        "goods": _shown(goods, form),
        "offered": await _offered(find, chosen, viewer) if partial != "_goods" else [],
        "find": find,
        "name_of": _name,
        "line_count": form.row_count(LINES),
        "unit_label": unit_label,
    }
    if partial:
        return fragment(partial, form, answer, **context)
    return answer.page(
        "customer/complaints/new.html",
        title=N_("New complaint"),
        section="complaints",
        form=form,
        kinds=_choices(CaseKind, answer),
        categories=_choices(Category, answer),
        wishes=_choices(Wish, answer),
        units=units(),
        kept=await kept_files(form, viewer),
        **file_limits(),
        **context,
    )


def fragment(name: str, form: Form, answer: Answer, **context: Any) -> Response[str]:
    """A part of the form by itself."""
    shown = {**file_limits(), **context}
    return answer.fragment(f"customer/complaints/{name}.html", form=form, **shown)


def file_limits() -> dict[str, Any]:
    """What the field for photos and files says of them."""
    return {
        "accept": ACCEPT_ATTRIBUTE,
        "most_files": LIMITS.max_files,
        "file_size": readable_size(LIMITS.max_file_bytes),
    }


async def _offered(find: str, chosen: Delivery | None, viewer: Viewer) -> Sequence[Delivery]:
    """What can be chosen: what is chosen already stays in sight."""
    found = await deliveries(find, by=viewer.actor)
    if chosen and _name(chosen) not in {_name(each) for each in found}:
        return [chosen, *found]
    return found


def _shown(goods: Sequence[Goods], form: Form) -> list[tuple[Goods, str, str]]:
    """The goods of the delivery, each with the batch and the quantity that were typed."""
    rows = form.rows(LINES) if form.value(GOODS_OF) == form.value(ABOUT) else []
    typed = [rows[index] if index < len(rows) else {} for index in range(len(goods))]
    return [
        (each, row.get("batch", "") if is_filled(row) else each.batch, row.get("quantity", ""))
        for each, row in zip(goods, typed, strict=True)
    ]


def _name(chosen: Delivery) -> str:
    return f"{chosen.order}/{chosen.shipment}" if chosen.shipment else chosen.order


def _choices(words: Any, answer: Answer) -> list[tuple[str, str]]:
    return [(each.value, answer.translated(each.label)) for each in words]
