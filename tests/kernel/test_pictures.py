"""Pictures written anew: nothing of the camera's goes on, and a file made to harm ends in one sentence (issue 3)."""

from __future__ import annotations

import io
import zlib
from typing import Any

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo

from onedoor.kernel import pictures
from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.pipe_messages import PictureLimits

SECRET = "39.9042N 116.4074E"
GPS, MAKE, ORIENTATION = 0x8825, 0x010F, 0x0112


def photo(kind: str = "JPEG", size: tuple[int, int] = (400, 300), **more: Any) -> bytes:
    """Red on the left, blue on the right, with what a camera writes about itself and the place."""
    made = Image.new("RGB", size, "blue")
    made.paste("red", (0, 0, size[0] // 2, size[1]))
    exif = Image.Exif()
    exif[MAKE], exif[ORIENTATION] = SECRET, more.pop("turned", 1)
    exif.get_ifd(GPS)[1] = "N"
    exif.get_ifd(GPS)[0x1D] = SECRET
    file = io.BytesIO()
    made.save(file, kind, exif=exif, **more)
    return file.getvalue()


def refusal(content: bytes, limits: PictureLimits | None = None) -> str:
    with pytest.raises(ClerkError) as refused:
        pictures.rewritten(content, limits)
    return str(refused.value)


@pytest.mark.parametrize("kind", ["JPEG", "PNG", "WEBP"])
def test_nothing_but_what_one_sees_goes_on(kind: str) -> None:
    comments = PngInfo()
    comments.add_text("Comment", SECRET)
    said: dict[str, Any] = {"JPEG": {"comment": SECRET.encode()}, "PNG": {"pnginfo": comments}}
    given = photo(kind, icc_profile=SECRET.encode(), **said.get(kind, {})) + SECRET.encode() + b"<script>"
    assert SECRET.encode() in given
    made = pictures.rewritten(given)
    assert (made.media_type, made.width, made.height) == ("image/jpeg", 400, 300)
    assert (
        SECRET.encode() not in made.content
        and b"Exif" not in made.content
        and b"<script>" not in made.content
    )
    seen = Image.open(io.BytesIO(made.content))
    assert seen.format == "JPEG" and not seen.getexif() and not seen.info.get("icc_profile")
    left, right = seen.convert("RGB").getpixel((50, 150)), seen.convert("RGB").getpixel((350, 150))
    assert isinstance(left, tuple) and isinstance(right, tuple)
    assert left[0] > 200 > 60 > left[2] and right[2] > 200 > 60 > right[0]


def test_a_picture_stands_upright_and_is_made_smaller() -> None:
    made = pictures.rewritten(photo(size=(5000, 1000), turned=6))
    assert (made.width, made.height) == (512, 2560)


def test_what_is_transparent_is_white() -> None:
    file = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")
    assert Image.open(io.BytesIO(pictures.rewritten(file.getvalue()).content)).getpixel((5, 5)) == (
        255,
        255,
        255,
    )


def bomb(width: int, height: int) -> bytes:
    """A PNG of few bytes that says it has this many pixels, and has them: all of one colour."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return len(data).to_bytes(4) + name + data + zlib.crc32(name + data).to_bytes(4)

    head = width.to_bytes(4) + height.to_bytes(4) + bytes([1, 0, 0, 0, 0])
    rows = zlib.compress(bytes((width + 7) // 8 + 1) * height, 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def test_a_bomb_is_refused_by_its_head() -> None:
    content = bomb(30_000, 30_000)
    assert len(content) < 200_000
    assert "90000 万像素，超过 5000 万像素" in refusal(content)


def test_a_picture_that_needs_too_much_memory_or_time_ends_its_own_process() -> None:
    content = bomb(30_000, 30_000)
    assert "内存超过上限" in refusal(content, PictureLimits(pixels=1 << 40, memory=256 << 20))
    assert "用时过长" in refusal(content, PictureLimits(pixels=1 << 40, memory=8 << 30, seconds=1))


@pytest.mark.parametrize(
    "content",
    [
        b"", b"x", b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>", b"<html><script>alert(1)</script>",
        b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n", b"GIF89a" + bytes(30), b"BM" + bytes(60),
        b"PK\x03\x04" + bytes(60),
    ],
    ids=["empty", "a letter", "SVG", "HTML", "PostScript", "GIF", "BMP", "zip"],
)  # fmt: skip
def test_what_is_no_photo_is_said(content: bytes) -> None:
    assert "JPEG、PNG 或 WebP" in refusal(content)


def test_damaged_and_large_ones_are_said() -> None:
    whole = photo(size=(1600, 1200), quality=95)
    assert "打不开" in refusal(whole[: len(whole) // 2])
    assert "超过 0 MB" in refusal(whole, PictureLimits(size=1000))
