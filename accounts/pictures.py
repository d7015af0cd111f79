"""Pictures that people give of themselves: checked, cut to a square, and encoded anew.

What is stored is never what was sent: no metadata, such as the place where a photo was taken, and nothing that only
looks like a picture, comes through.
"""

import io
import struct
import warnings
from threading import Lock

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from accounts.errors import Invalid

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SIDE = 192  # pixels; the largest that is shown is 72, on screens of up to two and a half dots a pixel
MOST_PIXELS = 50_000_000
HEAVIEST = 10_000_000  # bytes
BAND = 32  # rows of the reduced picture made at once
# 50 megapixels unpacked are 200 MB, whatever the file weighs: there's one such picture in memory at a time.
_unpacking = Lock()


def square(content: bytes) -> bytes:
    """A picture of SIDE × SIDE pixels as WebP: the middle of the one given, or of its first frame.

    Raises:
        Invalid: it's no picture, or too large to be read.
    """
    if len(content) > HEAVIEST:
        raise Invalid(_("This picture is over 10 MB. Choose a smaller one."), field="picture")
    try:
        with _unpacking, warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we look ourselves
            return _encoded(io.BytesIO(content))
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        struct.error,
        ValueError,
        EOFError,
        Image.DecompressionBombError,
    ):
        raise Invalid(
            _("This can't be read as a picture. Choose a JPEG, PNG, WebP or GIF file."), field="picture"
        ) from None


def _encoded(file: io.BytesIO) -> bytes:
    with Image.open(file, formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Invalid(_("This picture has over 50 megapixels. Choose a smaller one."), field="picture")
        picture.draft("RGB", (SIDE * 2, SIDE * 2))  # a JPEG of 50 megapixels needn't be unpacked whole
        picture.load()
        plain = _in_srgb(_upright(_reduced(picture), picture), picture)
        plain.info = {}
        out = io.BytesIO()
        ImageOps.fit(plain, (SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


def _reduced(picture: Image.Image) -> Image.Image:
    """The picture, smaller, but at least twice as large as it'll be. Band by band, so that it's in memory once only."""
    mode = "RGBA" if picture.has_transparency_data else "RGB"
    factor = min(picture.size) // (SIDE * 2)
    if factor < 2:
        return picture.convert(mode)
    width, height = picture.size
    small = Image.new(mode, (-(-width // factor), -(-height // factor)))
    for top in range(0, small.height, BAND):
        band = picture.crop((0, top * factor, width, min((top + BAND) * factor, height)))
        small.paste(band.convert(mode).reduce(factor), (0, top))
    return small


def _upright(small: Image.Image, picture: Image.Image) -> Image.Image:
    """Turned as the camera says it was held, where what it says can be read."""
    small.info = dict(picture.info)
    try:
        return ImageOps.exif_transpose(small)
    except (struct.error, SyntaxError, ValueError, TypeError, KeyError, OSError):
        return small


def _in_srgb(plain: Image.Image, picture: Image.Image) -> Image.Image:
    """The colours as browsers take them to be: phones' photos have a profile of their own, which isn't kept."""
    profile = picture.info.get("icc_profile")
    if not profile or picture.mode not in {"RGB", "RGBA"}:
        return plain
    try:
        given = ImageCms.ImageCmsProfile(io.BytesIO(profile))
        converted = ImageCms.profileToProfile(plain, given, ImageCms.createProfile("sRGB"))
    except (ImageCms.PyCMSError, OSError):
        return plain  # a broken profile: the colours are a little off, the picture is there
    return converted or plain
