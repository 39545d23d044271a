"""identity list, identity mend: whose identity differs from the population data, and what is right (2262/BYT-CNTT)."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from vaxdesk.cli import given
from vaxdesk.cli.talk import EXIT_DONE, Talk
from vaxdesk.errors import InputRefused, Problem
from vaxdesk.models.identity_cases import IdentityCase, Proposal, Trouble, draft_of, with_card
from vaxdesk.models.values import PersonDraft


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds these commands to the parser."""
    identity = commands.add_parser("identity", parents=[shared], help="identities to mend, and mending them")
    acts = identity.add_subparsers(metavar="ACT", required=True)
    listed = acts.add_parser("list", parents=[shared], help="who differs from the population data, and in what")
    listed.add_argument("--only", choices=[trouble.value for trouble in Trouble], help="one list")
    listed.add_argument("--full", action="store_true", help="names and full citizen numbers (needs sign-in; logged)")
    listed.set_defaults(run=_list)
    mend = acts.add_parser("mend", parents=[shared], help="save what is right; it goes to the platform by itself")
    mend.add_argument("--person", required=True, metavar="ID", help="id from the list")
    mend.add_argument("--reason", default="", metavar="TEXT", help="why")
    mend.add_argument("--scan", metavar="TEXT", help="text of the person's card")
    for name, meaning in (("name", "full name"), ("birth-date", "birth date"), ("sex", "nam or nữ")):
        mend.add_argument(f"--{name}", metavar="TEXT", help=meaning)
    mend.add_argument("--citizen-id", metavar="NUMBER", help="another number: the doses are recorded again under it")
    mend.add_argument("--again", action="store_true", help="what stands here is right: send it once more")
    mend.add_argument("--dry-run", action="store_true", help="only say what it would change")
    mend.set_defaults(run=_mend)


def _list(options: argparse.Namespace, talk: Talk) -> int:
    book = talk.desk.work.identities
    cases = book.cases(Trouble(options.only) if options.only else None)
    if options.full:
        talk.desk.work.desk.note_reveal([one.person.id for one in cases], talk.actor())
    plain = [_plain(one, book.proposals(one), options.full) for one in cases]
    lines = (
        f"{p['person']}  {p['citizen_id']}  {p['trouble']}  {', '.join(p['fields'])}  {len(p['proposals'])}"
        for p in plain
    )
    talk.give(plain, *lines)
    return EXIT_DONE


def _plain(one: IdentityCase, proposals: tuple[Proposal, ...], full: bool) -> dict[str, Any]:
    person = one.person
    plain: dict[str, Any] = {
        "person": person.id,
        "citizen_id": person.citizen_id.digits if full else person.citizen_id.masked,
        "trouble": one.trouble.value,
        "fields": list(one.fields),
        "since": one.since.isoformat(timespec="seconds"),
        "refused": one.is_refused,
        "doses": [record.dose.id for record in one.doses],
        "proposals": [{"source": p.source.value, "changes": list(p.changed)} for p in proposals],
    }
    return plain | ({"name": person.name} if full else {})


def _mend(options: argparse.Namespace, talk: Talk) -> int:
    book, actor = talk.desk.work.identities, talk.actor()
    one = book.case(options.person)
    if one is None:
        raise InputRefused(Problem("identity-not-listed", "person"))
    if options.again:
        book.send_again(one.person.id, actor)
        talk.give({"person": one.person.id, "sent_again": True}, one.person.id)
        return EXIT_DONE
    facts = _facts(options, one, talk)
    told = book.effects(one, facts)
    effects = {name: getattr(told, name) for name in ("sends", "judged_again", "rewritten", "certificates", "papers")}
    if not options.dry_run:
        person = book.mend(one.person.id, facts, options.reason, actor)
        effects |= {"person": person.id, "revision": person.revision}
    talk.give(effects, "  ".join(f"{name}={value}" for name, value in effects.items()))
    return EXIT_DONE


def _facts(options: argparse.Namespace, one: IdentityCase, talk: Talk) -> PersonDraft:
    """What is known with what the options say; a card's number, name, birth date and sex first."""
    texts = {name: getattr(options, name) for name in ("name", "birth_date", "sex", "citizen_id")}
    if not options.scan and not any(texts.values()):
        raise InputRefused(Problem("identity-fields-missing"))
    today = talk.desk.work.clock().date()
    facts = draft_of(one.person)
    if options.scan:
        facts = with_card(one.person, given.person_of({"scan": options.scan}, today)[0])
    typed, _ = given.person_of(texts, today)
    return replace(facts, **{name: getattr(typed, name) for name, text in texts.items() if text})
