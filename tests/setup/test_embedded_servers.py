"""What the embedded servers promise: they recover, keep to themselves and end with their parent."""

import asyncio
import os
import re
import socket
import subprocess
import sys
from pathlib import Path

import asyncpg
import pytest
from redis import Redis

from portal.embedded import EmbeddedPostgres, EmbeddedServerError, EmbeddedValkey, Place
from portal.embedded.processes import running, wait_until

from .conftest import query

# A parent that can be killed. Untied, its servers stay behind as they do where there is no prctl.
PARENT = """
import sys
from pathlib import Path
from portal.embedded import EmbeddedPostgres, EmbeddedValkey, Place, processes
if sys.argv[2] == "untied":
    processes._libc = None
place = Place.for_data(Path(sys.argv[1]))
EmbeddedPostgres(place, fast=True).start()
EmbeddedValkey(place, fast=True).start()
print("started", flush=True)
sys.stdin.read()
"""


def test_a_killed_database_comes_back_with_what_was_committed(postgres: EmbeddedPostgres) -> None:
    query(postgres.url(), "CREATE TABLE promise AS SELECT 42 AS kept")

    async def kill_with_a_session_open() -> None:
        connection = await asyncpg.connect(postgres.url())
        postgres.kill9()
        connection.terminate()

    asyncio.run(kill_with_a_session_open())
    postgres.start()
    assert query(postgres.url(), "SELECT kept FROM promise") == 42


def test_a_killed_valkey_comes_back_with_what_it_was_told(valkey: EmbeddedValkey) -> None:
    Redis.from_url(valkey.url()).set("promise", "kept")
    valkey.kill9()
    valkey.start()
    assert Redis.from_url(valkey.url()).get("promise") == b"kept"


def test_a_restart_keeps_the_port(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> None:
    before = postgres.port, valkey.port
    postgres.restart()
    valkey.restart()
    assert (postgres.port, valkey.port) == before
    assert query(postgres.url(), "SELECT 1") == 1


def test_a_busy_port_is_left_alone_and_a_free_one_taken(place: Place) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        busy = other.getsockname()[1]
        with (
            EmbeddedPostgres(place, wished_port=busy, fast=True) as postgres,
            EmbeddedValkey(place, wished_port=busy, fast=True) as valkey,
        ):
            assert len({busy, postgres.port, valkey.port}) == 3
            assert query(postgres.url(), "SELECT 1") == 1
            assert Redis.from_url(valkey.url()).ping()


def test_nobody_gets_in_without_the_password(
    postgres: EmbeddedPostgres, valkey: EmbeddedValkey
) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        query(postgres.url(password="guessed"), "SELECT 1")
    assert query(postgres.url(), "SHOW password_encryption") == "scram-sha-256"
    with socket.create_connection(("127.0.0.1", valkey.port)) as stranger:
        stranger.sendall(b"PING\r\n")
        assert stranger.recv(64).startswith(b"-NOAUTH")


def test_only_this_machine_can_connect(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> None:
    assert query(postgres.url(), "SHOW listen_addresses") == "127.0.0.1"
    assert query(postgres.url(), "SHOW unix_socket_directories") == ""
    assert Redis.from_url(valkey.url()).config_get("bind") == {"bind": "127.0.0.1"}


def test_the_secret_is_readable_by_its_owner_only(
    place: Place, postgres: EmbeddedPostgres, valkey: EmbeddedValkey
) -> None:
    assert (place.root / "secret").stat().st_mode & 0o777 == 0o600
    for server in (postgres, valkey):
        shown = subprocess.run(
            ["ps", "-ww", "-o", "args=", "-p", str(server.pid)],
            capture_output=True,
            text=True,
            check=True,
        ).stdout
        assert str(place.root) in shown
        assert not re.search("[0-9a-f]{64}", shown)


def test_the_servers_never_run_as_root(postgres: EmbeddedPostgres, valkey: EmbeddedValkey) -> None:
    for server in (postgres, valkey):
        owner = subprocess.run(
            ["ps", "-o", "uid=", "-p", str(server.pid)], capture_output=True, text=True, check=True
        )
        assert int(owner.stdout) == server.place.uid() != 0


def test_two_starts_cannot_use_the_same_data(place: Place, postgres: EmbeddedPostgres) -> None:
    with pytest.raises(EmbeddedServerError, match=rf"in use by process {os.getpid()}\b"):
        EmbeddedPostgres(place, fast=True).start()
    assert query(postgres.url(), "SELECT 1") == 1


def test_the_servers_end_with_a_killed_parent(place: Place) -> None:
    _start_and_kill_parent(place, "tied")
    if sys.platform == "linux":
        assert wait_until(lambda: not _servers(place), 10)
    _starts_and_answers(place)


def test_servers_that_a_killed_parent_left_behind_are_ended_first(place: Place) -> None:
    _start_and_kill_parent(place, "untied")
    left = _servers(place)
    assert len(left) == 2
    _starts_and_answers(place)
    assert not set(left) & set(_servers(place))


def test_a_stale_pid_file_that_names_a_stranger_is_not_believed(place: Place) -> None:
    account = place.account
    with EmbeddedPostgres(place, fast=True) as postgres:
        recorded = (place.root / "postgres" / "postmaster.pid").read_text()
        postgres.kill9()
    with subprocess.Popen(["sleep", "60"], user=account.pw_uid if account else None) as stranger:
        rest = recorded.partition("\n")[2]
        (place.root / "postgres" / "postmaster.pid").write_text(f"{stranger.pid}\n{rest}")
        _starts_and_answers(place)
        assert stranger.poll() is None
        stranger.kill()


def test_an_interrupted_first_start_is_begun_anew(place: Place) -> None:
    (place.root / "postgres-unfinished" / "base").mkdir(parents=True)
    _starts_and_answers(place)


def test_data_of_another_version_are_refused_and_left_alone(place: Place) -> None:
    with EmbeddedPostgres(place, fast=True):
        pass
    version = place.root / "postgres" / "PG_VERSION"
    version.write_text("12\n")
    with pytest.raises(EmbeddedServerError, match="made by PostgreSQL 12"):
        EmbeddedPostgres(place, fast=True).start()
    assert version.read_text() == "12\n"


def _start_and_kill_parent(place: Place, how: str) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", PARENT, place.root, how],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        cwd=Path(__file__).parents[2],
    ) as parent:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"started\n"
        parent.kill()


def _servers(place: Place) -> list[int]:
    return running(f"postgres -D {place.root / 'postgres'}") + running(
        f"valkey-server - --dir {place.root / 'valkey'}"
    )


def _starts_and_answers(place: Place) -> None:
    with (
        EmbeddedPostgres(place, fast=True) as postgres,
        EmbeddedValkey(place, fast=True) as valkey,
    ):
        assert query(postgres.url(), "SELECT 1") == 1
        assert Redis.from_url(valkey.url()).ping()
        assert len(_servers(place)) == 2
