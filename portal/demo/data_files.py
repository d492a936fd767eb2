"""The texts and figures of the demo, which anybody can change without reading code."""

import csv
import tomllib
from pathlib import Path
from typing import Any

_DIRECTORY = Path(__file__).parent / "data"


def read_tables(name: str) -> dict[str, Any]:
    """The content of `data/<name>.toml`."""
    return tomllib.loads((_DIRECTORY / f"{name}.toml").read_text(encoding="utf-8"))


def read_rows(name: str) -> list[dict[str, str]]:
    """The rows of `data/<name>.csv` by the names in its first line."""
    with (_DIRECTORY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
