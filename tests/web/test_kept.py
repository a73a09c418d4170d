"""What is kept between requests: sessions, who somebody is, counts of lists. Real commits, so that what is kept can be stale."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from django.contrib.sessions.backends.base import UpdateError
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.web.world import SYSTEM, World, account, place, post_sign_in, world
from yinling.associations import Association, dissolve, register
from yinling.base import clock
from yinling.network import account_of_session, actor_of, end_role, hold_role
from yinling.web.list_tools import count_of
from yinling.web.session_store import SessionStore

__all__ = ["world"]

pytestmark = pytest.mark.django_db(transaction=True)


def statements(ask: object) -> list[str]:
    """What is asked of the database meanwhile."""
    assert callable(ask)
    with CaptureQueriesContext(connection) as asked:
        ask()
    return [query["sql"] for query in asked.captured_queries]


def test_a_list_is_counted_anew_after_an_action_and_only_then(world: World) -> None:
    rows, here = Association.objects.all(), Association.objects.filter(area_path__startswith="520622")
    assert (count_of(rows), count_of(here)) == (3, 2)
    assert not any("COUNT" in sql for sql in statements(lambda: (count_of(rows), count_of(here))))
    register(place=place("520622102201"), name="又一老年协会", founded=date(2011, 1, 1), attributes={
        "setting": {"setting": "rural"}}, by=SYSTEM)  # fmt: skip
    assert (count_of(rows), count_of(here)) == (4, 3)


def test_what_a_transaction_counts_is_not_kept_for_others(world: World) -> None:
    rows = Association.objects.filter(body__dissolved__isnull=True)
    assert count_of(rows) == 3
    with transaction.atomic():
        dissolve(association=world.street, on=clock.today(), reason="合并", by=SYSTEM)
        assert count_of(rows) == 2
        transaction.set_rollback(True)
    assert count_of(rows) == 3


def test_the_page_counts_what_its_reader_may_see(client: Client, world: World) -> None:
    account(world.office, "clerk", "yangjie")
    account(world.elsewhere, "clerk", "tianli")
    for name, count in (("yangjie", 2), ("tianli", 1), ("yangjie", 2)):
        post_sign_in(client, name)
        assert client.get(reverse("associations")).context["page"]["count_text"] == f"共 {count} 个协会"
        client.post(reverse("account_logout"))


def test_who_somebody_is_takes_one_statement_and_holds_for_today(world: World) -> None:
    holder = account(world.office, "clerk", "yangjie", phone="13800138000")
    hold_role(account=holder, body=world.elsewhere, role="auditor", since=clock.today(), by=SYSTEM)
    found = account_of_session(holder.pk)
    assert found is not None
    assert statements(lambda: actor_of(found, "web")) == []
    assert {(held.role, held.path, held.body) for held in actor_of(found, "web").grants} == {
        ("clerk", "520622", "玉屏县老龄办"), ("auditor", "520623", "石阡县老龄办")}  # fmt: skip
    assert actor_of(found, "web") == actor_of(holder, "web")
    yesterday = actor_of(found, "web", on=clock.today() - timedelta(days=1))
    assert [held.role for held in yesterday.grants] == []
    assert found.phone == "13800138000"
    assert account_of_session(0) is None


def test_a_role_that_ends_opens_nothing_at_the_next_request(client: Client, world: World) -> None:
    holder = account(world.office, "officer", "yangjie")
    post_sign_in(client, "yangjie")
    assert client.get(reverse("associations")).status_code == 200
    end_role(held=holder.roles_held.get(), on=clock.today(), by=SYSTEM)
    assert client.get(reverse("associations")).status_code == 403


def test_a_session_that_was_ended_is_not_written_again() -> None:
    session = SessionStore()
    session["seen"] = 1
    session.save()
    same = SessionStore(session.session_key)
    assert same["seen"] == 1
    session.delete()
    same["seen"] = 2
    with pytest.raises(UpdateError):
        same.save()
    assert not SessionStore().exists(str(session.session_key))


def test_only_the_session_itself_does_not_wait_for_the_disk() -> None:
    session = SessionStore()
    session.save()
    with connection.cursor() as cursor:
        cursor.execute("SHOW synchronous_commit")
        before = cursor.fetchone()
        cursor.execute("SET synchronous_commit = on")
        session["seen"] = 1
        session.save()
        cursor.execute("SHOW synchronous_commit")
        assert cursor.fetchone() == ("on",)
        cursor.execute("SELECT set_config('synchronous_commit', %s, false)", before)
    assert SessionStore(session.session_key)["seen"] == 1
