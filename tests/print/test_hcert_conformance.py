"""Vectors like the published ones, made by another library, ES256 and PS256: each gets its verdict, from the function, and from
the command as a process. Another library agrees wherever it can judge."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import zlib
from pathlib import Path

import base45
import cwt
import pytest
from cryptography.hazmat.primitives import serialization
from support.hcert_vectors import AT, GENUINE, Vector, an_issuer, content_of, packed, trust_of, vectors

from vaxdesk.errors import NotGenuine
from vaxdesk.messages import LANGUAGES, sentence
from vaxdesk.print.hcert import trust_from_file, verify

ALL = [vector for algorithm in ("ES256", "PS256") for vector in vectors(algorithm)]
QUICK_S = 0.5
UNTAKEN = (
    "alg unprotected",
    "no tag",
    "both tags",
    "kid in both",
    "a protected kid wins",
)  # envelopes the library does not take
TAKEN = [vector for vector in ALL if vector.verdict == GENUINE and not vector.name.endswith(UNTAKEN)]
AS_A_PROCESS = ("a-vaccination", "expired", "a-changed-payload", "a-wrong-protected-kid-wins-too", "no-prefix", "revoked",
                "two-groups", "a-wrong-checksum")  # fmt: skip


def verdict_of(vector: Vector, folder: Path) -> str:
    file = folder / "trust.json"
    file.write_text(json.dumps(vector.trust), encoding="utf-8")
    trust = trust_from_file(file)
    start, code = time.perf_counter(), GENUINE
    try:
        verify(vector.text, trust, vector.at)
    except NotGenuine as error:
        code, said = error.code, [sentence(error, language) for language in LANGUAGES]
    else:
        said = []
    assert time.perf_counter() - start < QUICK_S
    assert not any("{" in words or words == code for words in said)
    return code


@pytest.mark.parametrize("vector", ALL, ids=str)
def test_every_vector_gets_its_verdict(vector: Vector, tmp_path: Path) -> None:
    assert verdict_of(vector, tmp_path) == vector.verdict


def test_no_two_vectors_are_the_same_case() -> None:
    assert len({str(vector) for vector in ALL}) == len(ALL)
    published = {name for vector in ALL for name in vector.like.split()} - {"-"}
    assert len(published) >= 30


@pytest.mark.parametrize("vector", TAKEN, ids=str)
def test_another_library_holds_the_same_signatures_genuine(vector: Vector) -> None:
    message = zlib.decompress(base45.b45decode(vector.text.removeprefix("HC1:")))
    issuers = [an_issuer(vector.name.split()[0], *uses) for uses in _uses_of(vector)]
    keys = [
        cwt.COSEKey.from_pem(
            each.signer.key.public_key().public_bytes(
                serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
            ),
            kid=each.signer.kid,
            alg=vector.name.split()[0],
        )
        for each in issuers
    ]
    assert isinstance(cwt.COSE.new().decode(message, keys), bytes)


@pytest.mark.parametrize("name", AS_A_PROCESS)
@pytest.mark.parametrize("algorithm", ["ES256", "PS256"])
def test_the_command_says_the_same(name: str, algorithm: str, tmp_path: Path) -> None:
    (vector,) = [vector for vector in ALL if str(vector) == f"{algorithm}-{name}"]
    file = tmp_path / "trust.json"
    file.write_text(json.dumps(vector.trust), encoding="utf-8")
    command = [
        sys.executable,
        "-m",
        "vaxdesk",
        "verify",
        vector.text,
        "--trust",
        str(file),
        "--at",
        vector.at.isoformat(),
        "--json",
    ]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        timeout=60,
        env=os.environ | {"VAXDESK_DATA": str(tmp_path / "no-desk")},
    )
    said = json.loads(done.stdout)
    assert (done.returncode, said["valid"]) == ((0, True) if vector.verdict == GENUINE else (2, False))
    assert said.get("code", GENUINE) == vector.verdict
    if name == "a-wrong-checksum":
        assert [remark["code"] for remark in said["remarks"]] == ["hcert-checksum-wrong"]


def test_a_text_in_a_file_is_read_no_further_than_a_code_may_be_long(tmp_path: Path) -> None:
    trust, code = tmp_path / "trust.json", tmp_path / "code.txt"
    trust.write_text(json.dumps(trust_of(an_issuer("ES256"))), encoding="utf-8")
    with code.open("wb") as file:
        file.write(packed(an_issuer("ES256").sign(content_of())).encode())
        file.truncate(3 * 1024**3)
    command = [
        sys.executable,
        "-m",
        "vaxdesk",
        "verify",
        str(code),
        "--trust",
        str(trust),
        "--at",
        AT.isoformat(),
        "--json",
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=20)
    assert (done.returncode, json.loads(done.stdout)["code"]) == (2, "hcert-not-a-certificate")


def _uses_of(vector: Vector) -> list[tuple[str, ...]]:
    from support import hcert_vectors as made

    older = tuple(f"{made.OLD_ROOT}.{n}" for n in (1, 2))
    return [(), (made.TEST_USE,), (made.VACCINATION_USE,), (made.RECOVERY_USE,), older]
