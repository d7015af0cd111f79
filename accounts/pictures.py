"""Pictures that people give of themselves: checked, cut to a square, and encoded anew.

What is stored is never what was sent: no metadata, such as the place where a photo was taken, and nothing that only
looks like a picture, comes through.
"""

import io
import warnings

from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageCms, ImageOps, UnidentifiedImageError

from accounts.errors import Invalid

FORMATS = ("JPEG", "PNG", "WEBP", "GIF")
SIDE = 192  # pixels; the largest that is shown is 72, on screens of up to two and a half dots a pixel
MOST_PIXELS = 50_000_000
HEAVIEST = 10_000_000  # bytes


def square(content: bytes) -> bytes:
    """A picture of SIDE × SIDE pixels as WebP: the middle of the one given, or of its first frame.

    Raises:
        Invalid: it's no picture, or too large to be read.
    """
    if len(content) > HEAVIEST:
        raise Invalid(_("This picture is over 10 MB. Choose a smaller one."), field="picture")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # we look ourselves
            return _encoded(io.BytesIO(content))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError):
        raise Invalid(
            _("This can't be read as a picture. Choose a JPEG, PNG, WebP or GIF file."), field="picture"
        ) from None


def _encoded(file: io.BytesIO) -> bytes:
    with Image.open(file, formats=FORMATS) as picture:
        if picture.width * picture.height > MOST_PIXELS:
            raise Invalid(_("This picture has over 50 megapixels. Choose a smaller one."), field="picture")
        picture.draft("RGB", (SIDE * 2, SIDE * 2))  # a JPEG of 50 megapixels needn't be unpacked whole
        picture.load()
        upright = ImageOps.exif_transpose(picture)
        plain = _in_srgb(upright.convert("RGBA" if upright.has_transparency_data else "RGB"), picture)
        out = io.BytesIO()
        ImageOps.fit(plain, (SIDE, SIDE), Image.Resampling.LANCZOS).save(out, "WEBP", quality=80, method=4)
    return out.getvalue()


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
