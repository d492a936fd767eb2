"""A shelf for the files of one test."""

from pathlib import Path

import pytest

from portal.domain.common.files.storage import DirectoryStorage
from tests.domain.common.files.uploads import Shelf


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    root = tmp_path / "files"
    return Shelf(root, DirectoryStorage(root))
