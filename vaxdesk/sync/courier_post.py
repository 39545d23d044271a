"""What a person does with courier files: writes one, brings one to the platform, takes an answer in (contract K2 to K5)."""

from __future__ import annotations

import contextlib
import logging
import os
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey

from vaxdesk import errors
from vaxdesk.errors import InputRefused, Problem, StoreError
from vaxdesk.models.courier_book import RECORDS_MAX, CourierBook, tally_of
from vaxdesk.models.exchange import CourierAnswer, Enrolment, Export, Tally
from vaxdesk.models.sync_book import SyncBook
from vaxdesk.models.values import StaffMember
from vaxdesk.sync.client import Client
from vaxdesk.sync.courier import (
    SEALED_BYTES_MAX,
    CourierKeys,
    CourierTooLarge,
    Sealed,
    Shape,
    open_answer,
    seal,
    sha256_of,
    shape_of,
)
from vaxdesk.sync.enrolment import learn_courier
from vaxdesk.sync.fhir_immunization import VaccineCodings
from vaxdesk.sync.wire import Answer

log = logging.getLogger(__name__)

SUFFIX, ANSWER_SUFFIX = ".vxc", ".tra-loi"
NAMES_MAX = 1000
JOSE = "application/jose"


@dataclass(frozen=True, slots=True)
class Exported:
    """A courier file that was written."""

    file: Path
    number: int
    records: int


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did: took an answer in, or delivered a file to the platform, whose answer is in `answer`."""

    tally: Tally
    answer: Path | None = None


@dataclass(frozen=True, slots=True)
class CourierPost:
    """The courier of one desk. `clients` gives the authorised client; `signing_key` the device's key, from the keyring at each use."""

    book: CourierBook
    sync_book: SyncBook
    clients: Callable[[], Client]
    signing_key: Callable[[], EllipticCurvePrivateKey]
    codings: Callable[[], VaccineCodings]

    def export(self, path: Path, actor: StaffMember) -> Exported:
        """Writes all that waits into a new file: `path` itself, or a numbered one where `path` is a folder. Nothing leaves the queue by it.

        Raises InputRefused `courier-nothing-waiting`, `courier-file-exists`; StoreError `courier-not-offered`, `courier-not-written`,
        `courier-number-taken`; SecretsError.
        """
        limit = RECORDS_MAX
        while True:
            export, target = _numbered(self.book.next_export(limit), path)
            try:
                sealed = seal(export, self.codings(), self.signing_key(), self._keys())
            except CourierTooLarge:
                limit = max(1, len(export.due) // 2)
                if len(export.due) == 1:
                    raise InputRefused(Problem("courier-too-large", "file")) from None
                continue
            self._publish(export, sealed, target, actor)
            log.info("courier file %d/%d written: %d records", export.epoch, export.number, len(export.due))
            return Exported(target, export.number, len(export.due))

    def take_in(self, file: Path, out: Path | None, actor: StaffMember) -> Imported:
        """An answer to a file of this desk is applied; a sealed file, whoever's it is, is delivered and its answer written to `out`
        or beside it, and applied at once when it is our own. The same file again changes nothing.

        Raises InputRefused `courier-file-...`, `courier-answer-...`, `courier-other-platform`, `courier-signer-refused`;
        StoreError `courier-not-offered`, `courier-not-written`; SyncError.
        """
        text = _read(file)
        shape, kid = shape_of(text)
        if shape is Shape.SEALED:
            return self._deliver(file, text, kid, out, actor)
        return Imported(self.book.apply(self._opened(text, kid), actor))

    def _deliver(self, file: Path, text: str, kid: str, out: Path | None, actor: StaffMember) -> Imported:
        if out is not None:
            _must_be_new(out)
        if not self._keys_for(lambda keys: keys.opens(kid)).opens(kid):
            raise InputRefused(Problem("courier-other-platform", "file"))
        answered = self._handed_over(text, kid)
        answer = self._opened(answered, shape_of(answered)[1])
        if answer.sha256 != sha256_of(text):
            raise errors.Unreachable("courier-not-delivered")
        self.book.note_delivered(answer.sha256, actor)
        tally = self._tally(answer, actor)
        log.info("courier file %s delivered: %d of %d received", answer.sha256[:16], tally.received, len(answer.lines))
        return Imported(tally, _keep_answer(file, answered, out))

    def _handed_over(self, text: str, kid: str) -> str:
        client = self.clients()
        try:
            return deliver(client, self._enrolment().courier_url, text)
        except InputRefused as refused:
            if refused.problems[0].code == "courier-file-damaged":
                learn_courier(self.sync_book, client)  # or it was sealed for a key the platform no longer has
            if not self._keys().opens(kid):
                raise InputRefused(Problem("courier-other-platform", "file")) from refused
            raise
        finally:
            client.close()

    def _tally(self, answer: CourierAnswer, actor: StaffMember) -> Tally:
        """Of our own file, applied; of another's (or one of a lost life of this desk), as the answer says."""
        try:
            return self.book.apply(answer, actor)
        except InputRefused:
            return tally_of(answer.lines, len(answer.lines))

    def _opened(self, text: str, kid: str) -> CourierAnswer:
        return open_answer(text, self._keys_for(lambda keys: keys.proving(kid) is not None))

    def _keys(self) -> CourierKeys:
        return CourierKeys(self._enrolment().courier_keys)

    def _keys_for(self, fits: Callable[[CourierKeys], bool]) -> CourierKeys:
        """The kept keys; when they do not fit and there is a line, the platform may have newer ones."""
        keys = self._keys()
        if fits(keys):
            return keys
        with contextlib.suppress(errors.SyncError):
            self._learn()
        return self._keys()

    def _enrolment(self) -> Enrolment:
        """With the courier's address and keys. Raises StoreError `not-enrolled`, `courier-not-offered`."""
        known = self.sync_book.enrolment()
        if known is None:
            raise StoreError("not-enrolled")
        if not known.courier_url:
            with contextlib.suppress(errors.SyncError):
                known = self._learn() or known
        if not known.courier_url:
            raise StoreError("courier-not-offered")
        return known

    def _learn(self) -> Enrolment | None:
        client = self.clients()
        try:
            return learn_courier(self.sync_book, client)
        finally:
            client.close()

    def _publish(self, export: Export, sealed: Sealed, target: Path, actor: StaffMember) -> None:
        """The file gets its name only together with its note in the store."""
        published: list[Path] = []

        def publish() -> None:
            _write_new(target, sealed.text)
            published.append(target)

        try:
            self.book.keep(export, sealed.sha256, sealed.carried, actor, publish)
        except errors.VaxdeskError:
            for path in published:
                path.unlink(missing_ok=True)
            raise


def deliver(client: Client, url: str, sealed: str) -> str:
    """Hands a courier file to the platform; gives its answer, one line (K3, K4).

    Raises InputRefused `courier-file-damaged`, `courier-signer-refused`, `courier-too-large`; StoreError `courier-not-offered`;
    NotAuthorised, SyncError `courier-busy`, Unreachable `courier-not-delivered` (it may have arrived: again does no harm).
    """
    client.begin_run()
    try:
        answer = client.deliver(url, sealed)
    except errors.Unreachable as error:
        raise errors.Unreachable("courier-not-delivered", cause=error.code) from error
    kind = answer.headers.get("content-type", "").split(";")[0].strip().lower()
    if answer.status != 200:
        raise _refusal(answer)
    if kind != JOSE or not answer.body.isascii():
        raise errors.Unreachable("courier-not-delivered")
    return answer.body.decode("ascii").strip("\r\n")


def _refusal(answer: Answer) -> errors.VaxdeskError:
    status = answer.status
    if status in (429, 503):
        return errors.SyncError("courier-busy")
    if status >= 500 or status == 408 or not (answer.is_json or status == 413):
        return errors.Unreachable("courier-not-delivered")
    if status == 403 and b"courier-foreign" not in answer.body:
        return errors.NotAuthorised("forbidden")
    codes = {400: "courier-file-damaged", 403: "courier-signer-refused", 413: "courier-too-large"}
    if status in codes:
        return InputRefused(Problem(codes[status], "file"))
    return StoreError("courier-not-offered")


def _numbered(export: Export, path: Path) -> tuple[Export, Path]:
    """The export and its file. In a folder a name that is taken costs its number: a power cut may have left a file nobody noted."""
    if not path.is_dir():
        _must_be_new(path)
        return export, path
    tries = (replace(export, number=export.number + more) for more in range(NAMES_MAX))
    free = next(((one, path / _name(one)) for one in tries if not (path / _name(one)).exists()), None)
    if free is None:
        raise InputRefused(Problem("courier-file-exists", "file", params={"file": _name(export)}))
    return free


def _name(export: Export) -> str:
    return f"vaxdesk-{export.site}-{export.device_id[:8]}-{export.epoch}-{export.number}{SUFFIX}"


def _read(file: Path) -> str:
    """The one line of a file. Raises InputRefused `courier-file-unread`, `courier-file-unknown`."""
    try:
        with file.open("rb") as opened:
            raw = opened.read(SEALED_BYTES_MAX + 3)
    except OSError as error:
        raise InputRefused(Problem("courier-file-unread", "file")) from error
    text = raw.rstrip(b"\r\n")
    if len(text) > SEALED_BYTES_MAX or not text.isascii():
        raise InputRefused(Problem("courier-file-unknown", "file"))
    return text.decode("ascii")


def _keep_answer(file: Path, answered: str, out: Path | None) -> Path:
    """Beside the file it answers, under a name of its own; an answer that is already there in these words is not written twice."""
    names = (f"{file.name}{ANSWER_SUFFIX}{f'-{n}' if n > 1 else ''}" for n in range(1, NAMES_MAX))
    for path in (out,) if out else map(file.with_name, names):
        if not path.exists():
            _write_new(path, answered)
            return path
        if out is None and _read(path) == answered:
            return path
    raise InputRefused(Problem("courier-file-exists", "file", params={"file": (out or file).name}))


def _must_be_new(path: Path) -> None:
    if path.exists():
        raise InputRefused(Problem("courier-file-exists", "file", params={"file": path.name}))


def _write_new(target: Path, text: str) -> None:
    """Whole or not at all, for its owner alone, on the disk before it has its name. Raises StoreError `courier-not-written`, InputRefused."""
    beside = ""
    try:
        descriptor, beside = tempfile.mkstemp(dir=target.parent, prefix=".vaxdesk-courier-")  # mode 0600
        with os.fdopen(descriptor, "w", encoding="ascii", newline="\n") as written:
            written.write(text + "\n")
            written.flush()
            os.fsync(descriptor)
        _must_be_new(target)
        Path(beside).rename(target)  # a USB stick has no hard links, which would refuse a name that is taken
    except OSError as error:
        raise StoreError("courier-not-written") from error
    finally:
        if beside:
            Path(beside).unlink(missing_ok=True)
