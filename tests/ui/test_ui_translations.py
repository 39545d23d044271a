"""Vietnamese is the source; every source has a finished English translation, and the file stays Qt Linguist's own."""

from __future__ import annotations

import ast
import string
import unicodedata
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

import vaxdesk.ui
from vaxdesk.ui.translations import Speech, translated

SOURCES = sorted(Path(vaxdesk.ui.__file__).parent.glob("*.py"))


def calls() -> Iterator[tuple[str, ast.Call, str]]:
    """(context, call, file) of every tr() and translate()."""
    for path in SOURCES:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for outer in ast.walk(tree):
            if not isinstance(outer, ast.ClassDef | ast.Module):
                continue
            for node in within(outer):
                if isinstance(node, ast.Call) and name_of(node) == "tr" and isinstance(outer, ast.ClassDef):
                    yield outer.name, node, path.name
                elif isinstance(node, ast.Call) and name_of(node) == "translate" and isinstance(outer, ast.Module):
                    yield "words", node, path.name


def within(outer: ast.AST) -> Iterator[ast.AST]:
    """Everything below, for a class without the classes inside it."""
    for child in ast.iter_child_nodes(outer):
        yield child
        if isinstance(outer, ast.Module) or not isinstance(child, ast.ClassDef):
            yield from within(child) if isinstance(outer, ast.Module) else walk_class(child)


def walk_class(node: ast.AST) -> Iterator[ast.AST]:
    for child in ast.iter_child_nodes(node):
        yield child
        yield from walk_class(child)


def name_of(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


def source_argument(context: str, call: ast.Call) -> ast.expr:
    return call.args[1] if context == "words" and name_of(call) == "translate" else call.args[0]


def sources() -> dict[tuple[str, str], str]:
    found = {}
    for context, call, file in calls():
        argument = source_argument(context, call)
        assert isinstance(argument, ast.Constant), f"{file}:{call.lineno}: only a literal can be translated"
        found[context, argument.value] = file
    return found


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(text) if name is not None} | (
        {"%n"} if "%n" in text else set()
    )


def test_words_outside_a_class_stand_in_one_context() -> None:
    """Looked up anywhere else they would be found in no language but ours."""
    for context, call, file in calls():
        if context == "words" and name_of(call) == "translate":
            assert ast.unparse(call.args[0]) == "'words'", f"{file}:{call.lineno}"


def test_only_literals_are_translated() -> None:
    assert len(sources()) > 200


def test_every_source_has_a_finished_translation() -> None:
    finished = translated("en")
    assert [f"{file}: {key}" for key, file in sources().items() if not finished.get(key)] == []


def test_no_translation_is_left_over() -> None:
    known = sources()
    assert [key for key in translated("en") if key not in known] == []


def test_translations_have_the_fields_of_their_source() -> None:
    for (_, source), forms in translated("en").items():
        assert all(fields(form) == fields(source) for form in forms), source


def test_counted_sentences_have_two_forms() -> None:
    assert [
        source for (_, source), forms in translated("en").items() if ("%n" in source) is not (len(forms) == 2)
    ] == []


def test_sources_are_composed() -> None:
    assert [source for _, source in sources() if unicodedata.normalize("NFC", source) != source] == []


@pytest.mark.parametrize("language", ["en", "vi"])
def test_a_widget_speaks_the_language_in_force(language: str, qtbot: QtBot) -> None:
    speech = Speech()
    speech.speak(language)

    class DeskPage(QLabel):
        def said(self) -> str:
            return self.tr("Quét thẻ hoặc tìm người")

    label = DeskPage()
    qtbot.addWidget(label)
    assert label.said() == {"vi": "Quét thẻ hoặc tìm người", "en": "Scan a card or find a person"}[language]
    speech.speak("vi")


@pytest.mark.parametrize(("count", "english"), [(1, "Print 1 sheet"), (2, "Print 2 sheets"), (0, "Print 0 sheets")])
def test_english_counts(count: int, english: str, qtbot: QtBot) -> None:
    speech = Speech()
    speech.speak("en")

    class CertificateStory(QLabel):
        def said(self) -> str:
            return self.tr("In %n tờ", "", count)

    label = CertificateStory()
    qtbot.addWidget(label)
    assert label.said() == english
    speech.speak("vi")
    assert label.said() == f"In {count} tờ"
