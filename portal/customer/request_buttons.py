"""What the buttons inside the form of a request do to its rows; they work without script."""

from collections.abc import Callable, Mapping

from portal.web.forms import Form
from portal.web.request_fields import LINES, filled_rows

_ROWS_AT_ONCE = 3
_LONGEST_SEARCH = 100


def press(form: Form) -> str | None:
    """Do as the pressed button says.

    Returns the place of the page to come back to, None where no button of the rows was pressed.
    """
    for button, do in _BUTTONS.items():
        if form.pressed(button):
            return do(form)
    return "#catalogue" if wanted_item(form) else None


def wanted_item(form: Form) -> str:
    """What is looked for in the catalogue: by its button, or by Enter in its field."""
    by_name = any(form.pressed(button) for button in ("_check", "_save"))
    by_enter = not by_name and form.value("find") != form.value("_found")
    looked_for = form.pressed("_find") or by_enter
    return form.value("find").strip()[:_LONGEST_SEARCH] if looked_for else ""


def _add_rows(form: Form) -> str:
    rows = form.rows(LINES)
    form.put_rows(LINES, [*rows, *({"sku": ""} for _ in range(_ROWS_AT_ONCE))])
    return f"#field-{LINES}-{len(rows)}-sku"


def _remove_row(form: Form) -> str:
    gone = form.value("_remove_lines")
    rows = [row for index, row in enumerate(form.rows(LINES)) if str(index) != gone]
    form.put_rows(LINES, rows)
    return f"#field-{LINES}"


def _pick(form: Form) -> str:
    """The item goes behind the last row with something in it; its quantity is asked for next."""
    kept = filled_rows(form)
    form.put_rows(LINES, [*kept, {"sku": form.value("_pick")[:60]}])
    return f"#field-{LINES}-{len(kept)}-quantity"


_BUTTONS: Mapping[str, Callable[[Form], str]] = {
    "_add_lines": _add_rows,
    "_remove_lines": _remove_row,
    "_pick": _pick,
    "_paste": lambda _: f"#field-{LINES}",
    "files_drop": lambda _: "#field-files",
}
