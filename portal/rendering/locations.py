"""Where templates, static files and locales lie: in the wheel, or at the root of a checkout."""

from pathlib import Path

import portal

_PACKAGE = Path(portal.__file__).parent


def data_directory(name: str) -> Path:
    """The directory `name` ("templates", "static" or "locales") of this installation."""
    packaged = _PACKAGE / "_data" / name
    return packaged if packaged.is_dir() else _PACKAGE.parent / name
