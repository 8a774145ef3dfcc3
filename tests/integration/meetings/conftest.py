"""A seller with a book and one product, on the real database."""

from typing import Any

import pytest

from tests.support.gathering import Stage, set_stage


@pytest.fixture
def other(uow: Any, brand: Any, stage: Stage) -> Stage:
    """Another seller of the same brand."""
    return set_stage(uow, brand.id, email="other")
