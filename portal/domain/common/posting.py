"""A message with the files of its form: written once, however often the form is sent."""

from collections.abc import Collection
from dataclasses import dataclass

from portal.domain.common import form_keys, thread
from portal.domain.common.activity import Subject
from portal.domain.common.actor import Actor, Audience
from portal.domain.common.files.attachments import attach


@dataclass(frozen=True, slots=True)
class FormFiles:
    """The form that a message was written in, and the public ids of the files it showed."""

    form_key: str = ""
    shown: Collection[str] = ()


NO_FORM = FormFiles()


async def is_sent_again(form: FormFiles, *, by: Actor) -> bool:
    """Whether this form has written its message already. Waits for a first post under way."""
    if not form.form_key or by.person_id is None:
        return False
    return await form_keys.made_by(by.person_id, form.form_key) is not None


async def post(
    subject: Subject, body: str, *, by: Actor, audience: Audience, form: FormFiles = NO_FORM
) -> int:
    """Add a message to the thread of `subject`, and the files chosen in its form to the message.

    Returns its id. Raises as `thread.write` and `attach`; ask `is_sent_again` before.
    """
    message_id = await thread.write(subject, body, by=by, audience=audience)
    if form.form_key and by.person_id is not None:
        await attach(
            form.form_key,
            to=subject,
            audience=audience,
            by=by,
            message_id=message_id,
            expected=form.shown,
        )
        await form_keys.remember(by.person_id, form.form_key, f"message:{message_id}")
    return message_id
