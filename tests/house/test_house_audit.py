"""Whatever the audit trail can hold has a plain sentence in both languages, and no sentence waits for an action that nobody notes."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest
from house import Function, name_of, sources, spoken, tree_of

from vaxdesk.messages import LANGUAGES

ACTION_PLACE = 3  # audit.note(connection, at, who, action, …)


def is_note(node: ast.AST) -> bool:
    """A call of `audit.note`."""
    return (
        isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and node.func.attr == "note"
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "audit"
    )


def texts_in(node: ast.AST) -> set[str]:
    return {one.value for one in ast.walk(node) if isinstance(one, ast.Constant) and isinstance(one.value, str)}


def names_in(node: ast.AST) -> set[str]:
    return {one.id for one in ast.walk(node) if isinstance(one, ast.Name)}


def parameters(function: Function) -> list[str]:
    return [argument.arg for argument in (*function.args.args, *function.args.kwonlyargs) if argument.arg != "self"]


def handed_in(home: Path, function: Function, parameter: str) -> set[str]:
    """What callers give for a parameter: in the function's own module, and as `module.function(…)` in every other."""
    place, found = parameters(function).index(parameter), set()
    for path in sources("vaxdesk"):
        for call in (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.Call)):
            if is_call_of(call, function.name, "" if path == home else home.stem):
                named = [word.value for word in call.keywords if word.arg == parameter]
                given = named[0] if named else call.args[place] if len(call.args) > place else None
                found |= texts_in(given) if given is not None else set()
    return found


def is_call_of(call: ast.Call, name: str, module: str) -> bool:
    """Whether a call is of that name; with a module, of that name in it."""
    if isinstance(call.func, ast.Attribute):
        return call.func.attr == name and module in ("", getattr(call.func.value, "id", ""))
    return not module and getattr(call.func, "id", "") == name


def noted() -> Iterator[tuple[str, set[str]]]:
    """Where something is noted, and the actions it may be."""
    for path in sources("vaxdesk"):
        for function in (node for node in ast.walk(tree_of(path)) if isinstance(node, Function)):
            for call in (node for node in ast.walk(function) if is_note(node)):
                assert isinstance(call, ast.Call)
                action = call.args[ACTION_PLACE]
                actions = texts_in(action)
                for name in names_in(action) & set(parameters(function)):
                    actions |= handed_in(path, function, name)
                yield f"{name_of(path)}:{call.lineno}", actions


def test_it_can_be_read_off_the_code_what_each_note_says() -> None:
    places = dict(noted())
    assert len(places) > 20
    assert {where: actions for where, actions in places.items() if not actions} == {}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_action_has_its_sentence(language: str) -> None:
    actions = {action for _, found in noted() for action in found}
    assert {"dose-corrected", "reaction-voided", "pin-change-failed", "staff-assigned"} <= actions  # handed in
    assert sorted(action for action in actions if f"audit-{action}" not in spoken(language)) == []


def test_no_sentence_waits_for_an_action_that_nobody_notes() -> None:
    actions = {f"audit-{action}" for _, found in noted() for action in found}
    assert sorted(code for code in spoken("vi") if code.startswith("audit-") and code not in actions) == []
