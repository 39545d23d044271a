"""Vietnamese is the source; English comes from resources/translations/vaxdesk_en.ts, read as it is.

The file is Qt Linguist's own (lupdate writes it, Linguist edits it). It is read here instead of a compiled .qm, so that neither a
checkout nor a wheel needs a build step; 300 sentences take a few milliseconds.
"""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Mapping
from functools import cache
from types import MappingProxyType

from PySide6.QtCore import QCoreApplication, QObject, QTranslator

from vaxdesk.errors import Problem, VaxdeskError
from vaxdesk.messages import LANGUAGES, Language, say, sentence
from vaxdesk.paths import resource

Key = tuple[str, str]  # context, source


@cache
def translated(language: str) -> Mapping[Key, tuple[str, ...]]:
    """Finished translations of a language by (context, source): one form, or (one, many) for counted sentences."""
    path = resource("translations", f"vaxdesk_{language}.ts")
    if not path.exists():
        return MappingProxyType({})
    found: dict[Key, tuple[str, ...]] = {}
    for context in ET.parse(path).getroot().iter("context"):  # noqa: S314  our own file
        name = context.findtext("name", "")
        for message in context.iter("message"):
            if forms := _forms(message):
                found[name, message.findtext("source", "")] = forms
    return MappingProxyType(found)


def _forms(message: ET.Element) -> tuple[str, ...]:
    translation = message.find("translation")
    if translation is None or translation.get("type") in ("unfinished", "vanished", "obsolete"):
        return ()
    counted = tuple(form.text or "" for form in translation.iter("numerusform"))
    return counted or ((translation.text,) if translation.text else ())


class TsTranslator(QTranslator):
    """Looks sentences up in the .ts file of one language."""

    def __init__(self, language: str) -> None:
        super().__init__()
        self._forms = translated(language)

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str | None:
        """The sentence, or None where the source is to be shown."""
        forms = self._forms.get((context, source))
        if not forms:
            return None
        return forms[0] if n == 1 or len(forms) == 1 else forms[1]

    def isEmpty(self) -> bool:  # noqa: N802  Qt's name
        """Qt asks this before it installs a translator."""
        return not self._forms


class Speech(QObject):
    """The language in force. Changing it sends Qt's LanguageChange to every widget."""

    def __init__(self) -> None:
        super().__init__()
        self.language: Language = "vi"
        self._translator: QTranslator | None = None

    def speak(self, language: str) -> None:
        """Switches at once; an unknown language becomes Vietnamese."""
        wanted: Language = "en" if language == "en" else LANGUAGES[0]
        if wanted == self.language:
            return
        self.language = wanted
        old, self._translator = self._translator, None
        if wanted != "vi":
            self._translator = TsTranslator(wanted)
            QCoreApplication.installTranslator(self._translator)
        if old is not None:
            QCoreApplication.removeTranslator(old)

    def sentence(self, trouble: Problem | VaxdeskError) -> str:
        """The sentence of a problem or error."""
        return sentence(trouble, self.language)

    def of_code(self, code: str, **params: str) -> str:
        """The sentence of a bare code."""
        return say(code, self.language, **params)
