from __future__ import annotations

import pytest

from putthrough.kit.filetypes import DOCUMENTS, PICTURES, in_words, media_type


@pytest.mark.parametrize(
    ("name", "content", "kind"),
    [
        ("a.png", b"\x89PNG\r\n\x1a\n", "image/png"),
        ("a.png", b"\xff\xd8\xff\xe0", "image/jpeg"),
        ("a", b"RIFF\0\0\0\0WEBPVP8 ", "image/webp"),
        ("a.pdf", b"%PDF-1.7", "application/pdf"),
        ("a.png", b"<svg onload=alert(1)>", ""),
        ("a.html", b"<script>", ""),
        ("a.txt", b"words", "text/plain"),
        ("a.txt", b"wo\0rds", ""),
        ("a.csv", b"\xff\xfe", ""),
        ("a.exe", b"MZ\x90", ""),
        ("a.docx", b"PK\x03\x04", DOCUMENTS[1]),
        ("a.zip", b"PK\x03\x04", ""),
        ("", b"", ""),
    ],
)
def test_a_file_is_what_it_holds(name: str, content: bytes, kind: str) -> None:
    assert media_type(name, content) == kind


def test_in_words() -> None:
    assert in_words(PICTURES) == "JPEG, PNG, GIF or WebP"
    assert in_words(("image/png",)) == "PNG"
    assert in_words(PICTURES + DOCUMENTS).endswith("Word, Excel and OpenDocument files or plain text")
