"""Icons: every usual format becomes one small PNG, and no picture fills the memory."""

from __future__ import annotations

import random
import struct
import zlib
from io import BytesIO

import pytest
from PIL import Image, ImageFile

from legation.engine.listen.icons import ICON_PIXELS, UnusableIcon, make_icon


def draw(kind: str, size: tuple[int, int] = (48, 48), **more: object) -> bytes:
    made = BytesIO()
    Image.new("RGB", size, (200, 16, 46)).save(made, kind, **more)
    return made.getvalue()


def png_of(width: int, height: int) -> bytes:
    """A PNG whose header names a size that its few bytes of zeros would unfold to."""

    def chunk(name: bytes, content: bytes) -> bytes:
        return (
            struct.pack(">I", len(content))
            + name
            + content
            + struct.pack(">I", zlib.crc32(name + content) & 0xFFFFFFFF)
        )

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    rows = zlib.compress(bytes(1_000_000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def icon_file(content: bytes, side: int = 32) -> bytes:
    entry = struct.pack("<BBBBHHII", side, side, 0, 0, 1, 32, len(content), 22)
    return struct.pack("<HHH", 0, 1, 1) + entry + content


@pytest.mark.parametrize("kind", ["PNG", "GIF", "JPEG", "WEBP", "BMP", "ICO"])
def test_every_usual_format_becomes_one_small_png(kind: str) -> None:
    made = make_icon(draw(kind))
    with Image.open(BytesIO(made)) as icon:
        assert (icon.format, icon.size, icon.mode) == ("PNG", (ICON_PIXELS, ICON_PIXELS), "RGBA")
        red, green, blue, alpha = icon.getpixel((16, 16))
        assert (red > 180, green < 60, blue < 90, alpha) == (True, True, True, 255)


def test_a_bitmap_inside_an_icon_file_is_used() -> None:
    body = draw("ICO", bitmap_format="bmp")
    assert b"PNG" not in body
    with Image.open(BytesIO(make_icon(body))) as icon:
        assert icon.getpixel((16, 16))[0] > 180


def test_a_long_picture_is_not_stretched() -> None:
    with Image.open(BytesIO(make_icon(draw("PNG", (400, 100))))) as icon:
        assert icon.getpixel((16, 2))[3] == 0
        assert icon.getpixel((16, 16))[3] == 255


def test_what_was_hidden_in_a_picture_does_not_come_along() -> None:
    secret = b"<script>alert(1)</script>"
    assert secret not in make_icon(draw("PNG") + secret)
    assert secret not in make_icon(draw("JPEG", comment=secret))


def test_a_png_inside_an_icon_file_is_used() -> None:
    with Image.open(BytesIO(make_icon(icon_file(draw("PNG"))))) as icon:
        assert icon.getpixel((16, 16))[3] == 255


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"GIF89a",
        b"\x00\x00\x01\x00\xff\xff" + b"\xff" * 3000,
        b"\x00\x00\x01\x00\x01\x00",
        png_of(60_000, 60_000),
        icon_file(png_of(60_000, 60_000)),
        png_of(0, 0),
        draw("PNG") + bytes(2_000_000),
        draw("PNG")[:60],
    ],
    ids=["empty", "vector", "cut gif", "icon of noise", "empty icon", "bomb", "bomb in an icon", "no size",
         "too large", "cut png"],
)  # fmt: skip
def test_what_makes_no_icon_is_refused(body: bytes) -> None:
    with pytest.raises(UnusableIcon):
        make_icon(body)


def test_damaged_pictures_never_break_the_maker() -> None:
    chance = random.Random(7)
    for kind in ("PNG", "GIF", "JPEG", "WEBP", "BMP", "ICO"):
        good = bytearray(draw(kind))
        for _ in range(40):
            bad = bytearray(good)
            for _ in range(chance.randint(1, 8)):
                bad[chance.randrange(len(bad))] = chance.randrange(256)
            try:
                assert make_icon(bytes(bad)).startswith(b"\x89PNG")
            except UnusableIcon:
                continue


def test_a_cut_picture_is_refused_whatever_another_library_has_switched(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(ImageFile, "LOAD_TRUNCATED_IMAGES", True)
    with pytest.raises(UnusableIcon, match="breaks off"):
        make_icon(draw("PNG")[:60])
