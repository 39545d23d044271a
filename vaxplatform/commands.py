"""What each command does, without its words on the command line. Every function takes the parsed arguments."""

from __future__ import annotations

import argparse
import ipaddress
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from typing import Any

from vaxplatform import courier, recalls, registry, serving
from vaxplatform.http import enrolment, hooks, new_keys
from vaxplatform.registry import Client, RegistryRefused, Site
from vaxplatform.service_client import KeyUnusable, ServiceTokens
from vaxplatform.settings import Settings, settings_for
from vaxplatform.store.database import Database, StoreTooNew
from vaxplatform.store.refusals import Json, Refused


@dataclass(frozen=True, slots=True)
class Answer:
    """What a command says: `value` with --json, else `words`."""

    value: Any
    words: str


class CommandRefused(Exception):
    """A command that does nothing, and why."""

    def __init__(self, code: str, vi: str, en: str, exit_code: int = 2) -> None:
        super().__init__(code)
        self.code, self.vi, self.en, self.exit_code = code, vi, en, exit_code


def serve(asked: argparse.Namespace) -> int:
    """`serve`: until stopped."""
    if not _is_loopback(asked.host) and asked.no_auth:
        raise CommandRefused(
            "no-auth-beyond-loopback",
            "Không được bỏ xác thực khi mở ra ngoài máy này.",
            "--no-auth is only for addresses of this machine.",
        )
    how = serving.Serving(asked.port, asked.host, asked.public_url, not asked.no_services)
    try:
        return serving.serve(settings_of(asked, auth=not asked.no_auth), how)
    except serving.AlreadyRunning as error:
        raise CommandRefused(
            "already-running",
            "Một tiến trình khác đang phục vụ thư mục dữ liệu này.",
            "Another process already serves this data folder.",
            1,
        ) from error
    except StoreTooNew as error:
        raise _too_new() from error


def services(asked: argparse.Namespace) -> int:
    """`services`: matching and issuing beside any FHIR server, until interrupted."""
    settings = settings_of(asked)
    token = _token(asked)
    serving.quiet_logs()
    stop = threading.Event()
    with _stopping(stop):
        population = hooks.population_of(settings.population_file)
        serving.run_services(asked.fhir.rstrip("/"), token, settings.data_dir, population, stop)
    return 0


def sites_add(asked: argparse.Namespace) -> Answer:
    """`sites add`: a site and a one-time code."""
    site = Site(asked.code, asked.name, asked.address, asked.province)
    with opened(asked) as database, database.writing() as connection:
        try:
            code = registry.add_site(connection, site)
        except RegistryRefused as error:
            raise CommandRefused(
                "site-code-unusable",
                "Mã cơ sở chỉ gồm chữ cái, chữ số, dấu chấm và gạch nối (tối đa 63 ký tự).",
                "A site code has up to 63 letters, digits, dots and hyphens, and is not `national`.",
            ) from error
    return Answer({"site": asked.code, "code": code}, f"{asked.code}: {code}")


def sites_list(asked: argparse.Namespace) -> Answer:
    """`sites list`: all sites."""
    with opened(asked) as database, database.reading() as connection:
        found = registry.list_sites(connection)
    value = [{"site": one.code, "name": one.name, "address": one.address, "province": one.province} for one in found]
    return Answer(value, "\n".join(f"{one.code}\t{one.name}" for one in found))


def sites_revoke(asked: argparse.Namespace) -> Answer:
    """`sites revoke`: a device is let in no more, at once."""
    with opened(asked) as database:
        if not enrolment.revoke(database, asked.device):
            raise CommandRefused("device-unknown", "Không có thiết bị này.", "There is no such device.")
        with database.writing() as connection:
            new_keys.end_former(connection, asked.device)
    return Answer({"device": asked.device, "revoked": True}, f"{asked.device}: revoked")


def clients_add(asked: argparse.Namespace) -> Answer:
    """`clients add`: a service outside this process that may see everything."""
    try:
        keys = enrolment.public_keys(json.loads(asked.jwks.read_text(encoding="utf-8")))
    except (ValueError, enrolment.EnrolmentRefused) as error:
        raise CommandRefused(
            "keys-unusable", "Tệp khoá công khai không dùng được.", "The file is no JWK set of public keys."
        ) from error
    with opened(asked) as database, database.writing() as connection:
        known = registry.find_client(connection, asked.client_id)
        if known is not None and known.site:
            raise CommandRefused("client-is-a-device", "Mã này là của một thiết bị.", "This id belongs to a device.")
        registry.put_client(connection, Client(asked.client_id, "", keys))
    return Answer({"client_id": asked.client_id}, f"{asked.client_id}: registered")


def people_add(asked: argparse.Namespace) -> Answer:
    """`people add`: a CSV file into the population the matching service asks."""
    population = hooks.population_of(settings_of(asked).population_file)
    if population is None:
        raise CommandRefused(
            "services-absent", "Chưa cài dịch vụ đối chiếu dân cư.", "The matching service is not installed.", 1
        )
    module = import_module("vaxplatform.services.population")
    with closing(population):
        try:
            added = module.add_csv(population, asked.file)
        except (module.BadPopulationFile, UnicodeDecodeError) as error:
            where = str(error) if isinstance(error, module.BadPopulationFile) else "UTF-8"
            raise CommandRefused(
                "people-file-unusable",
                f"Tệp dân cư không dùng được ({where}); không ai được thêm.",
                f"The population file cannot be used ({where}); nobody was added.",
            ) from error
    return Answer({"added": added}, f"{added}")


def lots_recall(asked: argparse.Namespace) -> Answer:
    """`lots recall`: no desk injects this lot any more."""
    now = datetime.now(UTC)
    return _lot_told(asked, lambda database, lot: recalls.recall(database, lot, asked.reason, now))


def lots_release(asked: argparse.Namespace) -> Answer:
    """`lots release`: a recall is taken back."""
    return _lot_told(asked, recalls.release)


def _lot_told(asked: argparse.Namespace, act: Callable[[Database, recalls.Lot], Json]) -> Answer:
    try:
        lot = recalls.lot(asked.lot, asked.vaccine, asked.site)
        with opened(asked) as database:
            _must_be_known(database, asked.site)
            found = act(database, lot)
    except recalls.RecallRefused as error:
        raise CommandRefused(error.code, *_LOT_REFUSALS[error.code]) from error
    value = {"lot": lot.number, "vaccine": lot.vaccine, "status": found["status"], "id": found["id"]}
    return Answer(value, f"{lot.vaccine} {lot.number}: {found['status']}")


def _must_be_known(database: Database, site: str) -> None:
    with database.reading() as connection:
        if site and registry.find_site(connection, site) is None:
            raise CommandRefused("site-unknown", "Không có cơ sở này.", "There is no such site.")


_LOT_REFUSALS = {
    "lot-unusable": (
        "Số lô có tối đa 20 chữ cái, chữ số và dấu . / _ -.",
        "A lot number has up to 20 letters, digits and . / _ - signs.",
    ),
    "vaccine-unusable": ("Mã vắc xin không đúng dạng.", "The vaccine code is malformed."),
    "reason-unusable": ("Lý do thu hồi dài 3 đến 300 ký tự.", "A reason has 3 to 300 characters."),
    "recall-unknown": ("Lô này chưa từng bị thu hồi.", "This lot was never recalled."),
}


def courier_import(asked: argparse.Namespace) -> Answer:
    """`courier import`: a file from a stick; its answer goes back the same way."""
    if asked.out.exists():
        raise CommandRefused(
            "answer-exists",
            "Tệp trả lời đã có; hãy chọn tên khác.",
            "The answer's file exists already; choose another name.",
        )
    settings = settings_of(asked)
    try:
        text = asked.file.read_text(encoding="ascii")
    except UnicodeDecodeError as error:
        raise Refused("courier-unreadable") from error
    with opened(asked) as database:
        answer = courier.take_in(database, courier.load_or_make(settings.data_dir), text)
    asked.out.write_text(answer + "\n", encoding="ascii")
    return Answer({"answer": str(asked.out)}, str(asked.out))


@contextmanager
def opened(asked: argparse.Namespace) -> Iterator[Database]:
    """The records of a data folder. Raises CommandRefused `store-too-new`."""
    try:
        database = Database(settings_of(asked).database_url)
    except StoreTooNew as error:
        raise _too_new() from error
    with closing(database):
        yield database


def settings_of(asked: argparse.Namespace, *, auth: bool = True) -> Settings:
    """What the arguments say of where the records are."""
    return settings_for(asked.data, asked.database, auth=auth)


def _token(asked: argparse.Namespace) -> Callable[[], str] | None:
    if asked.no_auth:
        return None
    if not (asked.token_url and asked.client_id and asked.key):
        raise CommandRefused(
            "credentials-incomplete",
            "Cần --token-url, --client-id và --key, hoặc --no-auth.",
            "Give --token-url, --client-id and --key, or --no-auth.",
        )
    try:
        return ServiceTokens(asked.token_url, asked.client_id, asked.key)
    except KeyUnusable as error:
        raise CommandRefused(
            "key-unusable", "Tệp khoá riêng không dùng được.", "The key file is no PEM key for ES384 or RS384."
        ) from error


@contextmanager
def _stopping(stop: threading.Event) -> Iterator[None]:
    """SIGTERM and SIGINT set the event."""
    import signal

    before = {number: signal.signal(number, lambda *_: stop.set()) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def _too_new() -> CommandRefused:
    return CommandRefused(
        "store-too-new",
        "Kho dữ liệu được ghi bởi phiên bản mới hơn; hãy cập nhật chương trình.",
        "The store was written by a newer version of this program; update it.",
        1,
    )
