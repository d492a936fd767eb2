"""How our templates are compiled: two changes to what Jinja generates, both for the hot path.

A queue of fifty rows puts out more than a thousand values. Jinja wraps each in a new `Markup` only
to join them; here a value is escaped to a plain string, and what is markup already goes through as
it is. And a cell (`ui.money(…)`) is called directly instead of through the template's context.
"""

from typing import Any

from jinja2 import Environment, nodes
from jinja2.compiler import CodeGenerator
from jinja2.compiler import Frame as CodeFrame

from portal.rendering.cells import CELLS
from portal.rendering.escaping import put_out


class Generator(CodeGenerator):
    def _output_child_pre(self, node: nodes.Expr, frame: CodeFrame, finalize: Any) -> None:
        if frame.eval_ctx.autoescape and not frame.eval_ctx.volatile and finalize.src is None:
            self.write("environment.put_out(")
        else:
            super()._output_child_pre(node, frame, finalize)

    def visit_Call(  # noqa: N802 - Jinja's name
        self, node: nodes.Call, frame: CodeFrame, forward_caller: bool = False
    ) -> None:
        name = _cell(node)
        if name is None:
            super().visit_Call(node, frame, forward_caller=forward_caller)
            return
        self.write(f"environment.cells[{name!r}](")
        for argument in node.args:
            self.visit(argument, frame)
            self.write(", ")
        for keyword in node.kwargs:
            self.write(f"{keyword.key}=")
            self.visit(keyword.value, frame)
            self.write(", ")
        self.write(")")


def _cell(node: nodes.Call) -> str | None:
    callee = node.node
    if not isinstance(callee, nodes.Getattr) or node.dyn_args or node.dyn_kwargs:
        return None
    if not isinstance(callee.node, nodes.Name) or callee.node.name != "ui":
        return None
    return callee.attr if callee.attr in CELLS else None


class FastEnvironment(Environment):
    """A Jinja environment whose templates are compiled by `Generator`."""

    code_generator_class = Generator
    put_out = staticmethod(put_out)
    cells = CELLS
