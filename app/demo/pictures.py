"""Product pictures, drawn: the same product always looks the same."""

import math
from collections.abc import Callable
from io import BytesIO

from PIL import Image, ImageDraw

SIZE = 480
FINE = 3
"""Drawn three times as large, then reduced, so that edges are smooth."""

BACKGROUNDS = ("#efe5da", "#e2ece4", "#f3e3e6", "#e4e8f1", "#f2ecd8", "#e6e9e6")
BODIES = ("#b2563c", "#4f7a63", "#8f3f63", "#46618f", "#b98a2d", "#5d665f")
STEEL, WOOD, LIGHT = "#9aa1a9", "#b98d5f", "#ffffff"

Draw = ImageDraw.ImageDraw
Box = tuple[float, float, float, float]


def picture(shape: str, number: int) -> bytes:
    """A WebP picture of one of the shapes below; the number chooses its colours."""
    image = Image.new("RGB", (SIZE * FINE, SIZE * FINE), BACKGROUNDS[number % len(BACKGROUNDS)])
    draw = ImageDraw.Draw(image, "RGBA")
    draw.ellipse(_box(0.16, 0.74, 0.84, 0.84), fill="#00000014")
    SHAPES[shape](draw, BODIES[number * 5 % len(BODIES)])
    small = image.resize((SIZE, SIZE), Image.Resampling.LANCZOS)
    written = BytesIO()
    small.save(written, "WEBP", quality=82, method=4)
    return written.getvalue()


def _box(left: float, top: float, right: float, bottom: float) -> Box:
    scale = SIZE * FINE
    return (left * scale, top * scale, right * scale, bottom * scale)


def _round(draw: Draw, box: Box, colour: str, radius: float = 0.05) -> None:
    draw.rounded_rectangle(box, radius=radius * SIZE * FINE, fill=colour)


def _points(*points: tuple[float, float]) -> list[tuple[float, float]]:
    return [(x * SIZE * FINE, y * SIZE * FINE) for x, y in points]


def _pot(draw: Draw, body: str) -> None:
    _round(draw, _box(0.13, 0.50, 0.87, 0.56), body, 0.03)
    _round(draw, _box(0.20, 0.43, 0.80, 0.78), body, 0.09)
    _round(draw, _box(0.18, 0.36, 0.82, 0.45), body, 0.05)
    draw.line(_points((0.18, 0.455), (0.82, 0.455)), fill="#00000030", width=6)
    _round(draw, _box(0.45, 0.29, 0.55, 0.37), STEEL, 0.04)
    _round(draw, _box(0.26, 0.50, 0.30, 0.72), "#ffffff40", 0.02)


def _pan(draw: Draw, body: str) -> None:
    _round(draw, _box(0.60, 0.50, 0.95, 0.555), WOOD, 0.025)
    draw.pieslice(_box(0.10, 0.26, 0.70, 0.78), 0, 180, fill=body)
    _round(draw, _box(0.09, 0.49, 0.71, 0.56), STEEL, 0.03)


def _dish(draw: Draw, body: str) -> None:
    draw.polygon(_points((0.14, 0.50), (0.86, 0.50), (0.76, 0.76), (0.24, 0.76)), fill=body)
    _round(draw, _box(0.10, 0.46, 0.90, 0.53), body, 0.03)
    for step in range(9):
        x = 0.22 + step * 0.07
        draw.line(_points((x, 0.56), (x + 0.005, 0.73)), fill="#ffffff55", width=8)


def _knife(draw: Draw, body: str) -> None:
    draw.polygon(
        _points((0.12, 0.46), (0.58, 0.46), (0.58, 0.58), (0.30, 0.58), (0.18, 0.53)), fill=STEEL
    )
    draw.line(_points((0.18, 0.53), (0.30, 0.575), (0.58, 0.575)), fill=LIGHT, width=7)
    _round(draw, _box(0.57, 0.455, 0.90, 0.57), body, 0.04)
    for x in (0.65, 0.74, 0.83):
        draw.ellipse(_box(x - 0.012, 0.50, x + 0.012, 0.524), fill="#ffffffb0")


def _spoon(draw: Draw, body: str) -> None:
    _round(draw, _box(0.47, 0.36, 0.53, 0.80), WOOD, 0.03)
    _round(draw, _box(0.40, 0.16, 0.60, 0.45), WOOD, 0.10)
    _round(draw, _box(0.44, 0.21, 0.56, 0.40), body, 0.06)


def _whisk(draw: Draw, body: str) -> None:
    for spread in (0.16, 0.11, 0.06, 0.02):
        draw.ellipse(_box(0.5 - spread, 0.14, 0.5 + spread, 0.55), outline=STEEL, width=9)
    _round(draw, _box(0.46, 0.52, 0.54, 0.82), body, 0.04)


def _board(draw: Draw, body: str) -> None:
    _round(draw, _box(0.24, 0.22, 0.76, 0.80), WOOD, 0.07)
    _round(draw, _box(0.44, 0.12, 0.56, 0.26), WOOD, 0.04)
    draw.ellipse(_box(0.475, 0.15, 0.525, 0.20), fill="#efe5da")
    for step in range(5):
        x = 0.31 + step * 0.095
        draw.line(_points((x, 0.27), (x, 0.75)), fill="#00000018", width=6)
    _round(draw, _box(0.30, 0.70, 0.70, 0.73), body, 0.015)


def _bowl(draw: Draw, body: str) -> None:
    for lift, colour in ((0.10, "#00000022"), (0.0, body)):
        draw.pieslice(_box(0.18, 0.20 - lift, 0.82, 0.80 - lift), 0, 180, fill=colour)
        draw.ellipse(_box(0.18, 0.43 - lift, 0.82, 0.57 - lift), fill=body)
        draw.ellipse(_box(0.22, 0.45 - lift, 0.78, 0.55 - lift), fill="#ffffff70")


def _cup(draw: Draw, body: str) -> None:
    draw.ellipse(_box(0.62, 0.44, 0.84, 0.66), outline=body, width=36)
    _round(draw, _box(0.24, 0.38, 0.70, 0.78), body, 0.10)
    draw.ellipse(_box(0.24, 0.33, 0.70, 0.45), fill=body)
    draw.ellipse(_box(0.28, 0.35, 0.66, 0.43), fill="#5b3a28")
    for step in range(3):
        x = 0.38 + step * 0.08
        waves = [(x + 0.012 * math.sin(i), 0.30 - i * 0.018) for i in range(8)]
        draw.line(_points(*waves), fill="#ffffffb0", width=8)


def _jar(draw: Draw, body: str) -> None:
    _round(draw, _box(0.30, 0.30, 0.70, 0.80), "#ffffffb8", 0.08)
    _round(draw, _box(0.30, 0.50, 0.70, 0.80), body, 0.08)
    _round(draw, _box(0.34, 0.20, 0.66, 0.30), STEEL, 0.03)
    _round(draw, _box(0.35, 0.36, 0.38, 0.72), "#ffffff66", 0.015)


def _cloth(draw: Draw, body: str) -> None:
    for offset, colour in ((0.06, "#ffffff"), (0.0, body)):
        _round(draw, _box(0.22 + offset, 0.30 - offset, 0.74 + offset, 0.76 - offset), colour, 0.03)
    for step in range(4):
        y = 0.40 + step * 0.09
        draw.line(_points((0.24, y), (0.72, y)), fill="#ffffff66", width=10)


SHAPES: dict[str, Callable[[Draw, str], None]] = {
    "pot": _pot,
    "pan": _pan,
    "dish": _dish,
    "knife": _knife,
    "spoon": _spoon,
    "whisk": _whisk,
    "board": _board,
    "bowl": _bowl,
    "cup": _cup,
    "jar": _jar,
    "cloth": _cloth,
}
