"""Pictures people send: checked by what they hold, not by their name, and drawn again, so that
what we keep and serve is pixels of ours and nothing else."""

import hashlib
import warnings
from dataclasses import dataclass
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

FORMATS = ("PNG", "JPEG", "WEBP")
MOST_PIXELS = 24_000_000


class NotAPicture(ValueError):
    """Not one of the formats, damaged, or made to exhaust whoever opens it."""


@dataclass(frozen=True, slots=True)
class Picture:
    content: bytes
    content_type: str
    width: int
    height: int

    @property
    def sha256(self) -> str:
        return hashlib.sha256(self.content).hexdigest()


def redrawn(content: bytes, *, width: int, height: int) -> Picture:
    """A PNG that fits into width × height; never enlarged, turned as its camera meant it."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            return _redrawn(content, width, height)
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, EOFError) as error:
        raise NotAPicture from error
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise NotAPicture from error


def _redrawn(content: bytes, width: int, height: int) -> Picture:
    with Image.open(BytesIO(content), formats=list(FORMATS)) as sent:
        if sent.width * sent.height > MOST_PIXELS:
            raise NotAPicture
        upright = ImageOps.exif_transpose(sent)
        drawn = upright.convert("RGBA" if _is_see_through(upright) else "RGB")
    drawn.thumbnail((width, height), Image.Resampling.LANCZOS)
    kept = BytesIO()
    drawn.info.clear()
    drawn.save(kept, "PNG", optimize=True)
    return Picture(kept.getvalue(), "image/png", drawn.width, drawn.height)


def _is_see_through(picture: Image.Image) -> bool:
    return picture.mode in {"RGBA", "LA", "PA"} or "transparency" in picture.info
