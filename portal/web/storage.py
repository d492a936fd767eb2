"""The storage of this process' uploads and sent documents, and the scanner that looks at them."""

from portal.domain.common.files.scanning import Scanner, scanner_from_url
from portal.domain.common.files.storage import Storage, storage_from_url
from portal.settings import Settings

_storage: list[Storage] = []
_scanner: list[Scanner] = []


def open_storage(settings: Settings) -> None:
    """Prepare the storage that `PORTAL_FILES_URL` names, a directory of the data by default.

    `PORTAL_CLAMAV_URL` names the virus scanner, none by default.
    """
    url = settings.files_url or (settings.data_dir / "files").absolute().as_uri()
    _storage[:] = [storage_from_url(url)]
    _scanner[:] = [scanner_from_url(settings.clamav_url)]


def storage() -> Storage:
    return _storage[0]


def scanner() -> Scanner:
    return _scanner[0]
