"""Files that came with an email: named, sized, recognised, and refused where they could do harm.

Archives are never opened here, so neither a bomb nor a password can trouble anyone.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from putthrough.channels.contract import AttachmentInfo, Unreadable
from putthrough.channels.email import transfer
from putthrough.channels.email.bodies import is_text
from putthrough.channels.email.headers import parameter_words, parameters, words
from putthrough.channels.email.mime import MOST_PARTS, Part, Tree, parse
from putthrough.kit.text import one_line, word_set

LARGEST = 25 * 1024 * 1024
MOST = 100
_LONGEST_NAME = 150
_SNIFFED_BYTES = 1_024

# Parts that only serve the reading of the others.
_MACHINERY = word_set(
    "message/delivery-status message/disposition-notification message/global-delivery-status "
    "message/feedback-report application/pgp-encrypted application/pgp-signature "
    "application/pkcs7-signature application/x-pkcs7-signature text/x-amp-html text/watch-html"
)

_EXECUTABLE = word_set(
    "ade adp apk app appimage appref-ms appx appxbundle bas bat bin cab chm class cmd com command cpl "
    "csh deb dll dmg docm dotm ear elf exe gadget hta inf ins iso img isp jar jnlp js jse ksh lib lnk "
    "mam mde mht mhtml msc msi msix msp mst nsh one onepkg osx out pif pl potm ppam ppsm pptm prg ps1 "
    "ps1xml ps2 psc1 psd1 psm1 py pyc pyw rb reg rpm run scf scr sct settingcontent-ms sh shb shs sldm "
    "svgz swf sys udl url vb vbe vbp vbs vhd vhdx vxd war wasm website wll workflow ws wsc wsf wsh xlam "
    "xll xlsm xltm xpi zsh"
)
_PAGES = word_set("htm html shtml xhtml xht svg")
# Before the last dot of a name these are ordinary words ("shop.com.pdf").
_NOT_IN_THE_MIDDLE = frozenset(
    {"com", "app", "one", "out", "run", "url", "website", "ins", "inf", "lib", "pl"}
)

_MAGIC = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"BM", "image/bmp"),
    (b"II*\x00", "image/tiff"),
    (b"MM\x00*", "image/tiff"),
    (b"PK\x03\x04", "application/zip"),
    (b"PK\x05\x06", "application/zip"),
    (b"Rar!\x1a\x07", "application/vnd.rar"),
    (b"7z\xbc\xaf\x27\x1c", "application/x-7z-compressed"),
    (b"\x1f\x8b", "application/gzip"),
    (b"BZh", "application/x-bzip2"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/x-ole-storage"),
    (b"{\\rtf", "application/rtf"),
    (b"OggS", "audio/ogg"),
    (b"ID3", "audio/mpeg"),
    (b"#!AMR", "audio/amr"),
    (b"\x1aE\xdf\xa3", "video/webm"),
    (b"MZ", "application/x-msdownload"),
    (b"\x7fELF", "application/x-executable"),
    (b"\xca\xfe\xba\xbe", "application/java-vm"),
    (b"\xfe\xed\xfa\xce", "application/x-mach-binary"),
    (b"\xfe\xed\xfa\xcf", "application/x-mach-binary"),
    (b"\xcf\xfa\xed\xfe", "application/x-mach-binary"),
    (b"L\x00\x00\x00\x01\x14\x02\x00", "application/x-ms-shortcut"),
    (b"#!", "text/x-shellscript"),
    (b"x\x9f\x3e\x22", "application/ms-tnef"),
)
_PROGRAMS = word_set(
    "application/x-msdownload application/x-executable application/java-vm application/x-mach-binary "
    "application/x-ms-shortcut text/x-shellscript application/x-sh application/x-msdos-program "
    "application/javascript text/javascript application/x-javascript application/ecmascript "
    "application/java-archive application/hta application/x-bat application/x-powershell text/vbscript "
    "application/vnd.microsoft.portable-executable application/x-msi application/x-dosexec"
)
_MARKUP = re.compile(
    rb"\s*(?:<\?xml[^>]*>\s*)?(?:<!--.{0,400}?-->\s*)*"
    rb"<(!doctype html|html|head|body|script|iframe|svg|!doctype svg)\b",
    re.IGNORECASE | re.DOTALL,
)
_FTYP = {
    b"heic": "image/heic",
    b"heix": "image/heic",
    b"mif1": "image/heif",
    b"avif": "image/avif",
    b"qt  ": "video/quicktime",
    b"M4A ": "audio/mp4",
}
# Containers whose true kind is told by what they claim to be: an office document is a zip archive.
_CONTAINERS = frozenset(
    {"application/zip", "application/x-ole-storage", "application/gzip", "video/mp4", "audio/ogg"}
)
_BY_EXTENSION = {
    "pdf": "application/pdf",
    "jpg": "image/jpeg",
    "jpeg": "image/jpeg",
    "png": "image/png",
    "gif": "image/gif",
    "heic": "image/heic",
    "txt": "text/plain",
    "csv": "text/csv",
    "ics": "text/calendar",
    "vcf": "text/vcard",
    "doc": "application/msword",
    "xls": "application/vnd.ms-excel",
    "rtf": "application/rtf",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "odt": "application/vnd.oasis.opendocument.text",
    "zip": "application/zip",
    "eml": "message/rfc822",
    "mp3": "audio/mpeg",
    "mp4": "video/mp4",
    "mov": "video/quicktime",
}
_EXTENSIONS = {kind: extension for extension, kind in reversed(_BY_EXTENSION.items())} | {
    "application/ms-tnef": "dat"
}
_BAD_IN_NAME = re.compile(r'[\\/:*?"<>|\u200b-\u200f\u2060-\u2064]')


def listed(tree: Tree) -> list[AttachmentInfo]:
    """Every file of a message, pictures in the text included, in order."""
    found: list[AttachmentInfo] = []
    for part in _parts(tree):
        info = _info(tree, part)
        if len(found) >= MOST and not info.refused:
            words_ = f"More than {MOST} files came with this message; this one is not offered."
            info = AttachmentInfo(info.part, info.name, info.media_type, info.size, words_)
        found.append(info)
    return found


def content(raw: bytes, part: str) -> bytes:
    """The bytes of the part with this number ("1.2"). Raises ``Unreadable`` when there is none."""
    tree = parse(raw)
    found = tree.find(part)
    if found is None:
        raise Unreadable(
            f"This email has no part {one_line(part, 40) or 'without a number'}: nothing to open."
        )
    return transfer.decode(tree.body(found), found.first("content-transfer-encoding"))


def _parts(tree: Tree) -> Iterator[Part]:
    for part in tree.leaves()[:MOST_PARTS]:
        if not is_text(part) and part.media_type not in _MACHINERY:
            yield part


def _info(tree: Tree, part: Part) -> AttachmentInfo:
    encoding = part.first("content-transfer-encoding")
    size = transfer.size(tree.body(part), encoding)
    head = transfer.decode(tree.body(part, _SNIFFED_BYTES), encoding)
    media_type = kind(head, part.media_type, _claimed_name(part))
    name = _name(part, media_type, head)
    return AttachmentInfo(part.number, name, media_type, size, _refused(part, name, media_type, size))


def kind(head: bytes, claimed: str, name: str) -> str:
    """The media type told by a file's first bytes; by its claim and name only where these say nothing."""
    seen = _seen(head)
    extension = name.rpartition(".")[2].lower()
    if seen and seen not in _CONTAINERS:
        return seen
    if claimed not in ("application/octet-stream", "text/plain", ""):
        return claimed
    return _BY_EXTENSION.get(extension) or seen or claimed or "application/octet-stream"


def _seen(head: bytes) -> str:
    for magic, media_type in _MAGIC:
        # Two letters alone begin many texts; a bitmap or a program has bytes that no text has.
        if head.startswith(magic) and (len(magic) > 2 or magic in (b"#!", b"\x1f\x8b") or b"\x00" in head):
            return media_type
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12], "")
    if head[4:8] == b"ftyp":
        return _FTYP.get(head[8:12], "video/mp4")
    if markup := _MARKUP.match(head):
        return "image/svg+xml" if markup[1].lower().endswith(b"svg") else "text/html"
    return ""


def _claimed_name(part: Part) -> str:
    _, _, rest = part.first("content-disposition").partition(";")
    given = parameters(rest).get("filename") or part.parameters.get("name", "")
    return one_line(_BAD_IN_NAME.sub("_", parameter_words(given)), 1_000)


def _name(part: Part, media_type: str, head: bytes) -> str:
    """A name that is safe on any disk, with its extension, made up from the type where none was given."""
    name = _claimed_name(part).strip(" .")
    if not name and media_type == "message/rfc822":
        name = _subject(head)
    if not name:
        extension = _EXTENSIONS.get(media_type) or media_type.partition("/")[2]
        stem = "invitation" if media_type == "text/calendar" else f"file-{part.number}"
        name = f"{stem}.{extension if extension.isalnum() else 'bin'}"
    if len(name) <= _LONGEST_NAME:
        return name
    stem, dot, extension = name.rpartition(".")
    if not dot or len(extension) > 10:
        return name[:_LONGEST_NAME]
    return f"{stem[: _LONGEST_NAME - len(extension) - 1]}.{extension}"


def _subject(head: bytes) -> str:
    """The name of an attached email: its subject."""
    found = re.search(rb"^subject:[ \t]*(.*)$", head, re.IGNORECASE | re.MULTILINE)
    subject = one_line(words(found[1].decode("latin-1")), 100) if found else ""
    return _BAD_IN_NAME.sub("_", subject).strip(" .") + ".eml" if subject else ""


def _refused(part: Part, name: str, media_type: str, size: int) -> str:
    extensions = [piece.strip().lower() for piece in name.split(".")[1:]]
    ends = set(extensions[-1:]) | (set(extensions[-2:-1]) - _NOT_IN_THE_MIDDLE)
    kinds = {media_type, part.media_type}
    if part.media_type.startswith("multipart/"):
        return "This part of the email is packed too deeply, one message inside another, to be opened here."
    if kinds & _PROGRAMS or not _EXECUTABLE.isdisjoint(ends):
        return "This file is a program or can run one, so it is not offered."
    if kinds & {"text/html", "application/xhtml+xml", "image/svg+xml"} or not _PAGES.isdisjoint(ends):
        return "This file is a web page or drawing that can run scripts, so it is not offered."
    if "application/ms-tnef" in kinds or name.lower() == "winmail.dat":
        return "This file is in a wrapping that only Outlook opens. Ask the writer for the files themselves."
    if size > LARGEST:
        return f"This file is larger than {LARGEST // 1024 // 1024} MB, so it is not offered."
    return ""
