"""Text into HTML, without the wrapper objects that `markupsafe` makes for every value."""

from collections.abc import Callable
from functools import partial

import markupsafe
from markupsafe import Markup, escape


def _escaped(text: str) -> str:
    return str(escape(text))


# The part of markupsafe that escapes without wrapping; where it is not there the slow way will do.
_escape_text: Callable[[str], str] = getattr(markupsafe, "_escape_inner", _escaped)

# Says that a text is HTML already, all of it escaped by who made it: `Markup(text)` without the
# questions that `Markup` asks, for what is a string without doubt.
mark: Callable[[str], Markup] = partial(str.__new__, Markup)


def put_out(value: object) -> str:
    """`value` as it stands in HTML: markup as it is, everything else escaped."""
    kind = type(value)
    if kind is str:
        return _escape_text(value)  # type: ignore[arg-type]
    if kind is Markup:
        return value  # type: ignore[return-value]
    if hasattr(value, "__html__"):
        return str(value.__html__())
    return _escape_text(str(value))
