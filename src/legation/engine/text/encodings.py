"""Turn bytes of any declared or undeclared encoding into clean Unicode text."""

from __future__ import annotations

import codecs
import re
from unicodedata import is_normalized, normalize

from legation.engine.text.legacy_vietnamese import (
    convert_tcvn3,
    convert_vni,
    recognise_legacy_vietnamese,
)

__all__ = [
    "convert_tcvn3",
    "convert_vni",
    "decode_bytes",
    "normalise_text",
    "recognise_legacy_vietnamese",
]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),  # before UTF-16, whose mark it begins with
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What pages say and what they mean, after the WHATWG Encoding Standard: the larger set that browsers read.
_MEANT = {
    "ascii": "cp1252", "iso8859-1": "cp1252", "latin-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030",
    "shift_jis": "cp932", "euc_kr": "cp949", "iso8859-9": "cp1254", "iso8859-11": "cp874", "tis-620": "cp874",
    "big5": "big5hkscs",
}  # fmt: skip
_NICKNAMES = {
    "x-sjis": "cp932",
    "x-gbk": "gb18030",
    "ks_c_5601-1987": "cp949",
    "x-euc-jp": "euc_jp",
    "utf8": "utf-8",
}
_STATEFUL = ("iso2022", "hz", "utf-7", "utf_7")
_UNREADABLE_CODECS = {
    "base64",
    "bz2",
    "hex",
    "idna",
    "punycode",
    "quopri",
    "rot13",
    "undefined",
    "uu",
    "zlib",
}
# The HTML standard looks for a declaration in the first 1,024 bytes; many pages put scripts before it.
_DECLARATION_BYTES = 8192
_DECLARATION = re.compile(
    rb"""(?:charset\s*=\s*|encoding\s*=\s*)["']?\s*([A-Za-z0-9_.:-]{2,40})""", re.IGNORECASE
)
# A page cut inside a character, or with one bad advertisement in it, is still in its declared encoding.
_TOLERATED_SHARE = 0.005
_DETECTION_BYTES = 65536

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
# Zero-width space and joiner-like marks, soft hyphen, byte order mark, and the overrides of direction with
# which a text can be made to show something else than it says. ZWNJ and ZWJ stay: Persian and Indic words
# need them.
_INVISIBLE = re.compile("[\u00ad\u200b\u2060-\u2064\u202a-\u202e\u2066-\u2069\ufeff]")
_LINE_ENDS = re.compile("[\x85\u2028\u2029]")
_ASCII_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]+")
_UNWANTED = re.compile(f"[{''.join(one.pattern[1:-1] for one in (_CONTROLS, _INVISIBLE, _LINE_ENDS))}]")


def decode_bytes(body: bytes, declared_charset: str = "") -> tuple[str, str, tuple[str, ...]]:
    """Decode a body: by its byte order mark, as UTF-8 where it is, as declared, or as detected.

    declared_charset: from the Content-Type header, "" where it names none. Returns the text, the encoding
    used, and English sentences on what was wrong. Never fails: what cannot be read becomes U+FFFD, and a
    sentence says so.
    """
    for mark, name in _BOMS:
        if body.startswith(mark):
            return body[len(mark) :].decode(name, "replace"), name, ()
    declared = [name for name in (_codec_name(declared_charset), _codec_name(_declared_inside(body))) if name]
    if declared and declared[0].startswith(_STATEFUL):
        return body.decode(declared[0], "replace"), declared[0], ()
    if body[:400].count(0) > len(body[:400]) // 4:
        name = "utf-16-le" if body[1:2] == b"\0" else "utf-16-be"
        return body.decode(name, "replace"), name, (f"The bytes are {name} without a byte order mark.",)
    utf8 = _decode_within_tolerance(body, "utf-8")
    if utf8 is not None and (not body.isascii() or not declared):
        is_contradicted = bool(declared) and declared[0] not in {"utf-8", "cp1252"}
        problems = (f"The page declares {declared[0]} and is UTF-8.",) if is_contradicted else ()
        return utf8, "utf-8", problems
    for name in declared:
        if (text := _decode_within_tolerance(body, name)) is not None:
            return text, name, ()
    name = _detect(body)
    text = body.decode(name, "replace")
    problems = (
        f"The page is not in the encoding that it declares ({', '.join(declared) or 'none'}); read as {name}",
    )
    return text, name, problems


def normalise_text(text: str) -> str:
    """Bring a text into NFC, without control characters and invisible marks, lines ended by a line feed."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = _UNWANTED.sub(_replace_unwanted, text)
        return text if is_normalized("NFC", text) else normalize("NFC", text)
    return text if text.isprintable() else _ASCII_CONTROLS.sub("", text)


def _replace_unwanted(match: re.Match[str]) -> str:
    """Return what stands for one character that no text keeps."""
    return "\n" if _LINE_ENDS.match(match.group()) else ""


def _codec_name(charset: str) -> str:
    """Return the codec that a declared charset means, "" where it is none that reads text."""
    wanted = charset.strip().strip("\"'").lower()
    if not wanted:
        return ""
    wanted = _NICKNAMES.get(wanted, wanted)
    try:
        name = codecs.lookup(wanted).name
    except (LookupError, ValueError):
        return ""
    return "" if name in _UNREADABLE_CODECS else _MEANT.get(name, name)


def _declared_inside(body: bytes) -> str:
    """Return the charset that the document's own head declares."""
    found = _DECLARATION.search(body, 0, _DECLARATION_BYTES)
    return found.group(1).decode("ascii") if found else ""


def _decode_within_tolerance(body: bytes, name: str) -> str | None:
    """Decode strictly, or with a few replaced characters; None where there are too many."""
    try:
        return body.decode(name)
    except UnicodeError:
        pass
    except LookupError:
        return None
    text = body.decode(name, "replace")
    return text if text.count("\ufffd") <= max(1, len(text) * _TOLERATED_SHARE) and len(text) > 200 else None


def _detect(body: bytes) -> str:
    """Detect the encoding from the bytes; cp1252 where nothing is likelier."""
    from resiliparse.parse.encoding import detect_encoding  # a native library that most importers do not need

    name = _codec_name(str(detect_encoding(body[:_DETECTION_BYTES], max_len=_DETECTION_BYTES) or ""))
    return name if name and name != "utf-8" else "cp1252"
