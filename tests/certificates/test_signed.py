"""What is signed can be checked without this platform, by its own key alone; what was changed is noticed; paper bears it out."""

from __future__ import annotations

import argparse
import base64
import io
import json
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st
from pypdf import PdfReader

from tests.cast import COUNTY, SYSTEM
from tests.certificates.ground import NUMBER, SIGNED, TODAY, Ground, issued
from yinling.certificates import (
    BadCredential,
    Certificate,
    SigningKey,
    certificate_pdf,
    certificate_pdfs,
    issue_completion,
    public_of,
    read_credential,
    revoke_certificate,
    rotate_key,
    short_form,
)
from yinling.certificates.badges import did_of
from yinling.certificates.commands import run_key, run_verify

ALPHABET = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"


def token_of(certificate: Certificate) -> str:
    """The credential of a certificate."""
    certificate.refresh_from_db()
    return bytes(certificate.credential).decode()


def unpacked(text: str) -> bytes:
    """Base64 of addresses, without its filling."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_in(did: str) -> bytes:
    """The bytes of a did:key, worked out by hand: base 58, then the two bytes that say Ed25519."""
    number = 0
    for sign in did.removeprefix("did:key:z"):
        number = number * 58 + ALPHABET.index(sign)
    raw = number.to_bytes(34, "big")
    assert raw[:2] == b"\xed\x01"
    return raw[2:]


def test_a_stranger_checks_it_with_nothing_but_itself(ground: Ground) -> None:
    token = token_of(issued(ground))
    head, body, signature = token.split(".")
    header, payload = json.loads(unpacked(head)), json.loads(unpacked(body))
    public = Ed25519PublicKey.from_public_bytes(key_in(payload["issuer"]["id"]))
    public.verify(unpacked(signature), f"{head}.{body}".encode())
    with pytest.raises(InvalidSignature):
        public.verify(unpacked(signature), f"{head}.{body[:-2]}AA".encode())
    assert (header["alg"], header["typ"], header["jwk"]["crv"]) == ("EdDSA", "JWT", "Ed25519")
    assert unpacked(header["jwk"]["x"]) == public.public_bytes_raw()
    assert header["kid"] == f"{payload['iss']}#{payload['iss'].removeprefix('did:key:')}"


def test_it_is_an_open_badge(ground: Ground) -> None:
    made = issued(ground)
    payload = read_credential(token_of(made)).payload
    assert payload["@context"][:2] == [
        "https://www.w3.org/ns/credentials/v2", "https://purl.imsglobal.org/spec/ob/v3p0/context-3.0.3.json",
    ]  # fmt: skip
    assert payload["type"] == ["VerifiableCredential", "AchievementCredential"]
    assert payload["id"] == payload["jti"] == f"https://yl.example.cn/check/{made.check_code}/"
    assert payload["credentialStatus"] == {"id": payload["id"], "type": "CheckPage"}
    assert payload["validFrom"] == "2025-07-01T00:00:00+08:00"
    assert payload["nbf"] == 1751299200
    subject = payload["credentialSubject"]
    assert subject["achievement"]["achievementType"] == "CommunityService"
    assert subject["licenseNumber"] == made.number
    assert {one["identityHash"] for one in subject["identifier"]} == {"吴大海", "V00000001"}
    assert payload["record"] == made.contents


def forged(token: str, change: Any, header: dict[str, Any] | None = None) -> str:
    """The token with its payload changed, under the old signature."""
    head, body, signature = token.split(".")
    payload = json.loads(unpacked(body))
    change(payload)
    new = base64.urlsafe_b64encode(json.dumps(payload).encode()).decode().rstrip("=")
    if header is not None:
        head = base64.urlsafe_b64encode(json.dumps(header).encode()).decode().rstrip("=")
    return f"{head}.{new}.{signature}"


def test_forgeries_are_refused(ground: Ground) -> None:
    token = token_of(issued(ground))
    more = forged(token, lambda payload: payload["record"].update(minutes=99999))
    bare = forged(token, lambda payload: payload, {"alg": "none", "typ": "JWT"})
    other = forged(token, lambda payload: payload.update(iss=did_of(bytes(32))))
    for text in (
        more,
        bare,
        other,
        token[:-4] + "AAAA",
        token + "x",
        "",
        "a.b.c",
        "贵州",
        "x" * 5000,
        "..",
        f"{token}.",
    ):
        with pytest.raises(BadCredential):
            read_credential(text)


@given(st.binary(min_size=32, max_size=32))
def test_keys_come_back_equal(public: bytes) -> None:
    assert public_of(did_of(public)) == public == key_in(did_of(public))


@pytest.mark.parametrize("text", ["", "did:key:", "did:key:z", "did:web:example.cn", "did:key:z0OIl", "did:key:z6Mk"])
def test_what_is_no_key(text: str) -> None:
    with pytest.raises(BadCredential):
        public_of(text)


def test_a_new_key_leaves_old_signatures_as_they_are(ground: Ground) -> None:
    first = token_of(issued(ground))
    old = SigningKey.objects.get()
    assert old.private not in str(SigningKey.objects.values_list("did"))
    new = rotate_key(by=SYSTEM)
    second = token_of(issued(ground, whose=ground.other))
    assert read_credential(first).did == old.did
    assert read_credential(second).did == new.did != old.did
    assert SigningKey.objects.filter(ended_at__isnull=True).get() == new


def pages(content: bytes) -> list[str]:
    """The text of each page."""
    return ["".join(page.extract_text().split()) for page in PdfReader(io.BytesIO(content)).pages]


def test_the_paper_says_what_was_frozen_and_leads_to_its_check(ground: Ground) -> None:
    made = issued(ground, 150)
    content = certificate_pdf([made], site="https://yl.example.cn")
    (text,) = pages(content)
    for wanted in ("志愿服务记录证明", made.number, "吴大海", "V00000001", "2.5小时", "送医下乡", "负责人", "杨正华", "经办人",
                   "姚玉珍", "0856-3220000", "玉屏侗族自治县老龄办", "2025年7月1日", "特此证明", made.check_code, "公示至2025年7月8日",
                   "".join(short_form(token_of(made)).split())):  # fmt: skip
        assert wanted in text, wanted
    assert NUMBER not in text
    assert "*" not in text
    image = pypdfium2.PdfDocument(content)[0].render(scale=3).to_pil().convert("L")
    codes = zxingcpp.read_barcodes(image)
    assert [code.text for code in codes] == [f"https://yl.example.cn/check/{made.check_code}/"]


def test_the_identity_number_only_if_wished_and_still_the_same(ground: Ground) -> None:
    made = issued(ground, show_identity=True)
    assert NUMBER in pages(certificate_pdf([made]))[0]
    ground.volunteer.person.resident_id = "990101195508010095"
    ground.volunteer.person.save()
    made = Certificate.objects.get(pk=made.pk)
    text = pages(certificate_pdf([made]))[0]
    assert "990101195508010095" not in text
    assert made.contents["identity"] in text


def test_completion_cannot_be_taken_for_a_state_paper(ground: Ground) -> None:
    made = issue_completion(
        person=ground.other.person, issuer=ground.county, title="智能手机应用", details=[("课时", "24"), ("成绩", "合格")],
        finished_on=TODAY, signed=SIGNED, by=ground.officer,
    )  # fmt: skip
    assert made.number == f"结证〔2025〕{COUNTY}-000001"
    assert made.publicity_until is None
    content = certificate_pdf([made])
    (text,) = pages(content)
    assert "本证书不是职业技能等级证书" in text
    assert "智能手机应用" in text
    box = PdfReader(io.BytesIO(content)).pages[0].mediabox
    assert box.width > box.height, "a look of its own"
    revoke_certificate(certificate=made, reason="重复颁发", by=ground.officer)
    assert "已被撤销" in pages(certificate_pdf([Certificate.objects.get(pk=made.pk)]))[0]


def test_odd_texts_stay_one_page_of_text(ground: Ground) -> None:
    made = issued(ground)
    made.contents = made.contents | {
        "projects": [[f"#strong[第{number}个项目]$x^2$ 很长的名称" * 3, 90] for number in range(40)],
        "contact": "<script>*粗*",
    }
    (text,) = pages(certificate_pdf([made]))
    assert "其他30个项目" in text
    assert "#strong[第0个项目]" in text


def test_many_in_one_file(ground: Ground) -> None:
    made = [issued(ground), issued(ground, whose=ground.other)]
    (content,) = certificate_pdfs(made)
    assert [one.number in text for one, text in zip(made, pages(content), strict=True)] == [True, True]
    assert len(PdfReader(io.BytesIO(content)).attachments) == 2


def verified(path: Path, key: str | None = None) -> int:
    """The exit code of `yinling certificates verify`."""
    return run_verify(argparse.Namespace(file=path, key=key))


def test_the_command_checks_paper_and_credential(
    ground: Ground, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = issued(ground)
    token, did = token_of(made), SigningKey.objects.get().did
    good, bare, bad = tmp_path / "a.pdf", tmp_path / "a.jwt", tmp_path / "b.jwt"
    good.write_bytes(certificate_pdf([made]))
    bare.write_text(token)
    bad.write_text(forged(token, lambda payload: payload["record"].update(name="张三")))
    assert (verified(good), verified(bare), verified(good, did)) == (0, 0, 0)
    assert made.number in capsys.readouterr().out
    assert (verified(bad), verified(bare, did_of(bytes(32)))) == (1, 1)
    made.contents = made.contents | {"name": "张冠李"}
    good.write_bytes(certificate_pdf([made]))
    assert verified(good) == 1, "the page was changed, the signed part was not"
    assert "does not say" in capsys.readouterr().out
    for content in (b"%PDF-1.7 broken", b"", "贵州".encode()):
        bad.write_bytes(content)
        assert verified(bad) == 1
    assert verified(tmp_path / "nothing") == 1
    assert run_key(argparse.Namespace()) == 0
    assert did in capsys.readouterr().out
