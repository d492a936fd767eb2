"""Figures and log lines for those who run the portal: ids of work, nothing of people."""

import json
import logging
from dataclasses import replace
from typing import Any

import httpx
from prometheus_client import REGISTRY

from portal import logs
from portal.embedded import free_port
from portal.metrics import serve_metrics
from portal.settings import Settings
from portal.workers.figures import take_figures
from tests.factories import Factory
from tests.visitor import Visitor, signed_in
from tests.workers.works import working


async def test_requests_are_counted_by_route_not_by_address(site: Any, make: Factory) -> None:
    visitor = await signed_in(site, make, await make.buyer(await make.account()))
    await visitor.get("/quotes/RFQ-2020-12345")
    named = {
        sample.labels["route"]
        for metric in REGISTRY.collect()
        if metric.name == "portal_request_seconds"
        for sample in metric.samples
    }
    assert "/quotes/{reference}" in named
    assert not any("RFQ-" in route for route in named)


async def test_the_gauges_say_what_waits(settings: Settings, make: Factory) -> None:
    await make.insert("outbox", kind="test.waits", queue="bulk", payload="{}")
    async with working(settings, "smtp://127.0.0.1:9") as (work, _):
        assert await take_figures(work) == 0
    waiting = REGISTRY.get_sample_value("portal_waiting", {"what": "event", "queue": "bulk"})
    assert waiting
    assert REGISTRY.get_sample_value("portal_targets", {"state": "open"}) is not None


async def test_metrics_are_served_on_a_port_of_their_own(settings: Settings) -> None:
    port = free_port(0)
    serve_metrics(replace(settings, metrics_port=port))
    async with httpx.AsyncClient() as client:
        told = await client.get(f"http://127.0.0.1:{port}/metrics")
    assert "portal_request_seconds" in told.text
    serve_metrics(replace(settings, metrics_port=port))  # busy: said in the log, no failure


async def test_the_portal_itself_serves_no_metrics(site: Any) -> None:
    assert (await Visitor(site).get("/metrics")).status_code == 404


def test_a_line_of_json_carries_the_job_and_no_message_of_an_exception() -> None:
    formatter = logs.JsonFormatter()
    typed = "@".join(("fang.min", "customer.example"))
    before = logs.request_id()
    try:
        raise ValueError(typed)
    except ValueError as error:
        info = (type(error), error, error.__traceback__)
    with logs.job("send:7:0"):
        record = logging.LogRecord("portal", logging.ERROR, "", 1, "mail %s", (7,), info)
        line = formatter.format(record)
    told = json.loads(line)
    assert told["id"] == "send:7:0"
    assert told["message"] == "mail 7"
    assert "ValueError" in told["failure"]
    assert typed not in line
    assert logs.request_id() == before
