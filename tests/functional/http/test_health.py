"""What launchers and load balancers ask."""

from sqlalchemy import text

from app.infra.uow import unit_of_work


def test_ready_names_each_thing_it_needs(client):
    answer = client.get("/health/ready", base_url="http://10.0.0.1")
    answer = client.get("/health/ready") if answer.status_code == 400 else answer

    assert answer.status_code == 200
    assert set(answer.json["checks"]) == {"database", "migrations", "redis", "outbox"}


def test_ready_says_no_when_migrations_are_missing(client, app):
    with app.app_context():
        with unit_of_work(None) as work:
            work.session.execute(text("RESET ROLE"))
            known = work.session.execute(text("SELECT version_num FROM alembic_version")).scalar()
            work.session.execute(text("UPDATE alembic_version SET version_num = 'older'"))
        try:
            answer = client.get("/health/ready")
        finally:
            with unit_of_work(None) as work:
                work.session.execute(text("RESET ROLE"))
                work.session.execute(
                    text("UPDATE alembic_version SET version_num = :known"), {"known": known}
                )

    assert answer.status_code == 503
    assert not answer.json["checks"]["migrations"]["ok"]


def test_alive_asks_nobody(client, count_queries):
    with count_queries() as found:
        assert client.get("/health/live").status_code == 200

    assert found.count == 0
