"""The storage of this process' uploads and sent documents."""

from portal.domain.common.files.storage import Storage, storage_from_url
from portal.settings import Settings

_storage: list[Storage] = []


def open_storage(settings: Settings) -> None:
    """Prepare the storage that `PORTAL_FILES_URL` names, a directory of the data by default."""
    url = settings.files_url or (settings.data_dir / "files").absolute().as_uri()
    _storage[:] = [storage_from_url(url)]


def storage() -> Storage:
    return _storage[0]
