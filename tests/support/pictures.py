"""Pictures as somebody might send them."""

from io import BytesIO

from PIL import Image


def small_picture(
    form: str = "PNG", *, size: tuple[int, int] = (320, 80), **options: object
) -> bytes:
    out = BytesIO()
    Image.new("RGB", size, (120, 40, 90)).save(out, form, **options)
    return out.getvalue()
