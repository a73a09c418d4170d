"""`yinling certificates`: check a signed file without the server; the public key; a new key."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from yinling.base.rules import Actor
from yinling.certificates.badges import BadCredential, Credential, read_credential
from yinling.certificates.content import hours

LARGEST = 200 * 1024 * 1024
SHOWN = ("title", "number", "name", "issuer", "since", "until", "issued_on")


def add_commands(sub: Any) -> None:
    """Add `yinling certificates`."""
    group = sub.add_parser("certificates", help="signed certificates").add_subparsers(required=True)
    check = group.add_parser("verify", help="check the signatures in a PDF or a credential (.jwt), without the server")
    check.add_argument("file", type=Path)
    check.add_argument("--key", help="the issuer's public key (did:key:…), as the issuer makes it known")
    check.set_defaults(run=run_verify)
    group.add_parser("key", help="print the public key").set_defaults(run=run_key)
    group.add_parser("rotate-key", help="sign with a new key from now on").set_defaults(run=run_rotate)


def run_verify(arguments: argparse.Namespace) -> int:
    """Print what each signed certificate in the file says; exit code 1 where a signature is wrong, its key is not the one that
    was given, or the printed text does not bear it out."""
    problems = 0
    try:
        if arguments.file.stat().st_size > LARGEST:
            raise BadCredential("form", "the file is too large")
        found = list(_tokens(arguments.file))
    except (OSError, BadCredential) as problem:
        print(f"yinling: {problem}", file=sys.stderr)
        return 1
    for token, page in found:
        try:
            credential = read_credential(token)
        except BadCredential as problem:
            print(f"FAULT  {problem}")
            problems += 1
            continue
        faults = list(_faults(credential, arguments.key, page))
        problems += bool(faults)
        _print(credential, faults)
    if not found:
        print("there is no signed certificate in this file")
    print(f"{len(found)} certificates, {problems} faults")
    return int(problems > 0 or not found)


def _print(credential: Credential, faults: list[str]) -> None:
    record = credential.record
    print("FAULT " if faults else "sound ", " · ".join(str(record.get(key, "")) for key in SHOWN))
    if isinstance(record.get("minutes"), int) and record["minutes"]:
        print(f"       {hours(record['minutes'])} h")
    print(f"       signed by {credential.did}")
    for fault in faults:
        print(f"       {fault}")
    print(f"       whether it still holds: {credential.payload.get('id', '')}")


def _faults(credential: Credential, key: str | None, page: str | None) -> Iterator[str]:
    if key is not None and credential.did != key:
        yield "signed by another key than the one given"
    if page is None:
        return
    record = credential.record
    printed = "".join(page.split())
    wanted = [record["number"], f"姓名{record['name']}", record["text"], record["issuer"]]
    if record["minutes"]:
        wanted.append(f"{hours(record['minutes'])}小时")
    for text in wanted:
        if "".join(str(text).split()) not in printed:
            yield "the printed page does not say what was signed"
            return


def _tokens(path: Path) -> Iterator[tuple[str, str | None]]:
    """The credentials in a file, each with the text of the page it belongs to (None for a bare credential)."""
    content = path.read_bytes()
    if not content.startswith(b"%PDF"):
        yield content.decode("utf-8", "replace"), None
        return
    from io import BytesIO

    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    try:
        reader = PdfReader(BytesIO(content))
        pages = [page.extract_text() for page in reader.pages]
        files = {name: data for name, data in reader.attachments.items() if name.endswith(".jwt")}
    except (PyPdfError, ValueError, KeyError) as problem:
        raise BadCredential("form", "this PDF cannot be read") from problem
    for name, data in sorted(files.items()):
        code = name.removesuffix(".jwt")
        text = next((page for page in pages if code in "".join(page.split())), "")
        for token in data:
            yield token.decode("utf-8", "replace"), text


def run_key(_arguments: argparse.Namespace) -> int:
    """Print the public keys of this installation, the present one first."""
    from yinling.certificates.models import SigningKey

    keys = SigningKey.objects.order_by("-made_at")
    for key in keys:
        print(key.did, "" if key.ended_at is None else f"(until {key.ended_at:%Y-%m-%d})")
    if not keys:
        print("no certificate has been signed yet; the key is made with the first one")
    return 0


def run_rotate(_arguments: argparse.Namespace) -> int:
    """Make a new key and print its public half."""
    from yinling.certificates.actions import rotate_key

    print(rotate_key(by=Actor.for_system("yinling certificates rotate-key")).did)
    return 0
