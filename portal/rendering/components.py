"""The component library as one name: `ui.promise(target)` in any template, without imports."""

from collections.abc import Callable
from typing import Any

from jinja2 import Environment
from jinja2.runtime import Macro

from portal.rendering.cells import CELLS

_FOLDER = "components/"


class Components:
    """The cells and every public macro of `templates/components/*.html`, each name once."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._files: dict[str, str] = {}
        self.__dict__.update(CELLS)

    def __getattr__(self, name: str) -> Callable[..., Any]:
        if name.startswith("_"):
            raise AttributeError(name)
        if not self._files:
            self._files.update(self._index())
        if name not in self._files:
            raise AttributeError(f"no component called {name!r}")
        macro: Macro = getattr(self._environment.get_template(self._files[name]).module, name)
        if not self._environment.auto_reload:
            self.__dict__[name] = macro
        return macro

    def names(self) -> list[str]:
        """The components there are, sorted."""
        return sorted({*CELLS, *(self._files or self._index())})

    def _index(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for file in self._environment.list_templates(extensions=["html"]):
            if file.startswith(_FOLDER):
                for name in self._macros(file):
                    if name in found or name in CELLS:
                        raise ValueError(f"{name} is in {file} and elsewhere too")
                    found[name] = file
        return found

    def _macros(self, file: str) -> list[str]:
        module: dict[str, Any] = vars(self._environment.get_template(file).module)
        return [name for name, value in module.items() if isinstance(value, Macro)]
