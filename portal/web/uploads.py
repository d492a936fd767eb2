"""Files in forms and files going out: chosen, kept while a form is refused, dropped, downloaded.

A route with files takes `opt=OWN_UNITS`: choosing commits by itself and so outlives a refusal, and
no connection is held while bytes move.

    form = await Form.sent(request)
    if is_choosing(form):                    # nothing is kept for what one may not see
        async with viewer.unit():
            await find(reference, by=viewer.actor)
        await keep_chosen(form, viewer)      # no unit of work is open here
    ...
    async with viewer.unit() as unit:
        await verb(..., form_key=form.key, shown_files=shown_files(form))
        # or: return answer.page(..., form=form, kept_files=await kept_files(form, viewer))
    tell_after_commit(unit)
"""

from collections.abc import Sequence
from dataclasses import dataclass

from litestar.response import Stream

from portal.domain.common.files.attachments import AttachedFile
from portal.domain.common.files.delivery import download_headers
from portal.domain.common.files.limits import UploadLimits
from portal.domain.common.files.staging import remove_staged, stage, staged_for
from portal.domain.common.files.tables import StoredFile
from portal.web.forms import Form
from portal.web.storage import scanner, storage
from portal.web.viewer import Viewer

FIELD = "files"
LIMITS = UploadLimits()


@dataclass(frozen=True, slots=True)
class KeptFile:
    """A file as lists of files show it: chosen in a form (`token`) or to be downloaded (`url`)."""

    name: str
    size: int
    token: str = ""
    url: str = ""


async def keep_chosen(form: Form, viewer: Viewer, *, field: str = FIELD) -> None:
    """Keep what was chosen at `field` of a posted form, and take out what its button removed.

    What is refused stands at the field with its reason: look at `form.is_refused` afterwards.
    Opens units of its own.
    """
    dropped = form.value(f"{field}_drop")
    if dropped:
        await remove_staged(dropped, by=viewer.actor, storage=storage())
        form.put(f"{field}_kept", [token for token in shown_files(form) if token != dropped])
    uploads = form.uploads.get(field, [])
    if not uploads:
        return
    outcome = await stage(
        form.key,
        uploads,
        by=viewer.actor,
        limits=LIMITS,
        storage=storage(),
        scanner=scanner(),
    )
    for refusal in outcome.refused:
        form.refuse(field, refusal.field_message, **refusal.words)


def shown_files(form: Form, *, field: str = FIELD) -> list[str]:
    """The kept files that the page showed; a verb that attaches them says if one has expired."""
    return form.values(f"{field}_kept")


def is_dropping(form: Form, *, field: str = FIELD) -> bool:
    """Whether the form was sent by the button that removes a kept file."""
    return form.pressed(f"{field}_drop")


def is_choosing(form: Form, *, field: str = FIELD) -> bool:
    """Whether the form came with files to keep, or drops one: something is to be kept for it."""
    return bool(form.uploads.get(field)) or is_dropping(form, field=field)


async def kept_files(form: Form, viewer: Viewer) -> Sequence[KeptFile]:
    """What is kept for this form, for `ui.file_field(…, kept=…)`. Reads in the caller's unit."""
    return [
        KeptFile(file.name, file.size_bytes, token=file.public_id)
        for file in await staged_for(form.key, by=viewer.actor)
    ]


def offered(file: StoredFile | AttachedFile, base: str) -> KeptFile:
    """An attached file for `ui.file_list`; `base` is the path before its public id."""
    return KeptFile(file.name, file.size_bytes, url=f"{base}/{file.public_id}")


async def download(file: StoredFile) -> Stream:
    """The answer that carries a file's bytes, as an attachment that can do nothing.

    Load the file through the viewer and close the unit of work first. Raises `BytesMissing`.
    """
    headers = download_headers(file)
    media_type = headers.pop("Content-Type")
    return Stream(await storage().stream(file.storage_key), headers=headers, media_type=media_type)
