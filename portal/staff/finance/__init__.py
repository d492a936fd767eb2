"""Finance: payments and invoices of orders, and the credit of accounts."""

from portal.staff.finance import credit, lists, payments

ROUTES = [*lists.ROUTES, *payments.ROUTES, *credit.ROUTES]
