"""The virus scanner's protocol, spoken with a clamd of our own on loopback."""

from pathlib import Path

import pytest

from portal.domain.common.files.scanning import (
    ClamAV,
    NoScanner,
    ScannerAway,
    Verdict,
    scanner_from_url,
)
from tests.domain.common.files.clamd import VIRUS, running_clamd


async def test_clean_and_infected_bytes_are_told_apart() -> None:
    async with running_clamd() as clamd:
        scanner = ClamAV(host="127.0.0.1", port=clamd.port)
        assert await scanner.scan(b"x" * 300_000) == Verdict(scanned=True)
        assert clamd.received[-1] == b"x" * 300_000
        assert await scanner.scan(VIRUS) == Verdict(scanned=True, finding="Eicar-Test-Signature")
        assert await scanner.scan(b"") == Verdict(scanned=True)


async def test_a_socket_file_serves_too(tmp_path: Path) -> None:
    path = tmp_path / "clamd.sock"
    async with running_clamd(path):
        scanner = scanner_from_url(f"unix://{path}")
        assert (await scanner.scan(VIRUS)).finding
    with pytest.raises(ScannerAway):
        await scanner.scan(b"x")


async def test_a_scanner_that_does_not_listen_is_away() -> None:
    async with running_clamd() as clamd:
        scanner = ClamAV(host="127.0.0.1", port=clamd.port)
    with pytest.raises(ScannerAway):
        await scanner.scan(b"x")


@pytest.mark.parametrize(
    "answer",
    [
        b"INSTREAM size limit exceeded. ERROR\x00",
        b"",
        b"stream: OK",
        b"x" * 100_000,
        b"\xff\xfe\x00",
    ],
)
async def test_any_other_answer_is_no_verdict(answer: bytes) -> None:
    async with running_clamd(answer=answer) as clamd:
        with pytest.raises(ScannerAway):
            await ClamAV(host="127.0.0.1", port=clamd.port).scan(b"x")


async def test_a_scanner_that_hangs_is_away() -> None:
    async with running_clamd(answer=None) as clamd:
        scanner = ClamAV(host="127.0.0.1", port=clamd.port, seconds=0.2)
        with pytest.raises(ScannerAway):
            await scanner.scan(b"x")


async def test_without_a_scanner_nothing_is_claimed() -> None:
    assert isinstance(scanner_from_url(""), NoScanner)
    assert await scanner_from_url("").scan(VIRUS) == Verdict(scanned=False)


def test_urls_name_the_scanner() -> None:
    assert scanner_from_url("tcp://clamav:3311") == ClamAV(host="clamav", port=3311)
    assert scanner_from_url("tcp://clamav") == ClamAV(host="clamav", port=3310)
    assert scanner_from_url("unix:///run/clamd.sock") == ClamAV(path="/run/clamd.sock")
    for url in ("http://clamav", "clamav:3310", "tcp://", "unix://"):
        with pytest.raises(ValueError, match="PORTAL_CLAMAV_URL"):
            scanner_from_url(url)
