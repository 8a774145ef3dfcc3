"""Why somebody no longer deserves what she was granted."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from app.rewards.domain.outcome import Check, Explanation, Miss

NO_SUCH_RULE = Explanation(checks=(Check("rule_in_programme", passed=False),))
SOMEBODY_ELSE = Explanation(checks=(Check("still_beneficiary", passed=False),))


def why_not(
    rule_id: str,
    scope_type: str,
    scope_id: str,
    occurrence: str,
    customer_id: str,
    misses: Iterable[Miss],
    rules: Collection[str],
) -> Explanation:
    """What the rule lacks for her now; of a booking's grant, also when the booking itself is gone.

    Without such a miss: the programme has the rule no more, or it is somebody else's to win.
    """
    about = [
        miss
        for miss in misses
        if (miss.rule_id, miss.scope_type, miss.scope_id) == (rule_id, scope_type, scope_id)
        and miss.occurrence in {occurrence, ""}
        and miss.customer_id in {customer_id, None}
    ]
    about.sort(key=lambda miss: (miss.occurrence != occurrence, miss.customer_id is None))
    if about:
        return about[0].explanation
    return SOMEBODY_ELSE if rule_id in rules else NO_SUCH_RULE
