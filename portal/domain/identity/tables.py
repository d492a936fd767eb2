"""People of both sides. Credentials, sessions and tokens have no class: functions reach them."""

from piccolo.columns import Boolean, Text, Timestamptz

from portal.domain.common.activity import Subject
from portal.domain.common.record import Record


class Person(Record, tablename="person"):
    """Somebody who may sign in, on one side. `locale` is empty while the browser decides.

    The customer login may not read `email`: there, select the columns you need.
    """

    side = Text()
    name = Text()
    email = Text()
    phone = Text(default="")
    locale = Text(default="")
    timezone = Text(default="Asia/Shanghai")
    keyboard_shortcuts = Boolean(default=True)
    created_at = Timestamptz()
    disabled_at = Timestamptz(null=True, default=None)

    @property
    def is_disabled(self) -> bool:
        return self.disabled_at is not None

    @property
    def subject(self) -> Subject:
        """What the activity log calls this person."""
        return Subject("person", self.id, self.name, None)
