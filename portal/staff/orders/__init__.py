"""Orders as staff work on them: the queue, one order's page, what is done with it, phone orders."""

from portal.staff.orders import (
    completion,
    delivering,
    ending,
    entry,
    files,
    handling,
    lists,
    messages,
    record,
    resolving,
)

ROUTES = [
    *lists.ROUTES,
    *entry.ROUTES,
    *completion.ROUTES,
    *handling.ROUTES,
    *delivering.ROUTES,
    *resolving.ROUTES,
    *ending.ROUTES,
    *messages.ROUTES,
    *files.ROUTES,
    *record.ROUTES,
]
