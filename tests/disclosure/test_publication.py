"""R-O1, R-O3: what is public, since when, until when; and what the public's login may see."""

from __future__ import annotations

from datetime import timedelta

import pytest
import sqlalchemy as sa

from onedoor.disclosure import queries, service
from onedoor.disclosure.models import Disclosure
from onedoor.kernel.clock import now
from onedoor.kernel.db import db, new_id
from onedoor.kernel.errors import ClerkError, Conflict, NotFound
from onedoor.kernel.scope import in_scope
from tenants import scope
from tests.fixtures.city import City


def _public(city: City):  # type: ignore[no-untyped-def]
    return in_scope(scope.public(), city.app)


def test_the_public_reads_what_is_open_and_nothing_else(city: City) -> None:
    subject, later = new_id(), new_id()
    with city.acting("scjg.discloser"):
        service.publish(
            "plan", subject, "年度计划", {"lines": []}, files=[("plan.json", "application/json", b"{}")]
        )
        service.publish("plan", later, "尚未公开的计划", {}, since=now() + timedelta(days=1))
    with _public(city):
        found = queries.of_subject("plan", subject)
        assert found is not None and found.bureau_name == "示范市市场监督管理局"
        assert queries.file(found.id, "plan.json").content == b"{}"
        assert queries.of_subject("plan", later) is None
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Disclosure)) == 1
        with pytest.raises(sa.exc.ProgrammingError, match="permission denied"):
            db.session.execute(sa.text("DELETE FROM disclosure"))


def test_a_correction_ends_the_former_version(city: City) -> None:
    subject = new_id()
    with city.acting("scjg.discloser"):
        service.publish(
            "result",
            subject,
            "检查结果",
            {"a": 1},
            entity_code="91990100008771776W",
            entity_name="示例甲公司",
        )
    with city.acting("scjg.discloser"):
        service.publish(
            "result",
            subject,
            "检查结果",
            {"a": 2},
            entity_code="91990100008771776W",
            entity_name="示例甲公司",
        )
    with _public(city):
        found = db.session.scalars(queries.search("result", "示例甲 91990100008771776w")).all()
        assert [(d.version, d.content) for d in found] == [(2, {"a": 2})]
    with city.acting("scjg.discloser"):
        assert [d.version for d in queries.versions("result", subject)] == [1, 2]


def test_a_file_that_did_not_change_goes_over_and_is_not_written_again(city: City) -> None:
    subject, big = new_id(), ("pool.txt", "text/plain", b"990100\n" * 9)
    with city.acting("scjg.discloser"):
        former = service.publish(
            "draw", subject, "抽取", {}, files=[big, ("register.jsonl", "text/plain", b"1")]
        )
        stood = queries.file(former.id, "pool.txt").id
        assert queries.file_names("draw", subject) == ["pool.txt", "register.jsonl"]
    with city.acting("scjg.discloser"):
        files: list[service.PublicFile | service.Unchanged] = [
            ("log-1.json", "text/plain", b"{}"),
            service.Unchanged("pool.txt"),
            ("register.jsonl", "text/plain", b"12"),
        ]
        service.publish("draw", subject, "抽取", {}, files=files)
        assert [file.name for file in queries.files(former.id)] == ["register.jsonl"]
    with _public(city):
        found = queries.of_subject("draw", subject)
        assert found is not None
        assert [file.name for file in queries.files(found.id)] == ["log-1.json", "pool.txt", "register.jsonl"]
        moved = queries.file(found.id, "pool.txt")
        assert (moved.id, moved.content) == (stood, big[2]) and queries.file(
            found.id, "register.jsonl"
        ).content == b"12"


def test_a_file_that_is_gone_by_then_is_said_in_words(city: City) -> None:
    """Somebody withdrew between reading the names and publishing."""
    with pytest.raises(Conflict, match="刷新页面"), city.acting("scjg.discloser"):
        service.publish("draw", new_id(), "抽取", {}, files=[service.Unchanged("pool.txt")])


def test_withdrawing_asks_the_reason_and_ends_it(city: City) -> None:
    subject = new_id()
    with city.acting("scjg.discloser"):
        service.publish("result", subject, "检查结果", {})
    with pytest.raises(ClerkError, match="理由"), city.acting("scjg.discloser"):
        service.withdraw("result", subject, "  ")
    with pytest.raises(NotFound), city.acting("sfj.discloser"):
        service.withdraw("result", subject, "不是本单位的")
    with city.acting("scjg.discloser"):
        service.withdraw("result", subject, "信用修复")
    with _public(city):
        assert queries.of_subject("result", subject) is None
