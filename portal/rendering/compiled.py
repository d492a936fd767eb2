"""How our templates are compiled: what Jinja generates, changed for the hot path.

A queue of fifty rows puts out more than a thousand values and makes some five hundred calls. In a
template that escapes:

* a value is escaped to a plain string where Jinja wraps it in a `Markup` only to join it, and what
  is markup without doubt (a cell, a text) is put out as it is;
* what is called is called. Jinja asks every callable first whether it wants the context, and
  inside loops and blocks makes a whole new context for those that do: the texts, thousands of
  them. Ours look their reader up elsewhere (`texts`); globals that do want it get it as ever. A
  function in a page's context must not want it;
* an attribute is read by Python itself, and only what has none is looked up in Jinja's way;
* a global is there, so nobody asks whether it is missing, and a component is an attribute of `ui`;
* `{{ "open" if … }}` says nothing when it does not hold, where Jinja makes an object that does so;
* a macro takes its arguments without an exception for each that was left to its default, and what
  it says is put out without being marked as markup in between;
* a record page is put together from a dozen templates: they are found by name, and what one hands
  to the next is copied once.

Templates of plain text (mails) are compiled as Jinja does it.
"""

from collections.abc import Mapping, MutableMapping
from keyword import iskeyword
from typing import Any

from jinja2 import Environment, nodes, pass_eval_context
from jinja2 import Template as JinjaTemplate
from jinja2.compiler import CodeGenerator, MacroRef
from jinja2.compiler import Frame as CodeFrame
from jinja2.idtracking import VAR_LOAD_PARAMETER, VAR_LOAD_RESOLVE
from jinja2.nodes import EvalContext
from jinja2.runtime import Context
from jinja2.runtime import Macro as JinjaMacro
from jinja2.utils import missing

from portal.rendering.cells import CELLS
from portal.rendering.escaping import mark, put_out

# What the generated code calls, beside what Jinja gives it.
_IMPORTS = (
    "from portal.rendering.cells import " + ", ".join(f"{name} as cell_{name}" for name in CELLS),
    "from portal.rendering.compiled import Macro as OurMacro",
    "from portal.rendering.escaping import put_out",
    "from portal.rendering.texts import said, said_of, said_with",
)
_TEXT = {"_", "gettext"}
_NUMBERED = "ngettext"
_COMPONENTS = "ui"


class Generator(CodeGenerator):
    def visit_Template(  # noqa: N802 - Jinja's name, as all of them here
        self, node: nodes.Template, frame: CodeFrame | None = None
    ) -> None:
        for line in _IMPORTS:
            self.writeline(line)
        self._macros = {each.name for each in node.body if isinstance(each, nodes.Macro)}
        self._put_out_now: nodes.Expr | None = None
        super().visit_Template(node, frame)

    def visit_Output(self, node: nodes.Output, frame: CodeFrame) -> None:  # noqa: N802
        """Put out `{{ a if b else c }}` as a statement: so its constants are escaped beforehand."""
        together: list[nodes.Expr] = []
        for child in node.nodes:
            if isinstance(child, nodes.CondExpr) and _escapes(frame):
                self._put_out(together, frame, node.lineno)
                self.visit(_statement(child), frame)
                together = []
            else:
                together.append(child)
        self._put_out(together, frame, node.lineno)

    def _put_out(self, children: list[nodes.Expr], frame: CodeFrame, line: int) -> None:
        if children:
            super().visit_Output(nodes.Output(children, lineno=line), frame)

    def _output_child_pre(self, node: nodes.Expr, frame: CodeFrame, finalize: Any) -> None:
        if not _escapes(frame) or finalize.src is not None:
            super()._output_child_pre(node, frame, finalize)
        elif isinstance(node, nodes.Call) and self._says_markup(node, frame):
            self._put_out_now = node
            self.write("(")
        else:
            self.write("put_out(")

    def visit_Call(  # noqa: N802
        self, node: nodes.Call, frame: CodeFrame, forward_caller: bool = False
    ) -> None:
        if not _escapes(frame) or not _is_simple(node) or self._wants_context(node, frame):
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        name = self._text(node, frame) or _cell(node)
        if name:
            self.write(name)
        else:
            self.visit(node.node, frame)
        is_put_out = forward_caller or node is self._put_out_now
        self.write(".html(" if is_put_out and self._is_macro(node.node, frame) else "(")
        for argument in (*node.args, *node.kwargs):
            self.visit(argument, frame)
            self.write(", ")
        self.write("caller=caller)" if forward_caller else ")")

    def visit_Getattr(self, node: nodes.Getattr, frame: CodeFrame) -> None:  # noqa: N802
        if self._global(node.node, frame) == _COMPONENTS:
            self.visit(node.node, frame)
            self.write(f".{node.attr}")
            return
        self.write("(found if (found := getattr((owner := ")
        self.visit(node.node, frame)
        self.write(f"), {node.attr!r}, missing)) is not missing")
        self.write(f" else environment.getattr(owner, {node.attr!r}))")

    def visit_Name(self, node: nodes.Name, frame: CodeFrame) -> None:  # noqa: N802
        if node.ctx == "load" and self._global(node, frame):
            self.write(frame.symbols.ref(node.name))
        else:
            super().visit_Name(node, frame)

    def macro_def(self, macro_ref: MacroRef, frame: CodeFrame) -> None:
        self.write("Our")
        super().macro_def(macro_ref, frame)

    def _text(self, node: nodes.Call, frame: CodeFrame) -> str | None:
        """The function of `texts` that a call of gettext's names becomes."""
        name = self._global(node.node, frame)
        if name is None or not _is_simple(node):
            return None
        if name in _TEXT and len(node.args) == 1:
            return "said_with" if node.kwargs else "said"
        return "said_of" if name == _NUMBERED and len(node.args) == 3 else None

    def _says_markup(self, node: nodes.Call, frame: CodeFrame) -> bool:
        if not _is_simple(node):
            return False
        return bool(_cell(node) or self._text(node, frame) or self._is_macro(node.node, frame))

    def _is_macro(self, callee: nodes.Expr, frame: CodeFrame) -> bool:
        """Whether a macro is called without doubt: a component, the template's own or `caller`."""
        if isinstance(callee, nodes.Getattr):
            return self._global(callee.node, frame) == _COMPONENTS and callee.attr not in CELLS
        if not isinstance(callee, nodes.Name):
            return False
        meant = frame.symbols.ref(callee.name)
        if callee.name == "caller":
            load = frame.symbols.find_load(meant)
            return load is not None and load[0] == VAR_LOAD_PARAMETER
        return callee.name in self._macros and meant == f"l_0_{callee.name}"

    def _wants_context(self, node: nodes.Call, frame: CodeFrame) -> bool:
        name = self._global(node.node, frame)
        if name is None or self._text(node, frame):
            return False
        # The mark of `pass_context` and its like.
        return hasattr(self.environment.globals[name], "jinja_pass_arg")

    def _global(self, node: nodes.Expr, frame: CodeFrame) -> str | None:
        """The name of the global that is meant, unless the template means something of its own."""
        if not isinstance(node, nodes.Name) or node.name not in self.environment.globals:
            return None
        load = frame.symbols.find_load(frame.symbols.ref(node.name))
        return node.name if load == (VAR_LOAD_RESOLVE, node.name) else None


def _statement(choice: nodes.CondExpr) -> nodes.If:
    """An inline `if` that is put out, as a statement."""
    line = choice.lineno
    chosen, other = (
        [nodes.Output([arm], lineno=line)] if arm is not None else []
        for arm in (choice.expr1, choice.expr2)
    )
    return nodes.If(choice.test, chosen, [], other, lineno=line)


def _escapes(frame: CodeFrame) -> bool:
    return frame.eval_ctx.autoescape and not frame.eval_ctx.volatile


def _is_simple(node: nodes.Call) -> bool:
    """Whether the arguments are there to be written down one by one."""
    if node.dyn_args or node.dyn_kwargs:
        return False
    return not any(iskeyword(keyword.key) for keyword in node.kwargs)


def _cell(node: nodes.Call) -> str | None:
    callee = node.node
    if not isinstance(callee, nodes.Getattr) or not _is_simple(node):
        return None
    if not isinstance(callee.node, nodes.Name) or callee.node.name != _COMPONENTS:
        return None
    return f"cell_{callee.attr}" if callee.attr in CELLS else None


class Macro(JinjaMacro):
    """A macro that takes its arguments the short way, unless it asks for unnamed ones."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._is_ordinary = not (self.catch_kwargs or self.catch_varargs or self.explicit_caller)
        self._names = tuple(self.arguments)
        self._unsaid: list[Any] = [missing] * self._argument_count
        if self.caller:
            self._names = (*self._names, "caller")
            self._unsaid.append(self._environment.undefined("No caller defined", name="caller"))

    @pass_eval_context
    def __call__(self, *args: Any, **kwargs: Any) -> str:
        if not self._is_ordinary or (args and type(args[0]) is EvalContext):
            return super().__call__(*args, **kwargs)
        text = self._text(args, kwargs)
        return mark(text) if self._default_autoescape else text

    def html(self, *args: Any, **kwargs: Any) -> str:
        """What it says, to be put out as it is."""
        if self._is_ordinary and self._default_autoescape:
            return self._text(args, kwargs)
        return put_out(self(*args, **kwargs))

    def _text(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> str:
        given = len(args)
        if given > self._argument_count:
            raise TypeError(f"macro {self.name!r} was given {given} arguments")
        arguments = [*args, *self._unsaid[given:]]
        for name, value in kwargs.items():
            if name not in self._names[given:]:
                raise TypeError(f"macro {self.name!r} was given {name!r}")
            arguments[self._names.index(name)] = value
        return self._func(*arguments)


class Template(JinjaTemplate):
    """A template whose context is put together in one go, with its globals or from an include."""

    def new_context(
        self,
        vars: dict[str, Any] | None = None,
        shared: bool = False,
        locals: Mapping[str, Any] | None = None,
    ) -> Context:
        known = vars or {}
        if not shared:
            known = {**self.globals, **known}
        if locals:
            known = {**known, **{k: value for k, value in locals.items() if value is not missing}}
        # Which of the names are globals is asked only where templates have some of their own.
        return self.environment.context_class(self.environment, known, self.name, self.blocks)


class FastEnvironment(Environment):
    """A Jinja environment whose templates are compiled by `Generator`."""

    code_generator_class = Generator
    template_class = Template

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self._loaded: dict[object, JinjaTemplate] = {}

    def get_template(
        self,
        name: str | JinjaTemplate,
        parent: str | None = None,
        globals: MutableMapping[str, Any] | None = None,
    ) -> JinjaTemplate:
        """The template `name`, which is what it was the first time unless `auto_reload` is set."""
        template = self._loaded.get(name)
        if template is None:
            template = super().get_template(name, parent, globals)
            if not self.auto_reload:
                self._loaded[name] = template
        return template

    def make_globals(self, d: MutableMapping[str, Any] | None) -> MutableMapping[str, Any]:
        """No template has globals of its own, so all share ours: every render copies them."""
        return super().make_globals(d) if d else self.globals
