"""Pictures are painted anew: what is kept is pixels, no metadata, no place, no second file."""

import io
import struct
import zlib
from typing import NamedTuple

from PIL import ExifTags, Image, ImageCms

from portal.domain.common.files.kinds import GIF, JPEG, PNG, WEBP, Kind
from portal.domain.common.files.limits import UploadLimits
from portal.domain.common.files.refusals import FileRefused, Refusal

_FORMATS = {PNG: "PNG", JPEG: "JPEG", WEBP: "WEBP", GIF: "GIF"}
_MODES = {
    PNG: ("1", "L", "LA", "P", "RGB", "RGBA", "I;16"),
    JPEG: ("L", "RGB"),
    WEBP: ("RGB", "RGBA"),
}
_OPTIONS = {JPEG: {"quality": 90}, WEBP: {"quality": 90, "method": 4}}
# What one pixel takes in Pillow's memory; four bytes where not listed, and where a palette becomes
# colours to be made smaller. The decoder of WebP keeps two more of its own.
_PIXEL_BYTES = {"1": 1, "L": 1, "I;16": 2}
_WEBP_COPIES = 3
_UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# A picture of many scans is decoded once for each: a bomb for the processor.
_SCAN = b"\xff\xda"
_MOST_SCANS = 100
# Pillow's decoders have no error of their own for hostile bytes.
_UNREADABLE = (
    OSError,
    EOFError,
    SyntaxError,
    ValueError,
    TypeError,
    LookupError,
    ArithmeticError,
    struct.error,
    zlib.error,
)


class Picture(NamedTuple):
    """A picture as it is kept. A GIF has become a PNG."""

    kind: Kind
    data: bytes


def painted_anew(data: bytes, kind: Kind, limits: UploadLimits) -> Picture:
    """Decode a still picture and encode it again: upright, sRGB, sides up to `max_picture_side`.

    Takes processor time and up to three times `max_picture_memory`: call it in a thread. Raises
    `FileRefused` for animations, bombs and what cannot be decoded.
    """
    kept = PNG if kind is GIF else kind
    try:
        with Image.open(io.BytesIO(data), formats=[_FORMATS[kind]]) as source:
            _check(source, kind, data, limits)
            picture = _painted(source, limits)
            return Picture(kept, _encoded(picture, kept))
    except Image.DecompressionBombError as error:
        raise FileRefused(Refusal.BOMB) from error
    except _UNREADABLE as error:
        raise FileRefused(Refusal.DAMAGED) from error


def _check(source: Image.Image, kind: Kind, data: bytes, limits: UploadLimits) -> None:
    # A JPEG may carry a preview or a depth map as a second frame: the first is the picture.
    if kind is not JPEG and getattr(source, "is_animated", False):
        raise FileRefused(Refusal.ANIMATED)
    if kind is JPEG and data.count(_SCAN) > _MOST_SCANS:
        raise FileRefused(Refusal.BOMB)
    width, height = source.size
    if width * height > limits.max_picture_pixels or _memory(source, limits) > (
        limits.max_picture_memory
    ):
        raise FileRefused(Refusal.PICTURE_TOO_LARGE, width=width, height=height)


def _memory(source: Image.Image, limits: UploadLimits) -> int:
    """Bytes that decoding will take. Large baseline JPEGs are decoded at a fraction of their size.

    A progressive one is held whole while it is decoded.
    """
    if not source.info.get("progressive"):
        source.draft(None, _target(source.size, limits))
    width, height = source.size
    copies = _WEBP_COPIES if source.format == "WEBP" else 1
    return width * height * _PIXEL_BYTES.get(source.mode, 4) * copies


def _target(size: tuple[int, int], limits: UploadLimits) -> tuple[int, int]:
    scale = min(1.0, limits.max_picture_side / max(size))
    return max(1, round(size[0] * scale)), max(1, round(size[1] * scale))


def _painted(source: Image.Image, limits: UploadLimits) -> Image.Image:
    source.load()
    profile = source.info.get("icc_profile")
    method = _UPRIGHT.get(_orientation(source))
    target = _target(source.size, limits)
    picture: Image.Image = source
    if target != source.size:
        if picture.mode in ("1", "P"):
            picture = picture.convert(_smooth_mode(picture))
        picture = picture.resize(target, Image.Resampling.LANCZOS, reducing_gap=2.0)
    if method is not None:
        picture = picture.transpose(method)
    return _in_srgb(picture, profile)


def _smooth_mode(picture: Image.Image) -> str:
    """The mode in which a picture of few colours can be made smaller."""
    if "transparency" in picture.info:
        return "RGBA"
    return "L" if picture.mode == "1" else "RGB"


def _orientation(source: Image.Image) -> int:
    try:
        return int(source.getexif().get(ExifTags.Base.Orientation, 1))
    except _UNREADABLE:
        return 1  # broken metadata costs the turn, not the picture


def _in_srgb(picture: Image.Image, profile: bytes | None) -> Image.Image:
    if not profile or picture.mode not in ("RGB", "RGBA", "CMYK"):
        return picture
    mode = "RGB" if picture.mode == "CMYK" else picture.mode
    try:
        own = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        srgb = ImageCms.createProfile("sRGB")
        return ImageCms.profileToProfile(picture, own, srgb, outputMode=mode) or picture
    except (ImageCms.PyCMSError, *_UNREADABLE):
        return picture  # a broken profile costs the exact colours, not the picture


def _encoded(picture: Image.Image, kind: Kind) -> bytes:
    transparency = picture.info.get("transparency")
    if picture.mode not in _MODES[kind]:
        seen_through = transparency is not None or picture.mode in ("LA", "PA", "La", "RGBa")
        picture = picture.convert("RGBA" if seen_through and kind is not JPEG else "RGB")
        transparency = None
    # Encoders write what they find here: comments, text, EXIF, XMP, colour profiles.
    picture.info = {} if transparency is None else {"transparency": transparency}
    out = io.BytesIO()
    picture.save(out, _FORMATS[kind], **_OPTIONS.get(kind, {}))
    return out.getvalue()
