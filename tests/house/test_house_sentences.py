"""Every code that can reach a person has a sentence in both languages, with the same parameters."""

from __future__ import annotations

import ast
import re
import string
from collections.abc import Iterator

import pytest
from house import name_of, sentences, sources, spoken, tree_of

from vaxdesk import errors
from vaxdesk.messages import LANGUAGES

ERROR_NAMES = {
    name for name, kind in vars(errors).items() if isinstance(kind, type) and issubclass(kind, errors.VaxdeskError)
}
# Which argument of a call is a code.
CODE_PLACE = {"Problem": 0, "say": 0, "Check": 2} | dict.fromkeys(ERROR_NAMES, 0)
KEBAB = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


def text_of(node: ast.expr | None) -> str | None:
    return node.value if isinstance(node, ast.Constant) and isinstance(node.value, str) else None


def called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def code_of(node: ast.AST) -> str | None:
    """The code literal in Problem("..."), SomeError("...") or a class's `code = "..."`."""
    if isinstance(node, ast.Call) and (place := CODE_PLACE.get(called(node))) is not None:
        named = next((word.value for word in node.keywords if word.arg == "code"), None)
        return text_of(node.args[place] if len(node.args) > place else named)
    if isinstance(node, ast.ClassDef) and node.name in ERROR_NAMES:
        return next(
            (text_of(line.value) for line in node.body if isinstance(line, ast.Assign) and assigns(line, "code")), None
        )
    return None


def assigns(line: ast.Assign, name: str) -> bool:
    return any(isinstance(target, ast.Name) and target.id == name for target in line.targets)


def codes() -> Iterator[tuple[str, str, ast.AST]]:
    for path in sources("vaxdesk"):
        for node in ast.walk(tree_of(path)):
            if code := code_of(node):
                yield code, f"{name_of(path)}:{getattr(node, 'lineno', 0)}", node


def params_of(template: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(template) if name is not None}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_has_a_sentence(language: str) -> None:
    silent = {code: where for code, where, _ in codes() if code not in spoken(language)}
    assert silent == {}


def test_no_sentence_waits_for_a_code_that_nobody_says() -> None:
    """A code is said where it stands whole, or where an f-string makes it of a text that stands somewhere and one fixed end."""
    texts = set(written())
    said = {code for begin, end in made_of() for text in texts for code in (f"{begin}{text}{end}",)} | texts
    assert sorted(set(spoken("vi")) - said) == []


def written() -> Iterator[str]:
    """Every text in the code of the program."""
    for path in sources("vaxdesk"):
        for node in ast.walk(tree_of(path)):
            if text := text_of(node) if isinstance(node, ast.Constant) else None:
                yield text


def made_of() -> Iterator[tuple[str, str]]:
    """Begin and end of every f"begin-{text}" and f"{text}-end"."""
    for path in sources("vaxdesk"):
        for node in (node for node in ast.walk(tree_of(path)) if isinstance(node, ast.JoinedStr)):
            match node.values:
                case [ast.Constant(value=str(begin)), ast.FormattedValue()] if begin.endswith("-"):
                    yield begin, ""
                case [ast.FormattedValue(), ast.Constant(value=str(end))] if end.startswith("-"):
                    yield "", end


def test_every_code_is_kebab_case() -> None:
    assert [code for code in spoken("vi") if not KEBAB.fullmatch(code)] == []


def test_both_languages_have_the_same_areas_and_codes() -> None:
    vi, en = ({area: set(texts) for area, texts in sentences(language).items()} for language in LANGUAGES)
    assert vi == en


def test_both_languages_have_the_same_parameters() -> None:
    vi, en = spoken("vi"), spoken("en")
    assert {code for code in vi.keys() & en.keys() if params_of(vi[code]) != params_of(en[code])} == set()


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_code_is_spoken_for_in_two_areas(language: str) -> None:
    everywhere = [code for area in sentences(language).values() for code in area]
    assert sorted({code for code in everywhere if everywhere.count(code) > 1}) == []


def test_errors_bring_the_parameters_of_their_sentence() -> None:
    """Where the call shows all its parameters: a missing one would stand as {name} before a nurse."""
    missing = {
        where: lacking
        for code, where, node in codes()
        if isinstance(node, ast.Call)
        and (given := given_params(node)) is not None
        and (lacking := params_of(spoken("vi").get(code, "")) - given)
    }
    assert missing == {}


def given_params(node: ast.Call) -> set[str] | None:
    """The parameter names of a call, or None when they cannot be read off the code."""
    if called(node) != "Problem":
        return None if any(word.arg is None for word in node.keywords) else {str(word.arg) for word in node.keywords}
    named = next((word.value for word in node.keywords if word.arg == "params"), None)
    params = node.args[3] if len(node.args) > 3 else named
    if params is None:
        return set()
    return keys_of(params.args[0] if isinstance(params, ast.Call) and params.args else params)


def keys_of(node: ast.expr) -> set[str] | None:
    keys = [text_of(key) for key in node.keys] if isinstance(node, ast.Dict) else [None]
    return None if None in keys else {key for key in keys if key}


@pytest.mark.parametrize("language", LANGUAGES)
def test_sentences_end_like_sentences(language: str) -> None:
    """What begins with a small letter is a phrase that stands beside other words; a label stands before a value: neither brings a full stop."""
    ends, labels = (".", "!", "?", "…"), sentences(language)["labels"]
    whole = {c: text.strip() for c, text in spoken(language).items() if not text[:1].islower() and c not in labels}
    assert [code for code, text in whole.items() if not text.endswith(ends)] == []
    assert [code for code, text in labels.items() if text.endswith(ends)] == []


def test_vietnamese_is_composed() -> None:
    import unicodedata

    assert [code for code, text in spoken("vi").items() if unicodedata.normalize("NFC", text) != text] == []
