"""Every text that the source asks to be translated, read from Python and from the templates."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir

_KEYWORDS = {**DEFAULT_KEYWORDS, "N_": None}
_METHODS = {
    "portal": [("**.py", "python")],
    "templates": [("**.html", "jinja2"), ("**.txt", "jinja2")],
}
# As the environment reads them, or a text of several lines would be looked up under another name.
_JINJA = {
    "extensions": "jinja2.ext.do",
    "newstyle_gettext": "true",
    "trimmed": "true",
    "trim_blocks": "true",
    "lstrip_blocks": "true",
    "silent": "false",
}
_OPTIONS = {"**.html": _JINJA, "**.txt": _JINJA}


@dataclass(frozen=True, slots=True)
class SourceText:
    """One text: `id` is the singular, `plural` and `context` where there are, `place` file:line."""

    id: str
    plural: str | None
    context: str | None
    place: str


def source_texts(root: Path) -> Iterator[SourceText]:
    """All texts under `root`, a checkout, in the order of the files; some come twice."""
    for folder, methods in _METHODS.items():
        found = extract_from_dir(
            root / folder,
            methods,
            options_map=_OPTIONS,
            keywords=_KEYWORDS,
            strip_comment_tags=True,
        )
        for file, line, message, _, context in found:
            singular, plural = message if isinstance(message, tuple) else (message, None)
            yield SourceText(singular, plural, context, f"{folder}/{file}:{line}")
