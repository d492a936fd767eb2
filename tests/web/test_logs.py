"""What a log line tells, and what it keeps to itself."""

import logging
import sys

import pytest

from portal.logs import FORMAT, Formatter, new_request


def told_of(error: Exception) -> str:
    try:
        raise error
    except Exception:
        record = logging.LogRecord(
            "portal.web", logging.ERROR, __file__, 1, "it failed", None, sys.exc_info()
        )
    return Formatter(FORMAT).format(record)


def test_a_line_carries_the_id_of_its_request() -> None:
    request_id = new_request()
    assert f"ERROR portal.web [{request_id}] it failed" in told_of(ValueError())


def test_a_failure_is_told_without_what_somebody_typed() -> None:
    cause = KeyError("li@customer.example")
    error = ValueError("li@customer.example")
    error.__cause__ = cause
    line = told_of(error)
    assert "ValueError" in line
    assert "KeyError" in line
    assert "test_logs.py" in line
    assert "li@customer.example" not in line


@pytest.mark.parametrize("name", ["constraint_name", "sqlstate"])
def test_a_failure_in_the_database_names_the_rule_that_refused(name: str) -> None:
    error = ValueError("Key (email)=(li@customer.example) already exists")
    setattr(error, name, "person_email_once_a_side")
    line = told_of(error)
    assert f"{name}=person_email_once_a_side" in line
    assert "li@customer.example" not in line
