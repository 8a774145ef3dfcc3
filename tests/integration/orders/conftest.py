"""Orders of a brand that has promotions, points to spend, vouchers and a way to ship."""

import pytest

from app.brands.queries import BrandView
from tests.support.gathering import Uow
from tests.support.till import Till, set_till


@pytest.fixture
def till(uow: Uow, brand: BrandView) -> Till:
    return set_till(uow, brand.id)
