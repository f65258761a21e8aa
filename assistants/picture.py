"""An uploaded picture made safe and small: opened by what it is, cut square, written anew without what it carried."""

import struct
import warnings
from io import BytesIO

from django.core.files.base import ContentFile, File
from django.template.defaultfilters import filesizeformat
from django.utils.translation import gettext as _
from PIL import Image, ImageOps

from core.errors import AppError

MAX_BYTES = 5 * 1024 * 1024
MAX_PIXELS = 25_000_000
SIDE = 512
FORMATS = ("PNG", "JPEG", "WEBP", "GIF")
BAD_PICTURE = (OSError, SyntaxError, ValueError, EOFError, struct.error)


def square_webp(upload: File[bytes]) -> ContentFile[bytes]:
    """The picture as a square WebP of 512 px. Refuses what is no picture, too heavy, or unpacks to too many pixels."""
    if upload.size > MAX_BYTES:
        raise AppError(
            _("This picture weighs %(size)s; the most is %(limit)s.")
            % {"size": filesizeformat(upload.size), "limit": filesizeformat(MAX_BYTES)},
            code="too_big",
            field="avatar",
        )
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", Image.DecompressionBombWarning)  # our own limit is lower, and an error
            return _convert(upload)
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except BAD_PICTURE as error:
        raise AppError(
            _("This file is not a picture that can be used. Choose a PNG, JPEG, WebP or GIF."),
            code="wrong_type",
            field="avatar",
        ) from error


def _convert(upload: File[bytes]) -> ContentFile[bytes]:
    with Image.open(upload, formats=FORMATS) as image:
        if image.width * image.height > MAX_PIXELS:  # by what its head says, before a pixel is unpacked
            raise _too_many_pixels()
        image.draft("RGB", (2 * SIDE, 2 * SIDE))  # a JPEG is decoded no larger than it is needed
        upright = ImageOps.exif_transpose(image)
        has_alpha = "A" in upright.getbands() or "transparency" in upright.info
        square = ImageOps.fit(upright.convert("RGBA" if has_alpha else "RGB"), (SIDE, SIDE))
    out = BytesIO()
    square.save(out, "WEBP", quality=86, method=4, exif=b"", icc_profile=b"", xmp=b"")
    return ContentFile(out.getvalue())


def _too_many_pixels() -> AppError:
    limit = MAX_PIXELS // 1_000_000
    return AppError(
        _("This picture has more than %(limit)s million pixels. Use a smaller one.") % {"limit": limit},
        code="too_many_pixels",
        field="avatar",
    )
