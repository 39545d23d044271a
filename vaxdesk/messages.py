"""Codes to sentences, in Vietnamese (the source language) or English.

The sentences of the core live in resources/sentences/<language>/<area>.json as {code: template}; the window's own labels
go through Qt Linguist. A code without a sentence is a bug that a test finds; at run time the code itself is shown.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Literal

from vaxdesk.errors import InputRefused, Problem, VaxdeskError
from vaxdesk.paths import resource

Language = Literal["vi", "en"]
LANGUAGES: tuple[Language, ...] = ("vi", "en")


@cache
def templates(language: Language) -> dict[str, str]:
    """All sentence templates of a language, by code."""
    merged: dict[str, str] = {}
    for file in sorted(resource("sentences", language).glob("*.json")):
        merged.update(json.loads(file.read_text(encoding="utf-8")))
    return merged


def sentence(trouble: Problem | VaxdeskError, language: Language = "vi") -> str:
    """The sentence for a problem or error: what happened, why, what to do now."""
    if isinstance(trouble, InputRefused) and trouble.problems:
        return " ".join(sentence(problem, language) for problem in trouble.problems)
    return say(trouble.code, language, **trouble.params)


def say(code: str, language: Language = "vi", **params: str) -> str:
    """The sentence of a code, filled in; a missing parameter is left as its name, never an exception."""
    template = templates(language).get(code, code)
    return template.format_map(_Named(params))


class _Named(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "{" + key + "}"
