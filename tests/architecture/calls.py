"""What code leads to: the names that each function refers to, read without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path

import portal

ROOT = Path(portal.__file__).parent.parent
_Definition = ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef | ast.Assign | ast.AnnAssign


@dataclass(frozen=True)
class Module:
    """What a module defines at its top, and what each of its names stands for elsewhere."""

    defined: dict[str, _Definition] = field(default_factory=dict)
    names: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Place:
    """Something defined at the top of a module, by its full name, and what it refers to."""

    name: str
    is_function: bool
    refers_to: frozenset[str]


@cache
def modules() -> dict[str, Module]:
    """Every module of the portal by its name."""
    found = {}
    for path in sorted(ROOT.glob("portal/**/*.py")):
        name = ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")
        found[name] = _module(name, ast.parse(path.read_text("utf-8")))
    return found


def led_to_from(package: str) -> Iterator[Place]:
    """All that can be reached from what `package` defines, each once."""
    waiting = [
        f"{name}.{each}"
        for name, module in modules().items()
        if f"{name}.".startswith(f"{package}.")
        for each in module.defined
    ]
    seen = set()
    while waiting:
        name = waiting.pop()
        if name not in seen and (place := _place(name)):
            seen.add(name)
            waiting += place.refers_to
            yield place


def _module(name: str, tree: ast.Module) -> Module:
    module = Module()
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module:
            for alias in node.names:
                module.names[alias.asname or alias.name] = f"{node.module}.{alias.name}"
    for node in tree.body:
        for defined in _defines(node):
            module.defined[defined] = node
            module.names[defined] = f"{name}.{defined}"
    return module


def _defines(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
        return [node.name]
    targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
    return [target.id for target in targets if isinstance(target, ast.Name)]


def _place(name: str) -> Place | None:
    home, _, own = name.rpartition(".")
    node = modules()[home].defined.get(own) if home in modules() else None
    if node is None:
        return None
    found = {full for part in ast.walk(node) for full in _referred(part, modules()[home])}
    is_function = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    return Place(name, is_function, frozenset(found - {name}))


def _referred(node: ast.AST, module: Module) -> Iterator[str]:
    """The full names of `name`, and of `name.part`, `name.part.part`."""
    parts: list[str] = []
    while isinstance(node, ast.Attribute):
        parts.insert(0, node.attr)
        node = node.value
    if isinstance(node, ast.Name) and node.id in module.names:
        full = _home_of(module.names[node.id])
        if not parts:
            yield full
        for part in parts:
            full = _home_of(f"{full}.{part}")
            yield full


def _home_of(full: str) -> str:
    """Where a name was defined that another module only passes on."""
    while True:
        home, _, own = full.rpartition(".")
        passed_on = modules()[home].names.get(own, full) if home in modules() else full
        if passed_on == full:
            return full
        full = passed_on
