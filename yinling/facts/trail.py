"""The audit trail: one hash-chained entry for each action, in the order of commits."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from django.db import connection, transaction

from yinling.base import clock
from yinling.base.action import Act, ActionSpec, UndeclaredFact
from yinling.base.reading import fixed

DIGEST = """
    coalesce(sum(('x' || substr(md5(concat_ws('|', f.id, f.series_id, f.area_path, f.happened, f.quantity,
    coalesce(f.person_id, 0), f.source_id, coalesce(f.settles_id, 0), f.reversal)), 1, 15))::bit(60)::bigint), 0)
"""
"""An order-free digest of facts: the sum of 60 bits of each fact's MD5. It guards against edits, not against a forger who
can also rewrite the chain; the chain's head, kept elsewhere (daily export), guards against that one."""

INSERT = """
    WITH head AS (
        UPDATE yinling_chain SET seq = seq + 1,
            hash = sha256(hash || convert_to((seq + 1)::text || %(payload)s, 'UTF8'))
        RETURNING seq, hash
    )
    INSERT INTO yinling_entry (id, seq, at, action, actor_id, actor_name, origin, area_path, subject, subject_id, reason,
        changes, fact_count, fact_digest, hash)
    SELECT %(id)s, head.seq, %(at)s, %(action)s, %(actor_id)s, %(actor_name)s, %(origin)s, %(area_path)s, %(subject)s,
        %(subject_id)s, %(reason)s, %(changes)s::jsonb, %(fact_count)s, %(fact_digest)s, head.hash
    FROM head
"""

TOTALS = """
    WITH counties AS (
        SELECT series_id, left(area_path, 6) AS path, date_trunc('month', happened::timestamp)::date AS month,
            count(*) AS facts, sum(quantity) AS quantity
        FROM yinling_fact WHERE entry_id = %s GROUP BY 1, 2, 3
    )
    INSERT INTO yinling_total (series_id, area_path, month, facts, quantity)
    SELECT series_id, left(path, width), month, sum(facts), sum(quantity)
    FROM counties, unnest(ARRAY[0, 2, 4, 6]) AS width
    WHERE length(path) >= width
    GROUP BY 1, 2, 3
"""
"""Counties first and what lies above from their sums: the many facts are gone through once, not four times."""


class Trail:
    """What actions write through (see `base.action.Recorder`)."""

    def begin(self, spec: ActionSpec) -> int:
        """Take the id under which the action's facts are recorded (the entry itself follows when the action ends), and the
        map lock: shared by all actions, alone for one that redraws the map of places."""
        lock = "pg_advisory_xact_lock" if spec.redraws_map else "pg_advisory_xact_lock_shared"
        with connection.cursor() as cursor:
            cursor.execute(f"SELECT nextval('yinling_entry_ids'), {lock}(4203002)")
            return int(cursor.fetchone()[0])

    def close(self, act: Act) -> None:
        """Add the action's facts to the totals."""
        if act.has_facts:
            if not act.spec.records:
                raise UndeclaredFact(f"{act.spec.name} declares no facts")
            with connection.cursor() as cursor:
                cursor.execute(TOTALS, [act.entry_id])

    def write(self, acts: Sequence[Act]) -> None:
        """Chain the entries of a finished transaction. From here to the commit other actions wait."""
        rows = [self._row(act) for act in acts]
        with connection.cursor() as cursor:
            for row in rows:
                cursor.execute(INSERT, row)
                if cursor.rowcount != 1:
                    raise RuntimeError("the audit trail has no head to chain an entry to")

    def _row(self, act: Act) -> dict[str, Any]:
        count, digest = facts_digest(act.entry_id) if act.has_facts else (0, Decimal(0))
        row: dict[str, Any] = {
            "id": act.entry_id,
            "at": clock.now(),
            "action": act.spec.name,
            "actor_id": act.actor.account_id,
            "actor_name": act.actor.name[:80],
            "origin": act.actor.origin[:120],
            "area_path": act.area_path,
            "subject": act.subject,
            "subject_id": act.subject_id,
            "reason": act.reason,
            "changes": act.changes,
            "fact_count": count,
            "fact_digest": digest,
        }
        row["payload"] = payload(row)
        row["changes"] = json.dumps(act.changes, ensure_ascii=False)
        return row


def payload(row: dict[str, Any]) -> str:
    """The text of an entry that its hash covers: every column but `seq` and `hash`, in one canonical form."""
    at = row["at"]
    if not isinstance(at, datetime):
        raise TypeError("an entry has a time")
    covered = {key: row[key] for key in row if key not in {"payload", "seq", "hash", "at", "fact_digest"}}
    covered["at"] = at.astimezone(UTC).isoformat(timespec="microseconds")
    covered["fact_digest"] = str(int(row["fact_digest"]))
    return json.dumps(covered, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def facts_digest(entry_id: int) -> tuple[int, Decimal]:
    """Number and digest of the facts recorded under an entry."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*), {DIGEST} FROM yinling_fact f WHERE f.entry_id = %s", [entry_id])
        count, digest = cursor.fetchone()
        return int(count), Decimal(digest)


def last_seq() -> int:
    """The newest entry this transaction can see: the cut-off "as known now"."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT coalesce(max(seq), 0) FROM yinling_entry")
        return int(cursor.fetchone()[0])


def head() -> bytes:
    """The hash of the newest entry this transaction can see. It covers every entry before it, so as long as it is the
    same, no action has written anything."""
    chain = fixed("SELECT hash FROM yinling_chain")
    return bytes(chain[0][0]) if chain else b""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing `verify` found wrong."""

    seq: int
    what: str


COLUMNS = (
    "id, seq, at, action, actor_id, actor_name, origin, area_path, subject, subject_id, reason, changes, fact_count, "
    "fact_digest, hash"
)


def verify() -> Iterator[Fault]:
    """Recompute the whole chain and the digest of every entry's facts; yield each fault found.

    Finds changed, removed, inserted and reordered entries, a chain head that does not match, and facts changed, removed or
    added behind an entry. Reads one moment of the database, so that actions that end meanwhile are no faults.
    """
    with _one_moment():
        yield from _faults()


@contextmanager
def _one_moment() -> Iterator[None]:
    outermost = not connection.in_atomic_block
    with transaction.atomic():
        if outermost:
            with connection.cursor() as cursor:
                cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        yield


def _faults() -> Iterator[Fault]:
    digests = _fact_digests()
    hash_, expected = bytes(32), 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {COLUMNS} FROM yinling_entry ORDER BY seq")
        names = [column[0] for column in cursor.description]
        while rows := cursor.fetchmany(2000):
            for values in rows:
                row = dict(zip(names, values, strict=True))
                row["changes"] = row["changes"] if not isinstance(row["changes"], str) else json.loads(row["changes"])
                expected += 1
                if row["seq"] != expected:
                    yield Fault(expected, f"entries {expected} to {row['seq'] - 1} are missing")
                    expected = row["seq"]
                hash_ = hashlib.sha256(hash_ + (str(row["seq"]) + payload(row)).encode()).digest()
                if hash_ != bytes(row["hash"]):
                    yield Fault(expected, f"entry {row['id']} does not match its hash")
                    hash_ = bytes(row["hash"])
                count, digest = digests.pop(row["id"], (0, Decimal(0)))
                if (count, digest) != (row["fact_count"], row["fact_digest"]):
                    yield Fault(expected, f"the facts of entry {row['id']} are not those it recorded")
        cursor.execute("SELECT seq, hash FROM yinling_chain")
        seq, head = cursor.fetchone()
        if (seq, bytes(head)) != (expected, hash_):
            yield Fault(expected, "the head of the chain does not match its last entry")
    for entry_id in sorted(digests):
        yield Fault(0, f"facts name entry {entry_id}, which does not exist")


def _fact_digests() -> dict[int, tuple[int, Decimal]]:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT f.entry_id, count(*), {DIGEST} FROM yinling_fact f GROUP BY f.entry_id")
        return {row[0]: (row[1], Decimal(row[2])) for row in cursor.fetchall()}
