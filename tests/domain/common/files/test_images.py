"""Pictures keep what is seen and lose everything else."""

import io
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image, ImageCms, PngImagePlugin

from portal.domain.common.files import kinds
from portal.domain.common.files.images import Picture, painted_anew
from portal.domain.common.files.limits import MIB, UploadLimits
from portal.domain.common.files.refusals import FileRefused, Refusal
from tests.domain.common.files import samples

LIMITS = UploadLimits()
KINDS = {"PNG": kinds.PNG, "JPEG": kinds.JPEG, "WEBP": kinds.WEBP, "GIF": kinds.GIF}


def paint(data: bytes, form: str = "PNG", limits: UploadLimits = LIMITS) -> Image.Image:
    """The picture that is kept, opened again."""
    painted = painted_anew(data, KINDS[form], limits)
    image = Image.open(io.BytesIO(painted.data))
    image.load()
    return image


def refusal(data: bytes, form: str, limits: UploadLimits = LIMITS) -> Refusal:
    with pytest.raises(FileRefused) as refused:
        painted_anew(data, KINDS[form], limits)
    return refused.value.reason


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
def test_place_and_camera_are_stripped(form: str) -> None:
    photo = samples.photo_with_place(form)
    assert b"Secret Camera Maker" in photo
    assert Image.open(io.BytesIO(photo)).getexif().get_ifd(0x8825)
    painted = painted_anew(photo, KINDS[form], LIMITS)
    kept = Image.open(io.BytesIO(painted.data))
    assert not dict(kept.getexif())
    assert not {"exif", "xmp", "comment", "icc_profile"} & {*kept.info}
    for trace in (b"Secret", b"Exif", b"GPS", b"eXIf", b"EXIF"):
        assert trace not in painted.data


@pytest.mark.parametrize("form", ["JPEG", "PNG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_pictures_stand_upright(form: str, orientation: int) -> None:
    photo = samples.photo_with_place(form, orientation)
    kept = paint(photo, form).convert("RGB")
    width, height = kept.size
    assert kept.size == ((60, 40) if orientation < 5 else (40, 60))
    middle_of_red = {
        1: (9, 20),
        2: (width - 9, 20),
        3: (width - 9, 20),
        4: (9, 20),
        5: (20, 9),
        6: (20, 9),
        7: (20, height - 9),
        8: (20, height - 9),
    }[orientation]
    red, _, blue = kept.getpixel(middle_of_red)
    assert red > 200
    assert blue < 60


def test_text_chunks_and_comments_are_stripped() -> None:
    info = PngImagePlugin.PngInfo()
    info.add_text("Author", "Secret Person", zip=False)
    info.add_itxt("XML:com.adobe.xmp", "<x>Secret</x>")
    data = samples.picture("PNG", pnginfo=info)
    assert b"Secret" in data
    assert b"Secret" not in painted_anew(data, kinds.PNG, LIMITS).data
    photo = samples.picture("JPEG", comment=b"Secret words")
    assert b"Secret" not in painted_anew(photo, kinds.JPEG, LIMITS).data


def test_what_hangs_on_a_picture_is_gone() -> None:
    for form in ("PNG", "JPEG", "GIF"):
        polyglot = samples.picture(form) + b"<script>alert(1)</script>" + samples.program()
        kept = painted_anew(polyglot, KINDS[form], LIMITS).data
        assert b"<script>" not in kept
        assert b"MZ\x90\x00" not in kept


def test_colours_of_another_profile_are_converted() -> None:
    lab = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for profile in (lab, b"no profile at all"):
        kept = paint(samples.picture("JPEG", icc_profile=profile), "JPEG")
        assert "icc_profile" not in kept.info
        assert kept.getpixel((5, 20))[0] > 200


def test_large_pictures_are_made_smaller() -> None:
    small = replace(LIMITS, max_picture_side=50)
    for form in KINDS:
        assert paint(samples.picture(form, (400, 200)), form, small).size == (50, 25)
    thin = samples.saved(Image.new("RGB", (4000, 1)))
    assert paint(thin, limits=small).size == (50, 1)


def test_a_large_photo_is_decoded_at_a_fraction_of_its_size() -> None:
    photo = samples.saved(Image.new("RGB", (6000, 4000), (10, 200, 30)), "JPEG")
    tight = replace(LIMITS, max_picture_side=1500, max_picture_memory=8 * MIB)
    assert paint(photo, "JPEG", tight).size == (1500, 1000)
    progressive = samples.saved(Image.new("RGB", (6000, 4000)), "JPEG", progressive=True)
    assert refusal(progressive, "JPEG", tight) is Refusal.PICTURE_TOO_LARGE


@pytest.mark.parametrize(
    ("mode", "kept_mode"),
    [("1", "1"), ("L", "L"), ("LA", "LA"), ("P", "P"), ("RGBA", "RGBA"), ("I;16", "I;16")],
)
def test_drawings_keep_their_pixels(mode: str, kept_mode: str) -> None:
    image = Image.new("RGB", (30, 20), (255, 255, 255))
    image.paste((0, 0, 0), (5, 5, 10, 10))
    source = image.convert("I").convert("I;16") if mode == "I;16" else image.convert(mode)
    kept = paint(samples.saved(source))
    assert kept.mode == kept_mode
    assert kept.tobytes() == source.tobytes()


def test_transparency_is_kept() -> None:
    palette = Image.new("RGB", (10, 10), (9, 8, 7)).convert("P", palette=Image.Palette.ADAPTIVE)
    palette.paste(3, (0, 0, 5, 5))
    palette.putpalette([9, 8, 7] * 4)
    kept = paint(samples.saved(palette, transparency=3))
    assert kept.convert("RGBA").getpixel((1, 1))[3] == 0
    gif = samples.saved(palette, "GIF", transparency=3)
    assert paint(gif, "GIF").convert("RGBA").getpixel((1, 1))[3] == 0


def test_printed_matter_is_converted() -> None:
    cmyk = samples.saved(Image.new("CMYK", (20, 20), (0, 255, 255, 0)), "JPEG")
    assert paint(cmyk, "JPEG").mode == "RGB"


def test_a_gif_becomes_a_png() -> None:
    painted = painted_anew(samples.picture("GIF"), kinds.GIF, LIMITS)
    assert isinstance(painted, Picture)
    assert painted.kind == kinds.PNG


@pytest.mark.parametrize("form", ["GIF", "PNG", "WEBP"])
def test_animations_are_refused(form: str) -> None:
    frames = [Image.new("RGB", (8, 8), colour) for colour in ("red", "green")]
    data = samples.saved(frames[0], form, save_all=True, append_images=frames[1:])
    assert refusal(data, form) is Refusal.ANIMATED


def test_bombs_are_refused_before_they_are_decoded() -> None:
    assert refusal(samples.png_bomb(), "PNG") is Refusal.BOMB
    assert refusal(samples.png_bomb(9_000), "PNG") is Refusal.PICTURE_TOO_LARGE
    assert refusal(samples.png_bomb(7_000), "PNG") is Refusal.PICTURE_TOO_LARGE


def test_a_picture_of_very_many_scans_is_refused() -> None:
    photo = samples.picture("JPEG", progressive=True)
    scan = photo[photo.rindex(b"\xff\xda") : -2]
    assert refusal(photo[:-2] + scan * 200 + b"\xff\xd9", "JPEG") is Refusal.BOMB


def test_half_a_picture_is_refused() -> None:
    for form in KINDS:
        data = samples.picture(form, (300, 300))
        assert refusal(data[: len(data) // 2], form) is Refusal.DAMAGED


@settings(deadline=None, max_examples=30)
@given(
    st.integers(1, 120),
    st.integers(1, 120),
    st.sampled_from(["PNG", "JPEG", "WEBP"]),
    st.integers(1, 8),
)
def test_painting_again_changes_no_size(
    width: int, height: int, form: str, orientation: int
) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    data = samples.picture(form, (width, height), exif=exif.tobytes())
    once = painted_anew(data, KINDS[form], LIMITS)
    twice = painted_anew(once.data, KINDS[form], LIMITS)
    sizes = [Image.open(io.BytesIO(painted.data)).size for painted in (once, twice)]
    assert sizes[0] == sizes[1] == ((width, height) if orientation < 5 else (height, width))
