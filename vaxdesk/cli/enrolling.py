"""enrol, keys."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import Any

from vaxdesk.cli.talk import EXIT_DONE, Talk
from vaxdesk.errors import EnrolmentRefused, InputRefused, Problem, SyncError
from vaxdesk.joining import Enrolling, enrol_desk
from vaxdesk.models.staff import require_manager


def add_commands(commands: Any, shared: argparse.ArgumentParser) -> None:
    """Adds these commands to the parser."""
    enrol = commands.add_parser("enrol", parents=[shared], help="make this machine a desk of a site")
    where = enrol.add_mutually_exclusive_group(required=True)
    where.add_argument("--platform", metavar="URL", help="the national platform")
    where.add_argument("--fhir", metavar="BASE", help="any other FHIR R4 server")
    enrol.add_argument("--site", required=True, metavar="CODE")
    enrol.add_argument("--code", metavar="ONE_TIME", help="one-time code (with --platform)")
    enrol.add_argument(
        "--manager", required=True, metavar="NAME", help="the first manager; PIN asked for or VAXDESK_PIN"
    )
    enrol.add_argument("--token-url", metavar="URL", help="with --fhir: SMART token endpoint")
    enrol.add_argument("--client-id", metavar="ID", help="with --fhir")
    enrol.add_argument("--no-auth", action="store_true", help="with --fhir: no authorisation, loopback only")
    enrol.add_argument("--site-name", metavar="TEXT", default="", help="with --fhir: name printed on papers")
    enrol.add_argument("--province", metavar="CODE", default="", help="with --fhir: three-digit province code")
    enrol.add_argument(
        "--ca", metavar="FILE", type=Path, help="PEM of a private authority that issued the server's certificate"
    )
    enrol.add_argument("--pin", metavar="SHA256", default="", help="only this server certificate is ever accepted")
    enrol.set_defaults(run=_enrol)
    keys = commands.add_parser(
        "keys",
        parents=[shared],
        help="this device's keys: print the public ones, renew both, or register a signing token",
    )
    keys.add_argument("what", choices=("jwks", "renew", "token"))
    keys.add_argument("--code", default="", metavar="ONE_TIME", help="with renew, for a device that was revoked")
    keys.add_argument("--module", default="", metavar="FILE", help="with token: its maker's PKCS#11 module")
    keys.add_argument("--token-label", default="", metavar="LABEL", help="with token: the token's label")
    keys.add_argument(
        "--key-label", default="", metavar="LABEL", help="with token: the key's label, if there are several"
    )
    keys.set_defaults(run=_keys)


def _enrol(options: argparse.Namespace, talk: Talk) -> int:
    if talk.is_training:
        raise SyncError("training-only")
    if options.platform and not options.code:
        raise InputRefused(Problem("option-missing", "code", params={"option": "--code"}))
    if options.fhir and not (options.no_auth or (options.token_url and options.client_id)):
        raise InputRefused(Problem("option-missing", "token_url", params={"option": "--token-url, --client-id"}))
    wish = Enrolling(
        platform=options.platform or "",
        fhir=options.fhir or "",
        site=options.site,
        code=options.code or "",
        manager=options.manager,
        token_url=options.token_url or "",
        client_id=options.client_id or "",
        no_auth=options.no_auth,
        site_name=options.site_name,
        province=options.province,
        ca=_authority(options.ca),
        pin=options.pin,
    )
    member, site = enrol_desk(talk.folder, wish, talk.new_pin(), _passphrase(talk))
    plain = {
        "site": site.code,
        "site_name": site.name,
        "device": site.device_id,
        "manager": {"id": member.id, "username": member.username},
    }
    talk.give(plain, f"{site.name} ({site.code}): đã đăng ký. Người quản lý: {member.username}")
    return EXIT_DONE


def _passphrase(talk: Talk) -> str | None:
    """A passphrase when one is given in the environment; None lets the keyring keep the secrets, where there is one."""
    if os.environ.get("VAXDESK_PASSPHRASE") is not None:
        return os.environ["VAXDESK_PASSPHRASE"]
    from vaxdesk.keys import has_keyring

    if has_keyring() or not sys.stdin.isatty():
        return None
    return talk.ask_passphrase()


def _authority(file: Path | None) -> str:
    """The text of the authority's file. Raises EnrolmentRefused `ca-unreadable`."""
    try:
        return file.read_text(encoding="ascii") if file else ""
    except (OSError, UnicodeDecodeError) as error:
        raise EnrolmentRefused("ca-unreadable") from error


def _keys(options: argparse.Namespace, talk: Talk) -> int:
    if options.what == "renew":
        require_manager(talk.actor())
        kid = talk.desk.renew_keys(options.code)
        talk.give({"renewed": kid}, kid)
        return EXIT_DONE
    if options.what == "token":
        require_manager(talk.actor())
        kid = talk.desk.register_token(options.module, options.token_label, options.key_label, "")
        talk.give({"registered": kid}, kid)
        return EXIT_DONE
    jwks = talk.desk.jwks()
    talk.give(jwks, json.dumps(jwks, indent=1))
    return EXIT_DONE
