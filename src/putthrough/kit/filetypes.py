"""What a file is, by what it holds: a name can say anything. Only what people can open without danger is known."""

from __future__ import annotations

from collections.abc import Mapping

PICTURES = ("image/jpeg", "image/png", "image/gif", "image/webp")
DOCUMENTS = (
    "application/pdf",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.oasis.opendocument.spreadsheet",
    "text/plain",
    "text/csv",
)
_BEGINNINGS = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
)
_ZIPPED: Mapping[str, str] = dict(zip(("docx", "xlsx", "odt", "ods"), DOCUMENTS[1:5], strict=True))
_PLAIN: Mapping[str, str] = {"txt": "text/plain", "csv": "text/csv"}
_WORDS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WebP", "application/pdf": "PDF"}


def media_type(name: str, content: bytes) -> str:
    """The media type, empty for what is none of ``PICTURES`` and ``DOCUMENTS``."""
    for beginning, kind in _BEGINNINGS:
        if content.startswith(beginning):
            return kind
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "image/webp"
    ending = name.rpartition(".")[2].lower()
    if content.startswith(b"PK\x03\x04"):
        return _ZIPPED.get(ending, "")
    return _PLAIN.get(ending, "") if _is_text(content) else ""


def _is_text(content: bytes) -> bool:
    try:
        return "\0" not in content.decode()
    except UnicodeDecodeError:
        return False


def in_words(types: tuple[str, ...]) -> str:
    """``JPEG, PNG or GIF``; documents beyond PDF by the programs that people know them from."""
    names = [_WORDS[kind] for kind in types if kind in _WORDS]
    names += ["Word, Excel and OpenDocument files", "plain text"] if DOCUMENTS[1] in types else []
    return " or ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
