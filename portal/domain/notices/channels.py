"""The channels there are. A further one is a module like `by_email` and a row here."""

from portal.domain.notices.by_email import ByEmail
from portal.domain.notices.channel import Channel

CHANNELS: tuple[Channel, ...] = (ByEmail(),)
