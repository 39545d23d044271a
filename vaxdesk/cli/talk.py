"""How a command talks: options and environment in, one JSON value or plain lines out, trouble as sentences."""

from __future__ import annotations

import argparse
import getpass
import json
import os
import sys
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vaxdesk import paths, settings
from vaxdesk.errors import AccessRefused, InputRefused, Problem, SecretsError, VaxdeskError
from vaxdesk.messages import Language, sentence
from vaxdesk.models.training import PASSPHRASE, is_training_folder, training_folder

if TYPE_CHECKING:
    from vaxdesk.app import OpenDesk
    from vaxdesk.models.values import StaffMember

EXIT_DONE, EXIT_TROUBLE, EXIT_REFUSED = 0, 1, 2


class Talk:
    """One command's conversation with its caller."""

    def __init__(self, options: argparse.Namespace) -> None:
        self._options = options
        self.data_folder: Path = paths.data_dir(options.data)
        self.is_training: bool = options.training
        self.folder: Path = training_folder(self.data_folder) if self.is_training else self.data_folder
        self.json: bool = options.json

    @cached_property
    def language(self) -> Language:
        """Language of sentences: --lang, else the setting."""
        chosen = self._options.lang or settings.load(self.folder).language
        return "en" if chosen == "en" else "vi"

    @cached_property
    def desk(self) -> OpenDesk:
        """The opened desk; opened once a command."""
        if self.is_training:
            from vaxdesk.demo.practice_desk import open_or_make

            return open_or_make(self.folder)
        from vaxdesk.app import open_desk

        return open_desk(self.folder, self.ask_passphrase)

    def actor(self) -> StaffMember:
        """Who acts: signs in with --as / VAXDESK_USER and the PIN. Raises AccessRefused."""
        name = self._options.acting or os.environ.get("VAXDESK_USER") or self._only_member()
        return self.desk.work.staff.sign_in(name, self._pin())

    def ask_passphrase(self) -> str:
        """The store's passphrase. Raises SecretsError `passphrase-needed` where nobody can be asked."""
        if is_training_folder(self.folder):
            return PASSPHRASE
        given = os.environ.get("VAXDESK_PASSPHRASE")
        if given is not None:
            return given
        if not sys.stdin.isatty():
            raise SecretsError("passphrase-needed")
        return getpass.getpass("Mật khẩu kho / store passphrase: ")

    def token_pin(self) -> str:
        """The PIN of the signing token, for this once. Raises SecretsError `token-pin-needed` where nobody can be asked."""
        given = os.environ.get("VAXDESK_TOKEN_PIN")
        if given is not None:
            return given
        if not sys.stdin.isatty():
            raise SecretsError("token-pin-needed")
        return getpass.getpass("PIN của thẻ ký số / token PIN: ")

    def file_password(self) -> str:
        """The password of a file that names people. Raises SecretsError `file-password-needed` where nobody can be asked."""
        given = os.environ.get("VAXDESK_FILE_PASSWORD")
        if given is not None:
            return given
        if not sys.stdin.isatty():
            raise SecretsError("file-password-needed")
        return getpass.getpass("Mật khẩu của tệp / file password: ")

    def new_pin(self) -> str:
        """A PIN for a new account, from VAXDESK_PIN or asked for."""
        return self._pin()

    def give(self, value: Any, *lines: str) -> None:
        """The command's result: `value` as JSON with --json, else the lines."""
        if self.json:
            self.line(json.dumps(value, ensure_ascii=False))
        else:
            for text in lines:
                self.line(text)

    def line(self, text: str) -> None:
        """One line on stdout."""
        sys.stdout.write(text + "\n")
        sys.stdout.flush()

    def note(self, text: str) -> None:
        """One line on stderr."""
        sys.stderr.write(text + "\n")

    def trouble(self, error: VaxdeskError) -> int:
        """Says what went wrong; gives the exit code."""
        if self.json:
            self.line(json.dumps(self.plain_trouble(error), ensure_ascii=False))
        self.note(sentence(error, self.language))
        return EXIT_REFUSED if isinstance(error, (InputRefused, AccessRefused)) else EXIT_TROUBLE

    def plain_trouble(self, error: VaxdeskError) -> dict[str, Any]:
        """An error as JSON: `refused` with its problems, or `error`."""
        if isinstance(error, InputRefused):
            return {"refused": [self.plain_problem(problem) for problem in error.problems]}
        plain = {"code": error.code, "sentence": sentence(error, self.language)}
        if isinstance(error, AccessRefused):
            return {"refused": [{"code": error.code, "field": "user", "sentence": plain["sentence"]}]}
        return {"error": plain}

    def plain_problem(self, problem: Problem) -> Mapping[str, str]:
        """A problem as JSON."""
        return {"code": problem.code, "field": problem.field, "sentence": sentence(problem, self.language)}

    def _only_member(self) -> str:
        members = self.desk.work.staff.everyone()
        if len(members) != 1:
            raise AccessRefused("sign-in-needed")
        return members[0].username

    def _pin(self) -> str:
        given = os.environ.get("VAXDESK_PIN")
        if given is not None:
            return given
        if not sys.stdin.isatty():
            raise AccessRefused("sign-in-needed")
        return getpass.getpass("PIN: ")
