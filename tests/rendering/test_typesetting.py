"""The processes that set papers: kept warm, replaced when they are gone, never left behind."""

import os
import signal
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest

from portal.embedded.processes import wait_until
from portal.rendering import typesetting
from portal.rendering.typesetting import PAPERS, PaperNotSet, end_idle, set_paper


@pytest.fixture
def job(tmp_path: Path) -> dict[str, Any]:
    template = tmp_path / "paper.typ"
    template.write_text("#json(bytes(sys.inputs.data)).said")
    return {
        "template": str(template),
        "root": str(tmp_path),
        "data": {"said": "报价"},
        "created": 1_790_000_000,
    }


def warm() -> set[int]:
    """Process ids of the typesetters that wait for work."""
    return {process.pid for process in typesetting.idle()}


def test_one_process_sets_many_papers_and_ends_before_it_grows(job: dict[str, Any]) -> None:
    end_idle()
    papers, used = set(), set()
    for _ in range(PAPERS + 2):
        papers.add(set_paper(job))
        used |= warm()
    assert len(papers) == 1  # the same bytes, whichever process set them
    assert len(used) == 2


def test_one_without_work_ends(job: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "IDLE_SECONDS", 0.05)
    end_idle()
    set_paper(job)
    assert wait_until(lambda: not warm(), 15)


def test_one_that_was_killed_is_replaced(job: dict[str, Any]) -> None:
    paper = set_paper(job)
    for pid in warm():
        os.kill(pid, signal.SIGKILL)
    assert set_paper(job) == paper


def test_a_refused_paper_costs_no_process(job: dict[str, Any]) -> None:
    set_paper(job)
    before = warm()
    with pytest.raises(PaperNotSet, match="does not contain key"):
        set_paper({**job, "data": {}})
    assert warm() == before


def test_what_takes_too_long_is_given_up(
    job: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(job["template"]).write_text("#for i in range(9000) { for j in range(9000) { let x = i } }")
    monkeypatch.setattr(typesetting, "TIME_LIMIT", 1)
    began = time.monotonic()
    with pytest.raises(PaperNotSet, match="more than 1 s"):
        set_paper(job)
    assert time.monotonic() - began < 20


def test_several_at_once_are_each_their_own(job: dict[str, Any]) -> None:
    jobs = [{**job, "data": {"said": f"No. {number}"}} for number in range(8)]
    with ThreadPoolExecutor(4) as threads:
        papers = list(threads.map(set_paper, jobs))
    assert papers == [set_paper(each) for each in jobs]
    assert len(set(papers)) == len(jobs)
