"""Many hands at one draft: the row's lock lets one through."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from app.audit.models import AuditEntry
from app.infra.uow import transact
from app.kernel.actor import Role, system
from app.kernel.clock import local_day
from app.kernel.errors import Conflict, NotAllowed
from app.rewards.domain.programme import ProgrammeInvalid
from app.rewards.queries import programme_versions
from app.rewards.queries.drafts import programme_draft
from app.rewards.services import programme_draft as drafts
from tests.support.rewards import points, programme, rule


@pytest.fixture
def staff(brand):
    return system(brand.id)


@pytest.fixture
def begun(uow, staff) -> None:
    with uow() as work:
        document = programme(rule(id="a"))
        drafts.import_draft(work, staff, document, revision=None, clock=work.clock)


def at_once(app, brand, work, times: int = 4) -> list[str]:
    """What became of each: "done", or the code of its refusal."""
    start = Barrier(times)

    def one(number: int) -> str:
        with app.app_context():
            start.wait()
            try:
                transact(lambda uow: work(uow, number), brand.id)
            except Conflict as refusal:
                return refusal.code
            return "done"

    with ThreadPoolExecutor(times) as pool:
        return sorted(pool.map(one, range(times)))


def test_of_those_who_publish_at_once_one_does(app, brand, uow, staff, begun) -> None:
    def publish(work, _number) -> None:
        day = local_day(work.clock(), brand.timezone)
        drafts.publish_draft(work, staff, 1, effective_on=day, latest=0, clock=work.clock)

    assert at_once(app, brand, publish) == ["done", "draft_gone", "draft_gone", "draft_gone"]
    with uow() as work:
        assert [one.version for one in programme_versions(work.session)] == [1]
        assert programme_draft(work.session) is None


def test_of_those_who_save_at_once_one_does(app, brand, uow, staff, begun) -> None:
    def save(work, number) -> None:
        changed = rule(id=f"r{number}", rewards=[points(number + 1)])
        drafts.save_rule(work, staff, 1, changed, replacing=None, clock=work.clock)

    assert at_once(app, brand, save) == ["done", *["draft_moved"] * 3]
    with uow() as work:
        found = programme_draft(work.session)
        assert (found.revision, len(found.document["rules"])) == (2, 2)


def test_only_administrators_edit(uow, actor, begun) -> None:
    for role in (Role.SELLER, Role.CUSTOMER_SERVICE, Role.FINANCE):
        with pytest.raises(NotAllowed), uow() as work:
            drafts.discard_draft(work, actor(role), 1)


def test_a_rule_cannot_take_the_id_of_another(uow, staff, begun) -> None:
    with pytest.raises(ProgrammeInvalid) as refused, uow() as work:
        drafts.save_rule(work, staff, 1, rule(id="a"), replacing=None, clock=work.clock)

    assert [problem.path for problem in refused.value.problems] == ["rules[0].id"]


def test_what_is_done_to_a_draft_is_in_the_audit_log(uow, staff, begun) -> None:
    with uow() as work:
        drafts.switch_rule(work, staff, 1, "a", on=False, clock=work.clock)
    with uow() as work:
        day = local_day(work.clock(), "Europe/Paris")
        drafts.publish_draft(work, staff, 2, effective_on=day, latest=0, clock=work.clock)

    with uow() as work:
        actions = [entry.action for entry in work.session.query(AuditEntry)]
    assert {"draft.start", "draft.disable_rule", "programme.publish"} <= set(actions)
