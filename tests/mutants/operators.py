"""What is made wrong: a choice of cosmic-ray's operators, and five of our own.

One wrong operator for each right one, and both neighbours of a comparison: ``+`` as ``**`` or as
``>>`` dies of a TypeError, and says nothing about the tests.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from cosmic_ray.operators.operator import Operator
from cosmic_ray.plugins import get_operator
from parso.tree import Leaf, search_ancestor

FROM_COSMIC_RAY = (
    *(f"ReplaceComparisonOperator_{pair}" for pair in (
        "Eq_NotEq", "NotEq_Eq", "Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE",
        "GtE_Gt", "GtE_Lt", "Is_IsNot", "IsNot_Is",
    )),
    *(f"ReplaceBinaryOperator_{pair}" for pair in (
        "Add_Sub", "Sub_Add", "Mul_FloorDiv", "Div_Mul", "FloorDiv_Mul", "Mod_Mul", "Pow_Mul",
        "BitOr_BitAnd", "BitAnd_BitOr",
    )),
    "ReplaceUnaryOperator_Delete_Not", "ReplaceUnaryOperator_Delete_USub", "AddNot",
    "ReplaceTrueWithFalse", "ReplaceFalseWithTrue", "ReplaceAndWithOr", "ReplaceOrWithAnd",
    "ReplaceBreakWithContinue", "ReplaceContinueWithBreak", "ExceptionReplacer",
    "NumberReplacer", "ZeroIterationForLoop",
)  # fmt: skip


class OwnOperator(Operator):  # type: ignore[misc]
    """Writes a piece of code anew in each of ``variants``."""

    def variants(self, node: Any) -> Iterator[str]:
        """Give the code that may stand in the place of the node's own."""
        raise NotImplementedError

    def mutation_positions(self, node: Any) -> Iterator[tuple[Any, Any]]:
        for _ in self.variants(node):
            yield node.start_pos, node.end_pos

    def mutate(self, node: Any, index: int) -> Any:
        code = list(self.variants(node))[index]
        return Leaf(code, node.start_pos, prefix=node.get_first_leaf().prefix)

    @classmethod
    def examples(cls) -> tuple[Any, ...]:
        return ()


class DropElement(OwnOperator):
    """Leaves one element out of a table, a set, a list of arguments: rules that are data.

    Not within functions, where a pair that lacks one half fails anyway, but for ``in (…)``.
    """

    def variants(self, node: Any) -> Iterator[str]:
        if node.type not in ("testlist_comp", "dictorsetmaker", "arglist"):
            return
        if _within_function(node) and not _is_right_of_in(node.parent):
            return
        elements: list[list[str]] = [[]]
        for child in node.children:
            if child.type in ("comp_for", "sync_comp_for"):
                return
            if child.type == "operator" and child.value == ",":
                elements.append([])
            else:
                elements[-1].append(child.get_code())
        whole = ["".join(each) for each in elements if each]
        call = node.type == "arglist"  # what a call is about cannot be left out
        for at in range(call and "=" not in whole[0], len(whole)):
            yield (",".join(whole[:at] + whole[at + 1 :]) + ",").strip()


class DropAlternative(OwnOperator):
    """Leaves one alternative out of a pattern."""

    def variants(self, node: Any) -> Iterator[str]:
        if node.type == "string":
            pattern = node.value
        elif node.type == "fstring":
            pattern = node.get_code(include_prefix=False)
        else:
            return
        if _is_docstring(node):
            return
        for each in re.finditer(
            r"\|[^|()\[\]{}\"]+(?=[|)\"])|(?<=[(:\"])[^|()\[\]{}\"?:]+\|", pattern
        ):
            yield pattern[: each.start()] + pattern[each.end() :]


_NOTHING = ("None", "False")


class ReturnNone(OwnOperator):
    """Gives nothing back where something was given; ``False`` becomes ``True`` elsewhere."""

    def variants(self, node: Any) -> Iterator[str]:
        if node.type == "return_stmt" and node.children[1].get_code().strip() not in _NOTHING:
            yield "return None"


class DropCall(OwnOperator):
    """Leaves out a call that is made for what it does: a step of a cascade, a line in the log."""

    def variants(self, node: Any) -> Iterator[str]:
        if node.type in ("atom_expr", "power") and node.parent.type == "simple_stmt":
            yield "pass"


class SwapIn(OwnOperator):
    """Asks whether something is in where it was asked whether it is not, and the other way."""

    def variants(self, node: Any) -> Iterator[str]:
        if node.type == "comparison":
            left, how, *right = (child.get_code() for child in node.children)
            if how.split() in (["in"], ["not", "in"]):
                yield f"{left} {'in' if 'not' in how else 'not in'}{''.join(right)}".strip()


def _within_function(node: Any) -> bool:
    return search_ancestor(node, "funcdef", "lambdef") is not None


def _is_right_of_in(node: Any) -> bool:
    before = node.get_previous_sibling() if node else None
    return before is not None and before.get_code().split()[-1:] == ["in"]


def _is_docstring(node: Any) -> bool:
    return node.parent.type == "simple_stmt"


def decides_nothing(node: Any) -> bool:
    """Tell whether a node only says of what type something is, or decorates."""
    if search_ancestor(node, "decorator"):
        return True
    of_type = search_ancestor(node, "trailer")
    if of_type and of_type.get_previous_sibling().get_code().strip() in ("Callable", "tuple"):
        return True
    while (parent := node.parent) is not None:
        if parent.type == "annassign" and node is parent.children[1]:
            return True
        if parent.type == "tfpdef" and node is parent.children[2]:
            return True
        if parent.type == "funcdef" and node is parent.annotation:
            return True
        node = parent
    return False


def operators() -> list[Operator]:
    """Give one of each."""
    chosen = [get_operator(f"core/{name}")() for name in FROM_COSMIC_RAY]
    return [*chosen, DropElement(), DropAlternative(), DropCall(), ReturnNone(), SwapIn()]
