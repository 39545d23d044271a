"""What citizens say of their doses (contract Q1, Q3): taken, sent to the site that is to settle it within 48 hours, looked up again.

Where it goes (9458/BYT-DP): the site the citizen named; else the site of their newest dose; else the first site of the province they
named; else nowhere yet: an operator says where. A complaint's secret follows from its number by the platform's key, and is stored nowhere.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import secrets
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Connection

from vaxplatform import registry
from vaxplatform.pictures import PICTURES_MAX, Picture
from vaxplatform.provinces import PROVINCES, is_same
from vaxplatform.services.codes import Json, derived_id, site_of, tags
from vaxplatform.store import saving
from vaxplatform.store.claims import ANSWER, CLAIM, COMPLAINT, PICTURES, SETTLED_WITHIN, is_complaint, is_picture
from vaxplatform.store.database import Database
from vaxplatform.store.resources import Stored, Writing
from vaxplatform.store.scope import Actor
from vaxplatform.store.search import CURSOR, parse, run
from vaxplatform.store.types import CITIZEN_SYSTEM, values_at
from vaxplatform.store.validation import check, is_citizen_number

NUMBER = "urn:vaxdesk:complaint-number"
KINDS = ("missing", "wrong", "identity", "other")
SEXES = ("male", "female", "unknown")
SENT_AT_ONCE_MAX = 3
PAGE_TASKS = 200
WORDS_CHARS_MIN, WORDS_CHARS_MAX = 5, 2000
TEXT_CHARS_MAX = 200
_ALPHABET = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_BIRTH = re.compile(r"\d{4}(-\d{2}-\d{2})?", re.ASCII)
_PHONE = re.compile(r"0\d{8,10}", re.ASCII)
_OLD_NUMBER = re.compile(r"\d{9}", re.ASCII)


class ClaimRefused(Exception):
    """`problems`: field and code (`missing`, `malformed`, `too-long`, `ahead`, `unknown`) of everything that is wrong."""

    def __init__(self, problems: dict[str, str]) -> None:
        super().__init__(", ".join(f"{field} {code}" for field, code in problems.items()))
        self.problems = problems


@dataclass(frozen=True, slots=True, repr=False)
class Claim:
    """What a citizen says; texts as typed. `day` is an ISO date, `birth_date` one or a year; `site` and `province` are codes or empty."""

    kind: str
    name: str
    birth_date: str
    sex: str = "unknown"
    phone: str = ""
    citizen_number: str = ""
    old_number: str = ""
    dose_number: str = ""
    vaccine: str = ""
    lot: str = ""
    day: str = ""
    site: str = ""
    province: str = ""
    words: str = ""
    pictures: tuple[Picture, ...] = ()


@dataclass(frozen=True, slots=True, repr=False)
class Filed:
    """A complaint that was taken: how the citizen finds it again, where it went (empty: an operator decides), and until when it is settled."""

    number: str
    secret: str
    site: str
    due_at: str


def file_claim(database: Database, key: bytes, claim: Claim, now: datetime) -> Filed:
    """Stores a complaint. `now` has its zone. Raises ClaimRefused, Refused."""
    claim = _tidy(claim)
    if problems := _problems(claim, now.date()):
        raise ClaimRefused(problems)
    number = _new_number(now)
    with database.writing() as connection:
        writing = Writing(connection, Actor())
        site = _site_for(writing, claim)
        task = check(_task(claim, number, site, now), "Task")
        saving.update(writing, task)
        writing.flush()
    return Filed(number, secret_of(key, number), site, task["restriction"]["period"]["end"])


def secret_of(key: bytes, number: str) -> str:
    """Ten letters (50 bits) that only the platform can make for a number."""
    made = hmac.new(key, b"complaint " + number.encode(), hashlib.sha256).digest()
    letters = base64.b32encode(made).decode()[:10]
    return f"{letters[:5]}-{letters[5:]}"


def find(database: Database, key: bytes, number: str, secret: str) -> Json | None:
    """A complaint by its number and secret, however they were typed; None for anything else."""
    number = number.strip().upper()
    typed = secret.upper().replace("0", "O").replace("1", "I").replace("8", "B")  # the letters they are taken for
    given = "".join(letter for letter in typed if letter.isalnum()).encode()
    if not hmac.compare_digest(secret_of(key, number).replace("-", "").encode(), given):
        return None
    with database.reading() as connection:
        stored = Writing(connection, Actor()).newest("Task", derived_id("complaint", number))
    return stored.resource if stored else None


def add(database: Database, task_id: str, words: str, pictures: tuple[Picture, ...], now: datetime) -> Json:
    """What the citizen adds when the site asked for more (Q3). Raises ClaimRefused; `words` `closed` when nobody asked."""
    words = _line(words)
    with database.writing() as connection:
        writing = Writing(connection, Actor())
        stored = writing.newest("Task", task_id)
        task = dict(stored.resource) if stored else {}
        if not is_asked(task):
            raise ClaimRefused({"words": "closed"})
        known = sum("valueAttachment" in part for part in task["input"])
        if problems := _words_problems(words) | _picture_problems(pictures, known):
            raise ClaimRefused(problems)
        task["input"] = [*task["input"], _part("added", valueString=words), *map(_attached, pictures)]
        task |= {"status": "requested", "lastModified": now.isoformat(timespec="seconds")}
        task.pop("businessStatus", None)
        saved = saving.update(writing, check(task, "Task"))
        writing.flush()
    return saved.stored.resource


def is_asked(task: Json) -> bool:
    """Whether the site waits for the citizen."""
    codes = (one.get("code") for one in values_at(task, "businessStatus.coding") if one.get("system") == ANSWER)
    return task.get("status") == "on-hold" and "asked" in codes


def open_complaints(database: Database, *, unrouted: bool = False) -> list[Json]:
    """Those not settled or rejected, the one with the least time left first; with `unrouted` those of no site only."""
    with database.reading() as connection:
        found = [one.resource for one in _open_tasks(connection) if is_complaint(one.resource)]
    wanted = (task for task in found if not (unrouted and site_of(task)))
    return sorted(wanted, key=lambda task: datetime.fromisoformat(task["restriction"]["period"]["end"]))


def route(database: Database, number: str, site: str) -> Json:
    """An operator says which site settles it. Raises ClaimRefused `number`/`site` `unknown`."""
    with database.writing() as connection:
        writing = Writing(connection, Actor())
        stored = writing.newest("Task", derived_id("complaint", number.strip().upper()))
        if stored is None:
            raise ClaimRefused({"number": "unknown"})
        if registry.find_site(connection, site) is None:
            raise ClaimRefused({"site": "unknown"})
        saved = saving.update(writing, {**stored.resource, "meta": tags(site)})
        writing.flush()
    return saved.stored.resource


# --- inside


def _site_for(writing: Writing, claim: Claim) -> str:
    connection = writing.connection
    if claim.site and registry.find_site(connection, claim.site):
        return claim.site
    if claim.citizen_number:
        for person in writing.find("Patient", "identifier", f"{CITIZEN_SYSTEM}|{claim.citizen_number}"):
            doses = [one.resource for one in writing.find("Immunization", "patient", f"Patient/{person.id}")]
            doses.sort(key=lambda dose: str(dose.get("occurrenceDateTime", "")))
            if doses and (site := site_of(doses[-1])):
                return site
    there = [site.code for site in registry.list_sites(connection) if is_same(claim.province, site.province)]
    return there[0] if there else ""


def _task(claim: Claim, number: str, site: str, now: datetime) -> Json:
    whose: Json = {"type": "Patient", "display": claim.name}
    if claim.citizen_number:
        whose["identifier"] = {"system": CITIZEN_SYSTEM, "value": claim.citizen_number}
    task: Json = {
        "resourceType": "Task",
        "id": derived_id("complaint", number),
        "identifier": [{"system": NUMBER, "value": number}],
        "status": "requested",
        "intent": "order",
        "code": {"coding": [{"system": COMPLAINT, "code": claim.kind}]},
        "authoredOn": now.isoformat(timespec="seconds"),
        "lastModified": now.isoformat(timespec="seconds"),
        "restriction": {"period": {"end": (now + SETTLED_WITHIN).isoformat(timespec="seconds")}},
        "for": whose,
        "input": _inputs(claim),
    }
    return task | ({"meta": tags(site)} if site else {})


def _inputs(claim: Claim) -> list[Json]:
    texts = {
        "name": claim.name,
        "sex": claim.sex,
        "phone": claim.phone,
        "citizen-number": claim.citizen_number,
        "old-number": claim.old_number,
        "dose-number": claim.dose_number,
        "vaccine": claim.vaccine,
        "lot": claim.lot,
        "site": claim.site or PROVINCES.get(claim.province, claim.province),
        "words": claim.words,
    }
    said = [_part(code, valueString=text) for code, text in texts.items() if text]
    said.append(_part("birth-date", valueDate=claim.birth_date))
    if claim.day:
        said.append(_part("day", valueDate=claim.day))
    return [*said, *map(_attached, claim.pictures)]


def _part(code: str, **value: object) -> Json:
    return {"type": {"coding": [{"system": CLAIM, "code": code}]}, **value}


def _attached(picture: Picture) -> Json:
    data = base64.b64encode(picture.content).decode("ascii")
    return _part("picture", valueAttachment={"contentType": picture.media_type, "data": data})


def _new_number(now: datetime) -> str:
    return f"PA{now:%y%m%d}-" + "".join(secrets.choice(_ALPHABET) for _ in range(6))


def _open_tasks(connection: Connection) -> Iterator[Stored]:
    asked = [("status", "requested,on-hold"), ("_sort", "_lastUpdated"), ("_count", str(PAGE_TASKS))]
    page = run(connection, Actor(), parse("Task", asked))
    yield from page.found
    while page.cursor:
        page = run(connection, Actor(), parse("Task", [*asked, (CURSOR, page.cursor)]))
        yield from page.found


def _line(text: str) -> str:
    """NFC, no characters that FHIR text cannot hold, no blanks at the ends."""
    kept = "".join(letter for letter in unicodedata.normalize("NFC", text) if letter == "\n" or letter.isprintable())
    return kept.strip()


def _tidy(claim: Claim) -> Claim:
    texts = {
        name: _line(getattr(claim, name))
        for name in Claim.__dataclass_fields__
        if isinstance(getattr(claim, name), str)
    }
    return Claim(**texts, pictures=claim.pictures)


def _problems(claim: Claim, today: date) -> dict[str, str]:
    found: dict[str, str] = {}
    if claim.kind not in KINDS:
        found["kind"] = "unknown"
    if claim.sex not in SEXES:
        found["sex"] = "unknown"
    for name in Claim.__dataclass_fields__:
        value = getattr(claim, name)
        if name != "words" and isinstance(value, str) and len(value) > TEXT_CHARS_MAX:
            found[name] = "too-long"
    for name, text, is_good in (
        ("name", claim.name, len(claim.name) > 1),
        ("birth_date", claim.birth_date, _is_birth(claim.birth_date)),
        ("phone", claim.phone, bool(_PHONE.fullmatch(claim.phone))),
    ):
        if not text:
            found[name] = "missing"
        elif not is_good:
            found[name] = "malformed"
    if claim.citizen_number and not is_citizen_number(claim.citizen_number):
        found["citizen_number"] = "malformed"
    if claim.old_number and not _OLD_NUMBER.fullmatch(claim.old_number):
        found["old_number"] = "malformed"
    return found | _day_problems(claim.day, today) | _words_problems(claim.words) | _picture_problems(claim.pictures)


def _day_problems(day: str, today: date) -> dict[str, str]:
    if not day:
        return {}
    try:
        given = date.fromisoformat(day) if _DAY.fullmatch(day) else None
    except ValueError:
        given = None
    if given is None:
        return {"day": "malformed"}
    return {"day": "ahead"} if given > today else {}


def _words_problems(words: str) -> dict[str, str]:
    if len(words) < WORDS_CHARS_MIN:
        return {"words": "missing"}
    return {"words": "too-long"} if len(words) > WORDS_CHARS_MAX else {}


def _picture_problems(pictures: tuple[Picture, ...], known: int = 0) -> dict[str, str]:
    if len(pictures) > min(SENT_AT_ONCE_MAX, PICTURES_MAX - known):
        return {"picture": "too-long"}
    good = all(one.media_type in PICTURES and is_picture(one.content, one.media_type) for one in pictures)
    return {} if good else {"picture": "malformed"}


def _is_birth(text: str) -> bool:
    if not _BIRTH.fullmatch(text):
        return False
    try:
        date.fromisoformat(text if len(text) > 4 else f"{text}-01-01")
    except ValueError:
        return False
    return text[:4] >= "1900"
