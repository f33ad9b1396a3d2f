"""The process that writes a stranger's picture anew: `python -I -m onedoor.kernel.file_sandbox.pictures`.

Standard input: one line of JSON (the limits), then the file. Standard output: one line of JSON (what was made of it, or
the sentence that says what is wrong), then the new file. Nothing of the old one is carried over but what one sees: no
EXIF, so no place, time, device or preview; no colour profile, no comment, nothing behind the picture's end.
"""

from __future__ import annotations

import io
import json
import sys
from dataclasses import asdict
from typing import IO, Any

from PIL import Image, ImageOps, JpegImagePlugin, PngImagePlugin, UnidentifiedImageError, WebPImagePlugin

from onedoor.kernel.errors import ClerkError
from onedoor.kernel.file_sandbox.pipe_messages import PictureFace, PictureLimits, error_out
from onedoor.kernel.file_sandbox.process_limits import confine, or_end

FORMATS = ("JPEG", "PNG", "WEBP")
QUALITY = 85
# Loaded while files may still be opened; no other reader is asked, whatever the file says it is.
_READERS = (JpegImagePlugin, PngImagePlugin, WebPImagePlugin)


def anew(content: bytes, limits: PictureLimits) -> tuple[PictureFace, bytes]:
    """The picture as JPEG, upright, no larger than the limits ask; raises ClerkError."""
    if len(content) > limits.size:
        raise ClerkError("照片超过 %(limit)s MB 的上限，请压缩后再上传。", limit=limits.size >> 20)
    try:
        picture = Image.open(io.BytesIO(content), formats=FORMATS)
    except (UnidentifiedImageError, Image.DecompressionBombError):
        raise ClerkError("这不是可以使用的照片，请上传 JPEG、PNG 或 WebP 格式的图片。") from None
    width, height = picture.size
    # Said by the head of the file: nothing is unpacked before it is known how much that would be.
    if width * height > limits.pixels:
        raise ClerkError(
            "照片有 %(found)s 万像素，超过 %(limit)s 万像素的上限，请缩小后再上传。",
            found=width * height // 10_000,
            limit=limits.pixels // 10_000,
        )
    try:
        # A JPEG is read smaller at once, where that is enough.
        picture.draft("RGB", (limits.longest, limits.longest))
        seen = ImageOps.exif_transpose(picture)
        seen.thumbnail((limits.longest, limits.longest))
        plain = Image.new("RGB", seen.size, "white")
        whole = seen.convert("RGBA") if seen.mode in ("LA", "PA", "P", "RGBA") else seen.convert("RGB")
        plain.paste(whole, mask=whole.getchannel("A") if whole.mode == "RGBA" else None)
    except (OSError, SyntaxError, ValueError, EOFError):
        raise ClerkError("照片打不开，文件可能已损坏，请重新拍摄或另存后再上传。") from None
    made = io.BytesIO()
    plain.save(made, "JPEG", quality=QUALITY, optimize=True)
    return PictureFace("image/jpeg", *plain.size), made.getvalue()


def answer(asked: dict[str, Any], file: IO[bytes]) -> tuple[dict[str, Any], bytes]:
    """What to say of the file, and what follows it."""
    limits = PictureLimits(**asked)
    try:
        face, made = anew(file.read(limits.size + 1), limits)
    except ClerkError as error:
        return {"refused": error_out(error)}, b""
    return {"picture": asdict(face)}, made


def main() -> None:
    """Answer, and end."""
    asked = json.loads(sys.stdin.buffer.readline())
    # Ours are counted above and said in a sentence; Pillow's own bound would only be another.
    Image.MAX_IMAGE_PIXELS = None
    Image.preinit()
    confine(PictureLimits(**asked))

    def work() -> None:
        message, made = answer(asked, sys.stdin.buffer)
        sys.stdout.buffer.write(json.dumps(message).encode() + b"\n" + made)
        sys.stdout.buffer.flush()

    or_end(work)


if __name__ == "__main__":
    main()
