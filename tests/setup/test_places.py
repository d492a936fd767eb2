"""Where the embedded servers live and whose programs they run: as root, as an ordinary user."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from portal.embedded import EmbeddedPostgres, EmbeddedServerError, Place, places, programs
from portal.embedded.programs import POSTGRES, PostgresPrograms, valkey_program

from .conftest import query

ROOT = os.geteuid() == 0
# Gives up root if it has it, as the interpreter itself may lie where only root can go.
ORDINARY_USER = """
import encodings.idna, os, sys
from pathlib import Path
from portal.embedded import EmbeddedPostgres, EmbeddedValkey, Place
from portal.embedded.programs import PostgresPrograms, valkey_program
home = Path(sys.argv[1])
with Place.temporary() as place:
    account = place.account
servers = PostgresPrograms.find(account), valkey_program(account)
if account:
    os.chown(home, account.pw_uid, account.pw_gid)
    os.setgroups([])
    os.setgid(account.pw_gid)
    os.setuid(account.pw_uid)
place = Place.for_data(home / "data")
with EmbeddedPostgres(place, programs=servers[0]), EmbeddedValkey(place, program=servers[1]):
    print(place.root, place.account, place.root.stat().st_mode & 0o777 == 0o700)
"""


@pytest.fixture
def var_tmp(place: Place, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory in the role of /var/tmp."""
    directory = place.root / "var-tmp"
    directory.mkdir()
    directory.chmod(0o1777)
    monkeypatch.setattr(places, "SHARED_TEMPORARY", directory)
    return directory


def test_an_ordinary_user_keeps_data_where_they_were_wished(place: Place) -> None:
    home = place.root / "home"
    home.mkdir()
    done = subprocess.run(
        [sys.executable, "-c", ORDINARY_USER, home],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.stdout == f"{home / 'data'} None True\n", done.stderr


def test_data_stay_in_the_checkout_when_the_servers_can_reach_it(place: Place) -> None:
    assert Place.for_data(place.root / ".portal").root == place.root / ".portal"


def test_each_closed_checkout_has_a_directory_of_its_own_elsewhere(
    place: Place, var_tmp: Path
) -> None:
    closed = place.root / "closed"
    closed.mkdir(mode=0o700)
    first, second = (Place.for_data(closed / name) for name in ("one", "two"))
    assert first.root != second.root
    if ROOT:
        assert first.root.parent == second.root.parent == var_tmp
        assert first.root == Place.for_data(closed / "one").root
    assert closed.stat().st_mode & 0o777 == 0o700
    with EmbeddedPostgres(first, fast=True) as postgres:
        assert query(postgres.url(), "SELECT 1") == 1


@pytest.mark.parametrize("how", ["writable", "link"])
def test_a_directory_that_others_prepared_is_not_used(
    how: str, var_tmp: Path, tmp_path: Path
) -> None:
    planted = var_tmp / "portal-planted"
    if how == "link":
        planted.symlink_to(tmp_path)
    else:
        planted.mkdir()
        planted.chmod(0o777)
    with pytest.raises(EmbeddedServerError, match="does not belong to this user alone"):
        places.private_directory("portal-planted")


def test_copied_programs_run_until_somebody_could_have_changed_them(
    place: Place, var_tmp: Path
) -> None:
    wheel = POSTGRES.directory()
    assert wheel is not None
    copy = programs.private_copy(POSTGRES, wheel)
    assert copy == programs.private_copy(POSTGRES, wheel)
    assert [path.name for path in copy.parent.iterdir()] == [copy.name]
    directory = copy / POSTGRES.programs
    with EmbeddedPostgres(place, fast=True, programs=PostgresPrograms(directory, 18)) as postgres:
        assert query(postgres.url(), "SELECT 1") == 1
    (directory / "postgres").chmod(0o777)
    with pytest.raises(EmbeddedServerError, match="could have been changed by others"):
        programs.private_copy(POSTGRES, wheel)


def test_without_wheels_the_servers_on_path_are_used(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    wheel = POSTGRES.directory()
    assert wheel is not None
    (tmp_path / "initdb").symlink_to(wheel / "initdb")
    (tmp_path / "redis-server").touch(mode=0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "POSTGRES_DIRECTORIES", ())
    found = PostgresPrograms.find(place.account, wheel=None)
    assert found == PostgresPrograms(wheel, found.major)
    assert found.major >= programs.OLDEST_POSTGRES
    assert valkey_program(place.account, wheel=None) == tmp_path / "redis-server"


def test_without_any_server_one_sentence_says_what_to_do(
    place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.setattr(programs, "POSTGRES_DIRECTORIES", ())
    with pytest.raises(EmbeddedServerError, match="install it, or set PORTAL_DATABASE_URL"):
        PostgresPrograms.find(place.account, wheel=None)
    with pytest.raises(EmbeddedServerError, match="install one of them, or set PORTAL_REDIS_URL"):
        valkey_program(place.account, wheel=None)
