"""Finance: payments, invoices and refunds of orders, and the credit of accounts."""

from portal.staff.finance import credit, lists, payments, refunds

ROUTES = [*lists.ROUTES, *payments.ROUTES, *refunds.ROUTES, *credit.ROUTES]
