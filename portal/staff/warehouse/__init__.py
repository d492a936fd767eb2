"""The warehouse's pages: from today's list to the signed delivery note."""

from portal.staff.warehouse import availability, lists, preparing, shipments

ROUTES = [*lists.ROUTES, *preparing.ROUTES, *shipments.ROUTES, *availability.ROUTES]
