"""Logs: one line an event, with the request's id and without personal data.

What somebody typed gets into the messages of exceptions, so those are left out: a failure is told
by its type, where it happened, and what the database calls it.
"""

import logging
import secrets
import traceback
from contextvars import ContextVar
from types import TracebackType
from typing import Any

from litestar.types import Scope

FORMAT = "%(asctime)s %(levelname)s %(name)s [%(request_id)s] %(message)s"
_request_id: ContextVar[str] = ContextVar("request_id", default="-")


def new_request() -> str:
    """Give the request that begins here an id, which its log lines and error page share."""
    made = secrets.token_hex(4).upper()
    _request_id.set(made)
    return made


def request_id() -> str:
    """The id of the request under way, "-" outside of one."""
    return _request_id.get()


def route_of(scope: Scope) -> str:
    """The route a request took, with the names of its parameters instead of their values."""
    return str(scope.get("path_template") or "an unknown address")


class Formatter(logging.Formatter):
    """Adds the request's id and tells exceptions without their messages."""

    def format(self, record: logging.LogRecord) -> str:
        record.request_id = _request_id.get()
        record.exc_text = None
        return super().format(record)

    def formatException(  # noqa: N802 - the library's name
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None] | tuple[Any, Any, Any],
    ) -> str:
        error: BaseException | None = ei[1]
        told: list[str] = []
        while error is not None:
            told.append("".join(traceback.format_tb(error.__traceback__)) + _named(error))
            error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
        return "\nwhich came of:\n".join(told)


def _named(error: BaseException) -> str:
    facts = [
        f"{name}={value}"
        for name in ("sqlstate", "table_name", "column_name", "constraint_name", "errno")
        if isinstance(value := getattr(error, name, None), str | int)
    ]
    return " ".join([type(error).__qualname__, *facts])


def configure_logging(level: str) -> None:
    """Log to standard error at `level`. The access log stays off: addresses are personal."""
    logging.getLogger("portal").setLevel(level)
    root = logging.getLogger()
    if not any(isinstance(handler.formatter, Formatter) for handler in root.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(Formatter(FORMAT))
        root.addHandler(handler)
        root.setLevel(level)
