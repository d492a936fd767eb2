"""Figures for a Prometheus server, on a private port of each process: no names, no references."""

import logging

from prometheus_client import Counter, Gauge, Histogram, start_http_server

from portal.settings import Settings

logger = logging.getLogger("portal.metrics")

REQUEST_SECONDS = Histogram(
    "portal_request_seconds",
    "Time until a request was answered.",
    ["method", "route", "status"],
    buckets=(0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)
STREAMS = Gauge("portal_streams", "Live updates open in this process.")
JOBS = Counter("portal_jobs_total", "Jobs done by this process.", ["task", "outcome"])
SWEEP_SECONDS = Histogram(
    "portal_sweep_seconds",
    "Time that a sweep took.",
    ["sweep"],
    buckets=(0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60),
)
SWEEP_FAILURES = Counter("portal_sweep_failures_total", "Sweeps that broke off.", ["sweep"])
WAITING = Gauge("portal_waiting", "Events and mails that are not done yet.", ["what", "queue"])
OLDEST_SECONDS = Gauge(
    "portal_oldest_waiting_seconds", "How long the oldest of them has been due.", ["what", "queue"]
)
GIVEN_UP = Gauge("portal_given_up", "Events and mails that were given up or bounced.", ["what"])
TARGETS = Gauge("portal_targets", "Promises that are owed now.", ["state"])


def serve_metrics(settings: Settings) -> None:
    """Answer Prometheus on the private port, if one is configured; a busy one is not fatal."""
    if not settings.metrics_port:
        return
    try:
        start_http_server(settings.metrics_port, addr=settings.metrics_host)
    except OSError as error:
        logger.error("metrics are not served: %s", type(error).__name__)
    else:
        logger.info("metrics on %s:%s", settings.metrics_host, settings.metrics_port)
