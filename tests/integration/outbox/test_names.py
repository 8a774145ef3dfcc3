"""Every name in `app.subscriptions` stands for something."""

import pytest

from app.infra.jobs.effects import EffectUnknown, named, resolve
from app.kernel.events import Event
from app.subscriptions import SCHEDULE, SUBSCRIPTIONS

EFFECTS = sorted({name for names in SUBSCRIPTIONS.values() for name in names})


@pytest.mark.parametrize("name", EFFECTS)
def test_an_effect_has_its_function(name: str) -> None:
    assert resolve(name)


@pytest.mark.parametrize("name", SCHEDULE)
def test_what_the_clock_starts_has_its_function(name: str) -> None:
    assert callable(named(name))


@pytest.mark.parametrize("name", ["", "nothing", "no.such", "rewards.", "rewards.jobs.x", "."])
def test_an_unknown_name_is_said_to_be_unknown(name: str) -> None:
    with pytest.raises(EffectUnknown):
        resolve(name)


def test_every_event_has_somebody_who_listens(app) -> None:
    """By name: a dataclass with slots leaves its first form behind."""
    known = {(kind.__module__, kind.__name__) for kind in Event.__subclasses__()}
    subscribed = {(kind.__module__, kind.__name__) for kind in SUBSCRIPTIONS}

    assert {name for name in known if name[0].startswith("app.")} == subscribed
