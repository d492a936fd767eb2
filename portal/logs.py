"""Logs: one line an event, with the id of its request or job and without personal data.

What somebody typed gets into the messages of exceptions, so those are left out: a failure is told
by its type, where it happened, and what the database calls it.
"""

import json
import logging
import math
import secrets
import time
import traceback
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import Any

FORMAT = "%(asctime)s %(levelname)s %(name)s [%(work_id)s] %(message)s"
_work_id: ContextVar[str] = ContextVar("work_id", default="-")


def new_request() -> str:
    """Give the request that begins here an id, which its log lines and error page share."""
    made = secrets.token_hex(4).upper()
    _work_id.set(made)
    return made


def request_id() -> str:
    """The id of the request under way, "-" outside of one."""
    return _work_id.get()


@contextmanager
def job(name: str) -> Iterator[None]:
    """Log lines of this block, and of what it awaits, carry the id of a job."""
    before = _work_id.set(name)
    try:
        yield
    finally:
        _work_id.reset(before)


class Seldom:
    """Warns of what may happen hundreds of times a second: at most once in `seconds`."""

    def __init__(self, logger: logging.Logger, seconds: float) -> None:
        self._logger = logger
        self._seconds = seconds
        self._told_at = -math.inf
        self._untold = 0

    def warn(self, message: str) -> None:
        """Say `message` and how many were not said since the last one, or count it as unsaid."""
        now = time.monotonic()
        if now < self._told_at + self._seconds:
            self._untold += 1
            return
        self._logger.warning("%s (and %d before)", message, self._untold)
        self._told_at, self._untold = now, 0


def route_of(scope: Mapping[str, Any]) -> str:
    """The route a request took, with the names of its parameters instead of their values."""
    return str(scope.get("path_template") or "an unknown address")


class Formatter(logging.Formatter):
    """Adds the id of the request or job and tells exceptions without their messages."""

    def format(self, record: logging.LogRecord) -> str:
        record.work_id = _work_id.get()
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


class JsonFormatter(Formatter):
    """The same as one JSON object a line, for those who collect logs."""

    def format(self, record: logging.LogRecord) -> str:
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(),
            "level": record.levelname,
            "logger": record.name,
            "id": _work_id.get(),
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["failure"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


def _named(error: BaseException) -> str:
    facts = [
        f"{name}={value}"
        for name in ("sqlstate", "table_name", "column_name", "constraint_name", "errno")
        if isinstance(value := getattr(error, name, None), str | int)
    ]
    return " ".join([type(error).__qualname__, *facts])


def configure_logging(level: str, *, as_json: bool = False) -> None:
    """Log to standard error at `level`. The access log stays off: addresses are personal."""
    logging.getLogger("portal").setLevel(level)
    # arq tells of every job; ours tell of what went wrong.
    logging.getLogger("arq").setLevel(logging.WARNING)
    root = logging.getLogger()
    if not any(isinstance(handler.formatter, Formatter) for handler in root.handlers):
        handler = logging.StreamHandler()
        handler.setFormatter(JsonFormatter() if as_json else Formatter(FORMAT))
        root.addHandler(handler)
        root.setLevel(level)
