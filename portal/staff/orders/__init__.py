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
    on_the_way,
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
    *on_the_way.ROUTES,
    *ending.ROUTES,
    *messages.ROUTES,
    *files.ROUTES,
    *record.ROUTES,
]
