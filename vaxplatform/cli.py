"""Command line of the platform: `vaxplatform serve | services | sites | clients | people | lots | courier | complain | complaints`.

`--json` prints one JSON value on standard output, everything else goes to standard error. Exit 0 done, 2 input refused, 1 trouble.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from sqlalchemy.exc import SQLAlchemyError

from vaxplatform import commands, complaining, complaints
from vaxplatform.settings import default_data_dir
from vaxplatform.store.refusals import Refused

DONE, TROUBLE, REFUSED = 0, 1, 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs one command; returns its exit code."""
    os.umask(0o077)  # what this program writes is about people
    parser = _parser()
    asked = parser.parse_args(arguments)
    if not hasattr(asked, "act"):
        parser.print_help(sys.stderr)
        return REFUSED
    try:
        answer = asked.act(asked)
    except commands.CommandRefused as refused:
        return _refuse(asked, refused)
    except Refused as refused:
        return _refuse(asked, commands.CommandRefused(refused.code, refused.reason.vi, refused.reason.en, TROUBLE))
    except (OSError, SQLAlchemyError) as error:
        said = getattr(error, "strerror", None) or type(error).__name__
        return _refuse(asked, commands.CommandRefused("trouble", f"Gặp lỗi: {said}.", f"Trouble: {said}.", TROUBLE))
    return _tell(asked, answer)


def _tell(asked: argparse.Namespace, answer: commands.Answer | int) -> int:
    if isinstance(answer, int):
        return answer
    if asked.json:
        sys.stdout.write(json.dumps(answer.value, ensure_ascii=False) + "\n")
    else:
        sys.stdout.write(answer.words + "\n")
    return DONE


def _refuse(asked: argparse.Namespace, refused: commands.CommandRefused) -> int:
    if getattr(asked, "json", False):
        value = {"refused": [{"code": refused.code, "sentence": refused.vi, "sentence_en": refused.en}]}
        sys.stdout.write(json.dumps(value, ensure_ascii=False) + "\n")
    sys.stderr.write(f"{refused.vi}\n{refused.en}\n")
    return refused.exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vaxplatform", description="Reference central platform for vaccination sites."
    )
    groups = parser.add_subparsers(title="commands", metavar="COMMAND")
    _add_serve(groups)
    _add_services(groups)
    _add_sites(groups)
    _add_clients(groups)
    _add_people(groups)
    _add_courier(groups)
    _add_lots(groups)
    _add_complaints(groups)
    return parser


def _add_serve(groups: Any) -> None:
    serve = _command(groups, "serve", "serve the FHIR store and its services until stopped", commands.serve)
    serve.add_argument("--port", type=int, default=8080, help="port; 0 takes a free one (default 8080)")
    serve.add_argument("--host", default="127.0.0.1", help="address to listen on (default: this machine only)")
    serve.add_argument("--public-url", default="", metavar="URL", help="address behind a TLS proxy, without /fhir")
    serve.add_argument("--no-services", action="store_true", help="without matching and issuing")
    serve.add_argument("--no-auth", action="store_true", help="everybody may do everything; on this machine only")


def _add_services(groups: Any) -> None:
    services = _command(groups, "services", "matching and issuing beside any FHIR R4 server", commands.services)
    services.add_argument("--fhir", required=True, metavar="BASE", help="FHIR base URL")
    services.add_argument("--token-url", default="", metavar="URL", help="SMART token endpoint")
    services.add_argument("--client-id", default="", metavar="ID", help="client id registered there")
    services.add_argument("--key", type=Path, metavar="FILE", help="private key, PEM (ES384 or RS384)")
    services.add_argument("--no-auth", action="store_true", help="the server asks for no token")


def _add_sites(groups: Any) -> None:
    sites = groups.add_parser("sites", help="injection sites and their devices").add_subparsers(
        required=True, metavar="ACTION"
    )
    add = _command(sites, "add", "register a site, or give a known one a further one-time code", commands.sites_add)
    add.add_argument("code", help="site code, e.g. 79-Q10-P05")
    for name in ("name", "address", "province"):
        add.add_argument(f"--{name}", default="", help=f"{name} of the site")
    _command(sites, "list", "all sites", commands.sites_list)
    revoke = _command(sites, "revoke", "let a device in no more, e.g. a lost laptop", commands.sites_revoke)
    revoke.add_argument("device", help="device id")


def _add_clients(groups: Any) -> None:
    clients = groups.add_parser("clients", help="services outside this process").add_subparsers(
        required=True, metavar="ACTION"
    )
    add = _command(clients, "add", "register the public keys of a service that sees everything", commands.clients_add)
    add.add_argument("client_id", help="client id")
    add.add_argument(
        "--jwks", type=Path, required=True, metavar="FILE", help="JWK set with an ES384 or RS384 public key"
    )


def _add_courier(groups: Any) -> None:
    files = groups.add_parser("courier", help="records carried on a stick").add_subparsers(
        required=True, metavar="ACTION"
    )
    take = _command(files, "import", "carry out a courier file and write its answer", commands.courier_import)
    take.add_argument("file", type=Path, help="courier file of a desk")
    take.add_argument(
        "--out", type=Path, required=True, metavar="ANSWER", help="where the signed answer goes; never overwritten"
    )


def _add_lots(groups: Any) -> None:
    lots = groups.add_parser("lots", help="recalled lots").add_subparsers(required=True, metavar="ACTION")
    recall = _command(lots, "recall", "no desk injects this lot any more", commands.lots_recall)
    release = _command(lots, "release", "take a recall back", commands.lots_release)
    for action in (recall, release):
        action.add_argument("lot", help="lot number as on the vial")
        action.add_argument("--vaccine", required=True, metavar="CODE", help="vaccine code, e.g. COMIRNATY")
        action.add_argument("--site", default="", metavar="CODE", help="at this site only (default: everywhere)")
    recall.add_argument("--reason", required=True, metavar="TEXT", help="shown at the desks")


def _add_complaints(groups: Any) -> None:
    complain = _command(groups, "complain", "take a citizen's complaint, as the public page does", complaining.complain)
    complain.add_argument("--kind", required=True, choices=complaints.KINDS)
    for name in ("name", "birth-date", "phone", "words"):
        complain.add_argument(f"--{name}", required=True, help=f"{name} of the citizen" if name != "words" else "claim")
    complain.add_argument("--sex", choices=complaints.SEXES, default="unknown")
    for name in ("citizen-number", "old-number", "dose-number", "vaccine", "lot", "day", "site", "province"):
        complain.add_argument(f"--{name}", default="")
    complain.add_argument("--picture", type=Path, action="append", default=[], metavar="FILE", help="JPEG or PNG")
    kept = groups.add_parser("complaints", help="open complaints").add_subparsers(required=True, metavar="ACTION")
    listed = _command(kept, "list", "open complaints, the most urgent first", complaining.listed)
    listed.add_argument("--unrouted", action="store_true", help="only those that fit no site")
    route = _command(kept, "route", "say which site settles a complaint", complaining.route)
    route.add_argument("number", help="complaint number")
    route.add_argument("site", help="site code")


def _add_people(groups: Any) -> None:
    people = groups.add_parser("people", help="the national population").add_subparsers(required=True, metavar="ACTION")
    add = _command(people, "add", "load people from a CSV file (number,name,birth_date,sex)", commands.people_add)
    add.add_argument("file", type=Path, help="CSV file, UTF-8, with a header line")


def _command(
    groups: Any, name: str, words: str, act: Callable[[argparse.Namespace], commands.Answer | int]
) -> argparse.ArgumentParser:
    command: argparse.ArgumentParser = groups.add_parser(name, help=words, description=words)
    command.add_argument("--data", type=Path, default=default_data_dir(), metavar="DIR", help="data folder")
    command.add_argument(
        "--database", default=None, metavar="URL", help="sqlite:///... or postgresql://... (default: in DIR)"
    )
    command.add_argument("--json", action="store_true", help="one JSON value on standard output")
    command.set_defaults(act=act)
    return command
