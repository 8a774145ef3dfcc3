"""No brand can choose a theme that cannot be read."""

from hypothesis import given
from hypothesis import strategies as st

from app.brands.theme import READABLE, _rgb, contrast, theme_of

colours = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@given(colours)
def test_text_is_readable_on_any_accent(accent):
    theme = theme_of(accent)

    assert contrast(_rgb(theme.ink), _rgb(theme.soft)) >= READABLE
    assert contrast(_rgb(theme.ink), (255, 255, 255)) >= READABLE
    assert contrast(_rgb(theme.on_brand), _rgb(theme.brand)) >= READABLE
