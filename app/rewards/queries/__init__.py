"""Reads of the reward programme: facts, live outcomes, grants, claims."""

from app.rewards.queries.claims import (
    ClaimView,
    claim,
    claim_for,
    claims_of_customer,
    claims_of_meeting,
    claims_to_choose,
    must_be_hers,
    open_claims_of,
)
from app.rewards.queries.grants import (
    GrantView,
    RevisionView,
    grant,
    grants_by_id,
    grants_of_customer,
    grants_of_meeting,
    grants_of_orders,
    revisions_of,
)
from app.rewards.queries.programme import ProgrammeView, programme_in_force, programme_versions

__all__ = [
    "ClaimView",
    "GrantView",
    "ProgrammeView",
    "RevisionView",
    "claim",
    "claim_for",
    "claims_of_customer",
    "claims_of_meeting",
    "claims_to_choose",
    "grant",
    "grants_by_id",
    "grants_of_customer",
    "grants_of_meeting",
    "grants_of_orders",
    "must_be_hers",
    "open_claims_of",
    "programme_in_force",
    "programme_versions",
    "revisions_of",
]
