"""A brand's one colour, and the colours that follow from it with enough contrast to be read."""

from dataclasses import dataclass

DEFAULT_ACCENT = "#8a3b5c"
"""Of a brand that has not chosen its own."""
READABLE = 4.5
"""WCAG 2.2 AA for text."""
WHITE = (255, 255, 255)
INK = (31, 36, 48)
STEP = 0.04

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Theme:
    brand: str
    on_brand: str
    """Text on the accent colour."""
    ink: str
    """The accent as a text colour, on white and on `soft`."""
    soft: str
    line: str

    def css(self, selector: str = ":root, [data-bs-theme]") -> str:
        return (
            f"{selector} {{\n"
            f"  --brand: {self.brand};\n"
            f"  --on-brand: {self.on_brand};\n"
            f"  --brand-ink: {self.ink};\n"
            f"  --brand-soft: {self.soft};\n"
            f"  --brand-line: {self.line};\n"
            f"  --tblr-primary: {self.brand};\n"
            f"  --tblr-primary-rgb: {', '.join(str(part) for part in _rgb(self.brand))};\n"
            "}\n"
        )


def theme_of(accent: str) -> Theme:
    """Raises nothing: any `#rrggbb` gets a readable theme."""
    colour = _rgb(accent)
    soft = _mix(colour, WHITE, 0.92)
    if max(contrast(colour, WHITE), contrast(colour, INK)) < READABLE:
        colour = _darkened(colour, 0, WHITE)
    return Theme(
        brand=_hex(colour),
        on_brand=_hex(WHITE if contrast(colour, WHITE) >= READABLE else INK),
        ink=_hex(_darkened(colour, 0.2, soft)),
        soft=_hex(soft),
        line=_hex(_mix(colour, WHITE, 0.78)),
    )


def contrast_of(one: str, other: str) -> float:
    """The same between two colours as `#rrggbb`."""
    return contrast(_rgb(one), _rgb(other))


def contrast(one: Rgb, other: Rgb) -> float:
    """From 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _darkened(colour: Rgb, least: float, beside: Rgb) -> Rgb:
    """By `least` at least, and until it can be read beside the other colour."""
    part = least
    while contrast(_mix(colour, (0, 0, 0), part), beside) < READABLE:
        part += STEP
    return _mix(colour, (0, 0, 0), part)


def _mix(colour: Rgb, other: Rgb, part: float) -> Rgb:
    red, green, blue = (
        round(own * (1 - part) + added * part) for own, added in zip(colour, other, strict=True)
    )
    return (red, green, blue)


def _luminance(colour: Rgb) -> float:
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _rgb(colour: str) -> Rgb:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)


def _hex(colour: Rgb) -> str:
    return "#" + "".join(f"{part:02x}" for part in colour)
