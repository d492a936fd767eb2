"""What can go wrong with an embedded server, as a sentence for the person who started it."""


class EmbeddedServerError(Exception):
    """An embedded server cannot be had here; the message says why and what to do about it."""
