"""The component library as one name: `ui.promise(target)` in any template, without imports."""

from typing import Any

from jinja2 import Environment
from jinja2.runtime import Macro

_FOLDER = "components/"


class Components:
    """Every public macro of `templates/components/*.html`; a name given twice is an error."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._files: dict[str, str] = {}

    def __getattr__(self, name: str) -> Macro:
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
        return sorted(self._files or self._index())

    def _index(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for file in self._environment.list_templates(extensions=["html"]):
            if file.startswith(_FOLDER):
                for name in self._macros(file):
                    if name in found:
                        raise ValueError(f"{name} is in {found[name]} and in {file}")
                    found[name] = file
        return found

    def _macros(self, file: str) -> list[str]:
        module: dict[str, Any] = vars(self._environment.get_template(file).module)
        return [name for name, value in module.items() if isinstance(value, Macro)]
