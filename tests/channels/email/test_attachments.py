"""Files that came with an email."""

from __future__ import annotations

import base64
import io
import zipfile

import pytest
from email_mails import mail, multipart, read
from hypothesis import given
from hypothesis import strategies as st

from putthrough.channels.contract import AttachmentInfo, Unreadable
from putthrough.channels.email import transfer
from putthrough.channels.email.attachments import LARGEST, content, kind

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00" * 20
PROGRAM = b"MZ\x90\x00\x03" + b"\x00" * 20


def _file(data: bytes, name: str = "", claimed: str = "application/octet-stream") -> bytes:
    disposition = f'attachment; filename="{name}"' if name else "attachment"
    head = f"Content-Type: {claimed}\nContent-Disposition: {disposition}\nContent-Transfer-Encoding: base64\n\n"
    return head.encode("latin-1") + base64.encodebytes(data)


def _one(part: str | bytes) -> AttachmentInfo:
    (found,) = read(multipart("mixed", "\nwords", part)).attachments
    return found


def test_a_file_is_named_sized_recognised_and_found_again() -> None:
    raw = multipart("mixed", "\nwords", _file(PNG, "hole.png", "image/jpeg"))
    (found,) = read(raw).attachments
    assert found == AttachmentInfo("2", "hole.png", "image/png", len(PNG), "")
    assert content(raw, "2") == PNG


def test_a_part_that_is_not_there_is_said_in_words() -> None:
    with pytest.raises(Unreadable, match="no part 7"):
        content(mail(), "7")
    assert content(mail(), "1") == b"The bin was missed.\n"


@pytest.mark.parametrize(
    ("head", "name"),
    [
        ('Content-Disposition: attachment; filename="plan.pdf"', "plan.pdf"),
        ("Content-Type: application/pdf; name=plan.pdf", "plan.pdf"),
        ("Content-Disposition: attachment; filename*=utf-8''caf%C3%A9%20plan.pdf", "café plan.pdf"),
        (
            "Content-Disposition: attachment; filename*0*=utf-8''caf%C3;\n filename*1*=%A9; filename*2=.pdf",
            "café.pdf",
        ),
        ('Content-Disposition: attachment; filename="=?utf-8?Q?caf=C3=A9.pdf?="', "café.pdf"),
        ('Content-Disposition: attachment; filename="caf\xe9.pdf"', "café.pdf"),
        ('Content-Disposition: attachment; filename="../../etc/plan.pdf"', "_.._etc_plan.pdf"),
        ('Content-Disposition: attachment; filename="a;b.pdf"', "a;b.pdf"),
        ("Content-Type: application/pdf\nContent-Disposition: attachment", "file-2.pdf"),
        ("Content-Type: image/png\nContent-ID: <x>", "file-2.png"),
        ("Content-Disposition: attachment; filename=" + "x" * 300 + ".pdf", "x" * 146 + ".pdf"),
    ],
)
def test_names(head: str, name: str) -> None:
    assert _one(head.encode("latin-1") + b"\n\n%PDF-1.7" * (0 if "image" in head else 1) + b"\n\nx").name == name


def test_an_attached_mail_is_one_file_named_by_its_subject() -> None:
    inner = multipart(
        "mixed", "\nold words", _file(PNG, "x.png"), boundary="inner", Subject="The =?utf-8?Q?caf=C3=A9?="
    )
    found = read(multipart("mixed", "\nwords", b"Content-Type: message/rfc822\n\n" + inner))
    assert found.text == "words"
    assert [info.name for info in found.attachments] == ["The café.eml"]


def test_pictures_in_the_text_are_files_and_signatures_are_not() -> None:
    picture = "Content-Type: image/png\nContent-ID: <p1>\nContent-Disposition: inline\n\nx"
    page = 'Content-Type: text/html\n\n<p>see <img src="cid:p1"></p>'
    found = read(multipart("related", page, picture, "Content-Type: application/pgp-signature\n\nx"))
    assert [info.part for info in found.attachments] == ["2"]
    assert 'src="cid:p1"' in found.html


@pytest.mark.parametrize(
    ("data", "name", "claimed", "why"),
    [
        (PROGRAM, "plan.pdf", "application/pdf", "program"),
        (b"x", "plan.exe", "application/octet-stream", "program"),
        (b"x", "plan.pdf.exe", "application/pdf", "program"),
        (b"x", "plan.exe.pdf", "application/pdf", "program"),
        (b"x", "plan.pdf .EXE ", "application/pdf", "program"),
        (b"x", "plan\u202efdp.exe", "application/pdf", "program"),
        (b"#!/bin/sh\nrm", "notes.txt", "text/plain", "program"),
        (b"x", "macro.docm", "application/octet-stream", "program"),
        (b"x", "a.js", "text/plain", "program"),
        (b"<!-- x --><html><script>", "notes.txt", "text/plain", "web page"),
        (b"x", "page.html", "application/octet-stream", "web page"),
        (b"<?xml version='1.0'?><svg xmlns='x'>", "pic.png", "image/png", "web page"),
        (b"x", "winmail.dat", "application/octet-stream", "Outlook"),
    ],
)
def test_what_is_refused(data: bytes, name: str, claimed: str, why: str) -> None:
    found = _one(_file(data, name.encode().decode("latin-1"), claimed))
    assert why in found.refused
    assert "\u202e" not in found.name


@pytest.mark.parametrize(
    "name",
    [
        "plan.pdf",
        "letter to shop.com.pdf",
        "v1.2.docx",
        "photo.heic",
        "bill.xlsx",
        "Mr. Jones.txt",
        "files.zip",
    ],
)
def test_what_is_offered(name: str) -> None:
    assert _one(_file(b"some bytes", name)).refused == ""


def test_a_page_as_body_is_no_file_but_one_with_a_name_is() -> None:
    assert read(mail("<p>hello", Content_Type="text/html; name=body.html")).attachments == ()
    assert "web page" in _one("Content-Type: text/html; name=page.html\n\n<p>x").refused


def test_an_archive_is_never_opened() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("zeros", b"\x00" * 20_000_000)
    found = _one(_file(packed.getvalue(), "bomb.zip"))
    assert (found.media_type, found.size, found.refused) == ("application/zip", len(packed.getvalue()), "")


def test_a_file_too_large_is_refused_and_the_words_are_read() -> None:
    raw = multipart("mixed", "\nwords", _file(b"\x00" * (LARGEST + 1), "big.bin2"))
    found = read(raw)
    assert found.text == "words"
    assert found.attachments[0].size == LARGEST + 1
    assert "25 MB" in found.attachments[0].refused


@given(st.binary(max_size=300), st.sampled_from(["base64", "quoted-printable", "8bit", "x-uuencode", ""]))
def test_the_size_told_is_the_size_given(data: bytes, encoding: str) -> None:
    assert transfer.size(data, encoding) == len(transfer.decode(data, encoding))


@given(st.binary(max_size=300))
def test_base64_comes_back_through_any_noise(data: bytes) -> None:
    noisy = base64.b64encode(data).rstrip(b"=").replace(b"A", b"A\r\n ")
    assert transfer.unbase64(noisy) == data


@given(
    st.binary(max_size=80),
    st.sampled_from(["", "image/png", "text/plain", "application/octet-stream"]),
    st.text(max_size=20),
)
def test_a_kind_is_always_told(head: bytes, claimed: str, name: str) -> None:
    assert "/" in kind(head, claimed, name)
