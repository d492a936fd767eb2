"""The command `portal`: what it answers at the shell."""

import asyncio
import os
import socket
import subprocess
import sys

import pytest

from portal import cli
from portal.domain.migrations.runner import create_database, history
from tests.conftest import OWNER, PASSWORD, Servers


@pytest.fixture(autouse=True)
def no_configuration(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in cli.VARIABLES.values():
        monkeypatch.delenv(name, raising=False)


@pytest.mark.parametrize(
    ("command", "wanted"),
    [
        ("web", "PORTAL_CUSTOMER_DATABASE_URL, PORTAL_STAFF_DATABASE_URL, PORTAL_REDIS_URL"),
        ("worker", "PORTAL_WORKER_DATABASE_URL, PORTAL_REDIS_URL"),
        ("migrate", "PORTAL_DATABASE_URL"),
    ],
)
def test_a_command_names_the_variables_it_misses(
    command: str, wanted: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.main([command]) == 1
    assert capsys.readouterr().err == (
        f"portal: set {wanted}; `portal demo` brings servers of its own.\n"
    )


def test_a_wrong_setting_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORTAL_PORT", "eighty")
    assert cli.main(["web"]) == 1
    assert "PORTAL_PORT must be a whole number" in capsys.readouterr().err


def test_a_database_that_is_away_is_one_sentence(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PORTAL_DATABASE_URL", "postgresql://nobody@127.0.0.1:1/portal")
    assert cli.main(["migrate"]) == 1
    said = capsys.readouterr().err
    assert said.startswith("portal: ")
    assert "Traceback" not in said


def portal(servers: Servers, database: str, *command: str) -> subprocess.CompletedProcess[str]:
    """The command in a process of its own: the pools of this one belong to other tests."""
    settings = servers.settings(database)
    urls = {variable: getattr(settings, name) for name, variable in cli.VARIABLES.items()}
    return subprocess.run(
        [sys.executable, "-m", "portal.cli", *command],
        env=os.environ | urls | {"PORTAL_BASE_URL": "https://portal.example"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_the_first_administrator_gets_a_link_and_a_wrong_address_a_sentence(
    servers: Servers,
) -> None:
    asyncio.run(servers.new_database("administered_by_cli", untouched=True))
    create = ("create-admin", "--name", "周敏", "--email")

    refused = portal(servers, "administered_by_cli", *create, "nowhere")
    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr.startswith("portal: ")
    assert "Traceback" not in refused.stderr

    made = portal(servers, "administered_by_cli", *create, "zhou.min@supplier.example")
    assert made.returncode == 0, made.stderr
    assert made.stdout.startswith("https://portal.example/staff/welcome/")


def test_a_busy_port_ends_the_web_process_with_the_reason(servers: Servers) -> None:
    asyncio.run(servers.new_database("served_by_cli", untouched=True))
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        refused = portal(servers, "served_by_cli", "web", "--port", str(port))
    assert refused.returncode != 0
    assert f"('127.0.0.1', {port})" in refused.stderr
    assert "Application shutdown complete" in refused.stderr


def test_migrate_tells_what_it_did_and_check_what_is_missing(
    servers: Servers, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asyncio.run(create_database(servers.postgres.url(), "migrated_by_cli", OWNER, PASSWORD))
    monkeypatch.setenv("PORTAL_DATABASE_URL", servers.owner_url("migrated_by_cli"))
    names = [step.name for step in history()]

    assert cli.main(["migrate", "--check"]) == 1
    assert capsys.readouterr().out.split() == names
    assert cli.main(["migrate"]) == 0
    assert capsys.readouterr().out.splitlines() == [f"Applied {name}" for name in names]
    assert cli.main(["migrate"]) == 0
    assert cli.main(["migrate", "--check"]) == 0
    assert capsys.readouterr().out == "Nothing was missing.\nNothing is missing.\n"
