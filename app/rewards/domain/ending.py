"""Why somebody no longer deserves what she was granted."""

from __future__ import annotations

from collections.abc import Iterable

from app.rewards.domain.outcome import Check, Explanation, Outcome
from app.rewards.domain.terms import Rule

NO_SUCH_RULE = Explanation(checks=(Check("rule_in_programme", passed=False),))
SOMEBODY_ELSE = Explanation(checks=(Check("still_beneficiary", passed=False),))


def why_not(
    scope: tuple[str, str, str],
    occurrence: str,
    customer_id: str,
    outcome: Outcome,
    rules: Iterable[Rule],
) -> Explanation:
    """What the rule lacks for her now; of a booking's grant, also when the booking itself is gone.
    `scope`: of the rule.

    Without such a miss: the programme has the rule no more, or it is somebody else's to win.
    """
    about = [
        miss
        for miss in outcome.misses_by_scope.get(scope, ())
        if miss.occurrence in {occurrence, ""} and miss.customer_id in {customer_id, None}
    ]
    about.sort(key=lambda miss: (miss.occurrence != occurrence, miss.customer_id is None))
    if about:
        return about[0].explanation
    known = any(rule.id == scope[0] for rule in rules)
    return SOMEBODY_ELSE if known else NO_SUCH_RULE
