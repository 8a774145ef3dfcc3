"""One part of a plan's settings, judged within the plan it would belong to."""

from __future__ import annotations

from dataclasses import replace

from app.http.written import Written
from app.promotions.domain.plan import Plan
from app.promotions.domain.plan_format import plan_to_json, read_plan
from app.promotions.errors import PlanInvalid


def check_part(out: Written, plan: Plan, member: str) -> Plan | None:
    """The plan with that member as written; None when it cannot work, the problems in `out`.

    An empty document takes the member away.
    """
    if out.errors:
        return None
    document = plan_to_json(replace(plan, promotions=()))
    document.pop(member, None)
    if out.document or member == "first_order":
        document[member] = out.document
    try:
        return replace(read_plan(document), promotions=plan.promotions)
    except PlanInvalid as invalid:
        out.note(invalid.problems)
        return None
