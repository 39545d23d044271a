"""Certificate pages a second, beside the stack other systems print with: react-pdf (@react-pdf/renderer) and qrcode on Node.

Both draw the same pages, one process each: the verified contents, the same fonts, the same QR texts, for people who all differ. The Node
program is installed into a temporary folder by npm, with whatever registry this machine is set up for, and goes with it. What the desk
does beyond that, reading every page back before it is printed, is a row of its own. Without node and npm it says so and measures nothing.
"""

from __future__ import annotations

import itertools
import json
import os
import shutil
import subprocess
import tempfile
from pathlib import Path
from typing import Any

import fontpkg_be_vietnam_pro
import measure
from support.issuer import a_country
from support.papers import NEXT_DAY, SITE, a_certificate, a_course, a_person

from vaxdesk.errors import ProofFailed
from vaxdesk.models.values import CitizenId
from vaxdesk.print import certificate as documents
from vaxdesk.print import electronic, fonts, frame, proof, sheets
from vaxdesk.print.hcert import trust_from_keys
from vaxdesk.print.issue_sheet import verified_certificate
from vaxdesk.print.sheets import ElectronicSheet

PAGES = int(os.environ.get("BENCH_NODE_PAGES", "100"))
WARM_UP = 5
AIM = 1.0  # no slower than theirs
LIMIT_S = 600
PACKAGES = ("@react-pdf/renderer@4", "react@18", "qrcode@1")
NAMES = ("Nguyễn Thị Hồng Ánh", "Lê Văn Tám", "Trần Thị Bích", "Đàng Năng Thọ", "Võ Nguyễn Bảo Châu")
FACES = {"regular": "Regular", "medium": "Medium", "bold": "SemiBold", "italic": "Italic"}
PROGRAM = """
import {readFileSync, writeFileSync} from 'node:fs'
import React from 'react'
import QRCode from 'qrcode'
import {Document, Page, View, Text, Image, Font, renderToBuffer} from '@react-pdf/renderer'

const {pages, faces, warmUp} = JSON.parse(readFileSync('pages.json', 'utf8'))
for (const [family, src] of Object.entries(faces)) Font.register({family, src})
Font.registerHyphenationCallback(word => [word])
const e = React.createElement
const line = (style, text) => e(Text, {style, key: text}, text)
const both = (vi, en) => [line({fontFamily: 'regular', fontSize: 10}, vi), line({fontFamily: 'italic', fontSize: 7.8}, en)]
const row = ({vi, en, value}, place) => e(View, {key: place, style: {
  flexDirection: 'row', minHeight: 36, padding: 4, borderTop: 0.4, backgroundColor: place % 2 ? '#fff' : '#f4f4f4'}},
  e(View, {style: {width: 180}}, ...both(`${place + 1}. ${vi}`, en)),
  line({fontFamily: place ? 'medium' : 'bold', fontSize: place ? 11 : 13.5, flex: 1}, value))
async function drawn({head, qr, facts, fields}) {
  const code = await QRCode.toDataURL(qr, {errorCorrectionLevel: 'Q', margin: 4, width: 600})
  return renderToBuffer(e(Document, {}, e(Page, {size: 'A4', style: {padding: 42}},
    ...head.map(text => line({fontFamily: 'bold', fontSize: 12, textAlign: 'center'}, text)),
    e(View, {style: {flexDirection: 'row', marginVertical: 12}},
      e(Image, {src: code, style: {width: 138, height: 138}}),
      e(View, {style: {flex: 1, paddingLeft: 12}}, ...facts.flatMap(([vi, en]) => both(vi, en)))),
    ...fields.map(row))))
}
let last
for (const page of pages.slice(0, warmUp)) await drawn(page)
const start = performance.now()
for (const page of pages) last = await drawn(page)
const ms = performance.now() - start
writeFileSync('last.pdf', last)
console.log(JSON.stringify({ms, mb: process.memoryUsage().rss / 1e6}))
"""


def main() -> None:
    """Prints the ratios."""
    node, npm = shutil.which("node"), shutil.which("npm")
    if not (node and npm):
        measure.note("a page beside react-pdf and qrcode", left_out="no node and npm on this machine")
        return
    work = different_sheets(PAGES)
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if trouble := install(folder, npm):
            measure.note("a page beside react-pdf and qrcode", left_out=trouble)
            return
        theirs = drawn_by_node(folder, node, work)
        reads = holds((folder / "last.pdf").read_bytes(), work[-1])
    for sheet in work[:WARM_UP]:
        drawn_and_proven(sheet)
    drawn_s = measure.once_s(lambda: [documents.render_certificate(sheet) for sheet in work]) / PAGES
    proven_s = measure.once_s(lambda: [drawn_and_proven(sheet) for sheet in work]) / PAGES
    their_s = theirs["ms"] / 1000 / PAGES
    facts = {"pages": PAGES, "their_page_reads": reads, "their_mb": round(theirs["mb"])}
    for what, ours_s in (("drawn", drawn_s), ("drawn and proven", proven_s)):
        speeds = {"ours_pages_per_s": round(1 / ours_s, 1), "their_pages_per_s": round(1 / their_s, 1)}
        what = f"a certificate page, {what}, beside react-pdf and qrcode on Node"
        measure.report(what, ours_s, their_s, AIM, **speeds, **facts, our_mb=round(measure.resident_mb()))


def different_sheets(count: int) -> list[ElectronicSheet]:
    """The verified contents of that many people's pages."""
    names, found, trust = itertools.cycle(NAMES), [], trust_from_keys(a_country().trust_keys)
    for number in range(count):
        record = a_course(1, a_person(citizen_id=CitizenId(f"079303{number:06d}"), name=next(names)))[0]
        certificate = a_certificate(record, ci=f"URN:UVCI:01:VN:{number:032X}")
        verified = verified_certificate(record, certificate, trust, NEXT_DAY)
        found.append(sheets.electronic_sheet(record, SITE, verified, certificate.hc1))
    return found


def install(folder: Path, npm: str) -> str:
    """The packages and the program in the folder; why not, if they cannot be had."""
    (folder / "package.json").write_text('{"private": true, "type": "module"}', encoding="ascii")
    (folder / "draw.js").write_text(PROGRAM, encoding="utf-8")
    command = [npm, "install", "--no-save", "--no-audit", "--no-fund", "--ignore-scripts", *PACKAGES]
    try:
        subprocess.run(command, cwd=folder, check=True, capture_output=True, timeout=LIMIT_S)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
        return "npm could not install the packages"
    return ""


def drawn_by_node(folder: Path, node: str, work: list[ElectronicSheet]) -> dict[str, float]:
    """Milliseconds all pages took, and what the process holds in the end."""
    files = Path(fontpkg_be_vietnam_pro.ROOT) / "files"
    faces = {name: str(files / f"BeVietnamPro-{face}.ttf") for name, face in FACES.items()}
    wanted = {"pages": [as_told(sheet) for sheet in work], "faces": faces, "warmUp": WARM_UP}
    (folder / "pages.json").write_text(json.dumps(wanted), encoding="utf-8")
    done = subprocess.run([node, "draw.js"], cwd=folder, check=True, capture_output=True, text=True, timeout=LIMIT_S)
    measured: dict[str, float] = json.loads(done.stdout)
    return measured


def as_told(sheet: ElectronicSheet) -> dict[str, Any]:
    """What our page says, for a program that only draws."""
    return {
        "head": [*frame.NATION, *frame.MOTTO, *frame.UNIT, sheet.unit, *electronic.TITLE],
        "qr": sheet.qr_text,
        "facts": [(sheet.issuer, sheet.issued_on), (sheet.valid_until, sheet.kid), electronic.USE],
        "fields": [{"vi": one.label.vi, "en": one.label.en, "value": one.value} for one in sheet.fields],
    }


def holds(pdf: bytes, sheet: ElectronicSheet) -> bool:
    """Whether their page would pass our proof."""
    try:
        proof.prove(pdf, sheet.qr_text, sheet.must_say)
    except ProofFailed:
        return False
    return True


def drawn_and_proven(sheet: ElectronicSheet) -> None:
    """What a printer may be given."""
    pdf = documents.render_certificate(sheet)
    proof.prove(pdf, sheet.qr_text, tuple(fonts.visible(text) for text in sheet.must_say))


if __name__ == "__main__":
    main()
