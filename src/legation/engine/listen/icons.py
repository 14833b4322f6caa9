"""Making the small picture that stands for a source out of whatever a site calls its icon."""

from __future__ import annotations

import struct
import warnings
from io import BytesIO
from typing import Final

from PIL import Image

ICON_PIXELS: Final = 32
_MAX_BYTES: Final = 1_000_000  # icons of several sizes in one file reach 300 KB
_MAX_PIXELS: Final = 2_000_000  # some sites announce their logo at full size; a decoded pixel costs 4 bytes
_FORMATS: Final = ("PNG", "GIF", "JPEG", "WEBP", "BMP")
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_PNG_END: Final = b"IEND\xaeB`\x82"  # the last chunk and its checksum
_ICO: Final = b"\x00\x00\x01\x00"
_MAX_ENTRIES: Final = 64
_MAX_ENTRY_PIXELS: Final = 512  # a side; Windows itself stops at 256


class UnusableIcon(Exception):
    """The bytes make no icon; the message says why."""


def make_icon(body: bytes) -> bytes:
    """Decode a picture of any usual format and encode it anew: PNG, 32 by 32, nothing else inside.

    Size is judged by the picture's header before a single pixel is decoded. Raises UnusableIcon, also for
    vector pictures, which are programs to some readers.
    """
    if len(body) > _MAX_BYTES:
        raise UnusableIcon(f"The picture is larger than {_MAX_BYTES:,} bytes.")
    if body.startswith(_ICO):
        body = _choose_entry(body)
    # Whether Pillow itself minds is a switch of the whole process, which a library for documents turns.
    if body.startswith(_PNG) and _PNG_END not in body:
        raise UnusableIcon("The picture breaks off.")
    # Every fault of a decoder is the picture's: they raise a dozen kinds of error on broken bytes.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return _encode(body)
    except UnusableIcon:
        raise
    except Exception as error:  # noqa: BLE001 - the edge to decoders of hostile bytes
        raise UnusableIcon(f"The picture cannot be decoded: {type(error).__name__}.") from error


def _encode(body: bytes) -> bytes:
    formats = ("ICO",) if body.startswith(_ICO) else _FORMATS
    with Image.open(BytesIO(body), formats=formats) as opened:
        if opened.width * opened.height > _MAX_PIXELS or not opened.width * opened.height:
            raise UnusableIcon(f"The picture measures {opened.width} by {opened.height}.")
        opened.draft("RGB", (ICON_PIXELS, ICON_PIXELS))
        picture = opened.convert("RGBA")
    picture.thumbnail((ICON_PIXELS, ICON_PIXELS), Image.Resampling.LANCZOS)
    canvas = Image.new("RGBA", (ICON_PIXELS, ICON_PIXELS), (0, 0, 0, 0))
    canvas.paste(picture, ((ICON_PIXELS - picture.width) // 2, (ICON_PIXELS - picture.height) // 2))
    made = BytesIO()
    canvas.save(made, "PNG", optimize=True)
    return made.getvalue()


def _choose_entry(body: bytes) -> bytes:
    """Take one picture out of an icon file: a PNG as it is, a bitmap as an icon file of its own.

    Pillow believes the sizes in the file's directory; a PNG inside may be ten thousand times as large.
    """
    count = min(int.from_bytes(body[4:6], "little"), _MAX_ENTRIES)
    entries: list[tuple[int, bytes, bytes]] = []
    for number in range(count):
        head = body[6 + 16 * number : 22 + 16 * number]
        if len(head) < 16:
            break
        size, offset = struct.unpack("<II", head[8:16])
        entries.append((head[0] or 256, head, body[offset : offset + size]))
    large = [entry for entry in entries if entry[0] >= ICON_PIXELS]
    for _, head, content in sorted(large, key=lambda one: one[0]) + sorted(entries, key=lambda one: -one[0]):
        if content.startswith(_PNG):
            return content
        if len(content) > 40:
            width, height = struct.unpack("<ii", content[4:12])
            if 0 < width <= _MAX_ENTRY_PIXELS and 0 < height <= 2 * _MAX_ENTRY_PIXELS:
                where = head[:12] + (22).to_bytes(4, "little")
                return _ICO + (1).to_bytes(2, "little") + where + content
    raise UnusableIcon("The icon file holds no picture.")
