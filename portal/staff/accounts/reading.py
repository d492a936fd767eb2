"""The file behind an address, for pages that show it (rule A6)."""

from portal.domain.accounts import queries
from portal.domain.accounts.confidentiality import note_read
from portal.domain.accounts.tables import Account
from portal.domain.common.errors import NotFound
from portal.web.viewer import Viewer

HOME = "/staff/accounts"
_LARGEST_ID = 2**63 - 1


def path_of(code: str, page: str = "") -> str:
    """The address of a page of the file: `path_of(code, "/prices")`."""
    return f"{HOME}/{code}{page}"


async def read_file(code: str, viewer: Viewer, page: str = "") -> Account:
    """The file for a page that shows it; a read from outside the team is noted (rule A6).

    Raises `NotFound` for what the viewer may not see.
    """
    account = await queries.by_code(code, viewer.actor)
    await note_read(account.id, viewer.actor, path_of(code, page))
    return account


async def file_to_change(code: str, viewer: Viewer) -> Account:
    """The file for a verb, which notes the change itself. Raises `NotFound` as `read_file`."""
    return await queries.by_code(code, viewer.actor)


def record_id(given: int) -> int:
    """An id out of an address. Raises `NotFound` for one that no record can have."""
    if not 0 < given <= _LARGEST_ID:
        raise NotFound
    return given
