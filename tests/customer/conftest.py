"""What tests of the customer's pages share."""

from tests.staff.conftest import CountStatements, count_statements

__all__ = ["CountStatements", "count_statements"]
