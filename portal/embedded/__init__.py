"""PostgreSQL and Valkey as child processes of ours, for `portal demo` and the tests.

The programs come from wheels, else from `PATH`. Each server listens on 127.0.0.1 only, asks for a
generated password, runs as an unprivileged user when we are root, and ends with its parent.

    with Place.temporary() as place, EmbeddedPostgres(place, fast=True) as database:
        database.url()
"""

from portal.embedded.errors import EmbeddedServerError
from portal.embedded.places import Place
from portal.embedded.ports import free_port, is_free
from portal.embedded.postgres import EmbeddedPostgres
from portal.embedded.valkey import EmbeddedValkey

__all__ = [
    "EmbeddedPostgres",
    "EmbeddedServerError",
    "EmbeddedValkey",
    "Place",
    "free_port",
    "is_free",
]
