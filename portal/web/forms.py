"""Forms: what was typed is kept as it was typed; errors stand at their fields in people's words."""

import re
import secrets
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Self, TypeVar

from litestar import Request
from litestar.datastructures import UploadFile
from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import PydanticCustomError

from portal.domain.common.errors import FieldError, FieldErrors
from portal.rendering.i18n import translations
from portal.rendering.numbers import format_decimal
from portal.web.bodies import sent_fields
from portal.web.form_words import TOO_LONG, words_for

KEY_FIELD = "_form_key"
_KEY = re.compile(r"[A-Za-z0-9_-]{16,64}")
_LINE_FIELD = re.compile(r"^([a-z_]+)-(\d{1,4})-([a-z_]+)$")

Model = TypeVar("Model", bound="FormModel")


class FormModel(BaseModel):
    """What a form must hold. Unknown fields are left aside, so none can set what it must not."""

    model_config = ConfigDict(
        extra="ignore", str_strip_whitespace=True, frozen=True, defer_build=True
    )


def refuse(message: str, **words: Any) -> PydanticCustomError:
    """An error for a validator to raise; `message` is a message id with `%(name)s` parameters."""
    return PydanticCustomError("portal", "refused", {"message": message, "words": words})


def _number(value: object) -> object:
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFKC", value).replace(" ", "").replace("\u00a0", "")
    if re.fullmatch(r"[+-]?\d{1,3}(,\d{3})+(\.\d+)?", plain):
        plain = plain.replace(",", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        return plain
    if number.is_finite() and not _fits(number):
        raise refuse(TOO_LONG)
    return plain


def _fits(number: Decimal) -> bool:
    """Whether it can be reckoned with: no column of ours is wider."""
    _, digits, exponent = number.as_tuple()
    return isinstance(exponent, int) and number.adjusted() <= 15 and len(digits) - exponent <= 40


def _whole(value: object) -> object:
    plain = _number(value)
    if isinstance(plain, str) and re.fullmatch(r"[+-]?\d+", plain) and abs(int(plain)) >= 2**31:
        raise refuse(TOO_LONG)
    return plain


def _day(value: object) -> object:
    if not isinstance(value, str):
        return value
    plain = unicodedata.normalize("NFKC", value).strip()
    for form in ("%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y年%m月%d日", "%d.%m.%Y"):
        try:
            return datetime.strptime(plain, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return plain


Number = Annotated[Decimal, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
RecordId = Annotated[int, BeforeValidator(_number), Field(gt=0)]
Day = Annotated[date, BeforeValidator(_day)]


class Form:
    """One form as it was sent, or as it is first shown.

    `errors` holds (field, message) in the order of the page once `say_in` has put them in a
    language; `key` makes a double submit one record.
    """

    def __init__(self, values: Mapping[str, Iterable[str]] | None = None, *, key: str = "") -> None:
        self._values = {name: list(given) for name, given in (values or {}).items()}
        self._errors: dict[str, tuple[str, Mapping[str, Any]]] = {}
        self.errors: list[tuple[str, str]] = []
        # What the page calls its fields; it tells while it is rendered.
        self.labels: dict[str, str] = {}
        self.uploads: dict[str, list[UploadFile]] = {}
        self.key = key or secrets.token_urlsafe(18)

    @classmethod
    def showing(cls, **values: Any) -> Self:
        """A form filled with what the record says now; None and missing are empty."""
        return cls({name: _as_typed(value) for name, value in values.items()})

    @classmethod
    async def sent(cls, request: Request[Any, Any, Any]) -> Self:
        """The form that was posted. Chosen files are in `uploads`."""
        values: dict[str, list[str]] = {}
        uploads: dict[str, list[UploadFile]] = {}
        for name, value in await sent_fields(request):
            if isinstance(value, UploadFile):
                if value.filename:
                    uploads.setdefault(name, []).append(value)
            else:
                # PostgreSQL keeps no NUL; nobody types one.
                values.setdefault(name, []).append(str(value).replace("\x00", ""))
        key = (values.get(KEY_FIELD) or [""])[0]
        form = cls(values, key=key if _KEY.fullmatch(key) else "")
        form.uploads = uploads
        return form

    def value(self, name: str) -> str:
        return next(iter(self._values.get(name, ())), "")

    def values(self, name: str) -> list[str]:
        return self._values.get(name, [])

    def checked(self, name: str, value: str) -> bool:
        return value in self.values(name)

    def put(self, name: str, value: Any) -> None:
        """Change what the form shows, e.g. after a row was added."""
        self._values[name] = _as_typed(value)

    def pressed(self, button: str) -> bool:
        """Whether the form was sent by the button of this name."""
        return button in self._values

    def rows(self, name: str) -> list[dict[str, str]]:
        """The rows of a line table as typed, in order, blank ones included."""
        found: dict[int, dict[str, str]] = {}
        for field, given in self._values.items():
            match = _LINE_FIELD.match(field)
            if match and match[1] == name:
                found.setdefault(int(match[2]), {})[match[3]] = given[0] if given else ""
        return [found[index] for index in sorted(found)]

    def put_rows(self, name: str, rows: Iterable[Mapping[str, Any]]) -> None:
        """Replace the rows of a line table."""
        for field in [field for field in self._values if _belongs(field, name)]:
            del self._values[field]
        for index, row in enumerate(rows):
            for column, value in row.items():
                self._values[f"{name}-{index}-{column}"] = _as_typed(value)

    def row_count(self, name: str) -> int:
        return len(self.rows(name))

    def read(self, model: type[Model], *, lines: Iterable[str] = ()) -> Model | None:
        """What the form holds as `model`, or None after noting an error at every wrong field.

        `lines` names the line tables; blank rows are left out and errors find their cell.
        """
        data: dict[str, Any] = {}
        for name in model.model_fields:
            given = [value for value in self.values(name) if value.strip()]
            if given:
                data[name] = given if _is_list(model, name) else given[0]
        places: dict[str, list[int]] = {}
        for name in lines:
            kept = [
                (index, {column: cell for column, cell in row.items() if cell.strip()})
                for index, row in enumerate(self.rows(name))
                if any(cell.strip() for cell in row.values())
            ]
            places[name] = [index for index, _ in kept]
            data[name] = [row for _, row in kept]
        try:
            return model.model_validate(data)
        except ValidationError as wrong:
            for error in wrong.errors():
                message, words = words_for(error)
                self.refuse(_field_of(error["loc"], places), message, **words)
            return None

    def without_refused(self) -> "Form":
        """A copy in which what was refused is blank, so that the rest can be read and checked."""
        values = {name: given for name, given in self._values.items() if name not in self._errors}
        return Form(values | {name: [""] for name in self._errors}, key=self.key)

    def refuse(self, field: str, message: str, /, **words: Any) -> None:
        """Note an error at a field; the first one of a field stays."""
        self._errors.setdefault(field, (message, words))

    def refuse_by(self, error: FieldError | FieldErrors) -> None:
        """Note what a rule of the domain refused, one field or several."""
        for each in error.errors if isinstance(error, FieldErrors) else [error]:
            self.refuse(each.field, each.field_message, **each.words)

    def order_errors(self, fields: Sequence[str]) -> None:
        """Put the errors into the order of the page: `fields` names them, line tables once."""
        places = {name: place for place, name in enumerate(fields)}

        def place(field: str) -> tuple[int, int]:
            match = _LINE_FIELD.match(field)
            name, row = (match[1], int(match[2]) + 1) if match else (field, 0)
            return places.get(name, len(places)), row

        self._errors = dict(sorted(self._errors.items(), key=lambda error: place(error[0])))

    def refuses(self, field: str) -> bool:
        """Whether something is wrong at this field."""
        return field in self._errors

    @property
    def is_refused(self) -> bool:
        return bool(self._errors)

    def error(self, name: str) -> str | None:
        return next((message for field, message in self.errors if field == name), None)

    def say_in(self, locale: str) -> None:
        """Put the noted errors into the reader's language."""
        catalogue = translations(locale)
        self.errors = [
            (field, catalogue.gettext(message) % _translated(words, locale))
            for field, (message, words) in self._errors.items()
        ]


def _translated(words: Mapping[str, Any], locale: str) -> dict[str, Any]:
    catalogue = translations(locale)
    return {
        name: catalogue.gettext(word)
        if isinstance(word, str) and word
        else format_decimal(word)
        if isinstance(word, Decimal)
        else word
        for name, word in words.items()
    }


def _as_typed(value: Any) -> list[str]:
    if value is None:
        return []
    if isinstance(value, list | tuple | set | frozenset):
        return [str(part) for part in value]
    if isinstance(value, bool):
        return ["yes"] if value else []
    if isinstance(value, Decimal):
        text = f"{value:f}"
        return [text.rstrip("0").rstrip(".") if "." in text else text]
    return [str(value)]


def _belongs(field: str, name: str) -> bool:
    match = _LINE_FIELD.match(field)
    return bool(match and match[1] == name)


def _is_list(model: type[BaseModel], name: str) -> bool:
    annotation = str(model.model_fields[name].annotation)
    return annotation.startswith(("list[", "tuple[", "set[", "frozenset[", "typing.List"))


def _field_of(loc: tuple[int | str, ...], places: Mapping[str, list[int]]) -> str:
    if len(loc) >= 3 and isinstance(loc[1], int) and str(loc[0]) in places:
        return f"{loc[0]}-{places[str(loc[0])][loc[1]]}-{loc[2]}"
    return str(loc[0]) if loc else ""
