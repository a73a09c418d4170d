"""Presence at the demo city's sessions from 2023 to 2025: more than 500,000 hours by 8,170 volunteers, recorded week by week and
confirmed month by month by somebody else; what waits, and what looks impossible. A fixed seed draws who came."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from django.db.models import QuerySet

from yinling.activities import Session
from yinling.base import clock
from yinling.base.many import analyze
from yinling.base.rules import Actor
from yinling.hours.actions import confirm_many, judge
from yinling.hours.bulk import NewRecord, record_many
from yinling.hours.models import Attendance, Source, State
from yinling.hours.reckoning import minutes_between
from yinling.network import Place, place_at
from yinling.volunteers import Volunteer

SEED = 20230901
SERVED, HOURS = 8_170, 502_000
LAST = date(2025, 12, 31)
COUNTY = 6
"""Length of a county's path."""

PENDING = 60
OVERLAPS, LONGER, BEFORE, ONE_PHONE = 5, 4, 2, 24
SOURCES = ((Source.LIST, 50), (Source.SCAN, 38), (Source.PAPER, 9), (Source.LATE, 3))
WEEK, MINUTE = timedelta(weeks=1), timedelta(minutes=1)
CHECKED = "月度集中确认，已逐项目核对签到表并抽查一成"


class _Held(NamedTuple):
    """What is needed of a session."""

    pk: int
    path: str
    day: date
    start: datetime
    end: datetime
    minutes: int


class _Who(NamedTuple):
    """What is needed of a volunteer."""

    pk: int
    county: str
    since: date


@dataclass(slots=True)
class _Ground:
    """What the records are drawn from, and which days each volunteer already has."""

    city: Place
    chance: random.Random
    held: list[_Held]
    people: dict[str, list[_Who]]
    recorder: Actor
    confirmer: Actor
    busy: dict[int, set[date]] = field(default_factory=lambda: defaultdict(set))
    turn: dict[str, int] = field(default_factory=lambda: defaultdict(int))

    def next_for(self, held: _Held, number: int) -> Iterator[_Who]:
        """The next of the county's volunteers in turn who are registered and have nothing else that day."""
        county = held.path[:COUNTY]
        mine = self.people.get(county) or self.people[max(self.people, key=lambda key: len(self.people[key]))]
        for _try in range(len(mine)):
            if number <= 0:
                return
            who = mine[self.turn[county] % len(mine)]
            self.turn[county] += 1
            if who.since <= held.day and held.day not in self.busy[who.pk]:
                self.busy[who.pk].add(held.day)
                number -= 1
                yield who


def hours(
    *, city: str, sessions: QuerySet[Session], volunteers: QuerySet[Volunteer], recorder: Actor, confirmer: Actor
) -> int:
    """Record and confirm presence of `volunteers` at the `sessions` of a city; returns how many records were confirmed.
    `recorder` and `confirmer` are different people with a role over the whole city."""
    place = place_at(city)
    assert place is not None, "the places are loaded first"
    chance = random.Random(SEED)
    held = [
        _Held(pk, path, day, start, end, minutes_between(start, end))
        for pk, path, day, start, end in sessions.filter(area_path__under=city, roles__serves=True, ends_at__lt=clock.now())
        .exclude(state=Session.State.CANCELLED).order_by("starts_at", "pk").distinct()
        .values_list("pk", "area_path", "day", "starts_at", "ends_at")
    ]  # fmt: skip
    past = [one for one in held if one.day <= LAST]
    ground = _Ground(
        place, chance, held, _chosen(volunteers.filter(area_path__under=city), chance), recorder, confirmer
    )
    _record_all(ground, past, _drawn(ground, past))
    analyze(Attendance)
    count = _confirm_all(ground, past)
    analyze(Attendance)
    _odd(ground)
    _waiting(ground)
    return count


def _chosen(volunteers: QuerySet[Volunteer], chance: random.Random) -> dict[str, list[_Who]]:
    """Those who serve, by county, in an order of their own."""
    rows = volunteers.filter(state="active", registered_on__lte=LAST - timedelta(days=60)).order_by("pk")
    known = [_Who(pk, path[:COUNTY], since) for pk, path, since in rows.values_list("pk", "area_path", "registered_on")]
    chance.shuffle(known)
    people: dict[str, list[_Who]] = defaultdict(list)
    for who in known[:SERVED]:
        people[who.county].append(who)
    return dict(people)


def _drawn(ground: _Ground, past: Sequence[_Held]) -> list[NewRecord]:
    """Enough for the hours wanted, and everybody at least once in the last year. In the first year few are registered; what is
    missing for that comes from going round again."""
    room = sum(max(1, held.minutes - 9) for held in past)
    rows: list[NewRecord] = []
    short = HOURS * 60
    while short > 0 and (more := list(_turns(ground, past, short / max(1, room)))):
        rows += more
        short -= sum(minutes_between(row.started_at, row.ended_at) for row in more)
    return rows + list(_left_out(ground, past))


def _turns(ground: _Ground, past: Sequence[_Held], each: float) -> Iterator[NewRecord]:
    """About `each` volunteers more at every session, as far as there are as many."""
    for held in past:
        source = _source(ground.chance)
        for who in ground.next_for(held, int(each + ground.chance.random())):
            yield _presence(ground.chance, held, who, source)


def _left_out(ground: _Ground, past: Sequence[_Held]) -> Iterator[NewRecord]:
    """Those who have not come in the last year, once each."""
    by_county: dict[str, list[_Held]] = defaultdict(list)
    for held in past:
        if held.day.year == LAST.year:
            by_county[held.path[:COUNTY]].append(held)
    everywhere = [held for rows in by_county.values() for held in rows]
    for county, people in ground.people.items():
        for who in people:
            if not any(day.year == LAST.year for day in ground.busy[who.pk]):
                yield _once(ground, by_county.get(county) or everywhere, who)


def _once(ground: _Ground, places: Sequence[_Held], who: _Who) -> NewRecord:
    """One presence in the last year of somebody whose turn did not come."""
    free = [held for held in places if held.day >= who.since and held.day not in ground.busy[who.pk]]
    held = ground.chance.choice(free)
    ground.busy[who.pk].add(held.day)
    return _presence(ground.chance, held, who, Source.LIST)


def _source(chance: random.Random) -> Source:
    return chance.choices([source for source, _weight in SOURCES], [weight for _source, weight in SOURCES])[0]


def _presence(chance: random.Random, held: _Held, who: _Who, source: Source) -> NewRecord:
    come, leave = chance.randrange(10), chance.randrange(10)
    spare = held.minutes > come + leave
    return NewRecord(
        held.pk, who.pk, held.start + come * MINUTE * spare, held.end - leave * MINUTE * spare, source=source,
        role="志愿者", device=f"demo-{who.pk}" if source == Source.SCAN else "",
    )  # fmt: skip


def _evening(day: date) -> datetime:
    return datetime.combine(day, time(23, 50), tzinfo=clock.CHINA)


def _record_all(ground: _Ground, past: Sequence[_Held], rows: Sequence[NewRecord]) -> None:
    """Record week by week, on the Sunday of each week, so that nothing is late."""
    days = {held.pk: held.day for held in past}
    weeks: dict[date, list[NewRecord]] = defaultdict(list)
    for row in rows:
        day = days[row.session_id]
        weeks[day + timedelta(days=6 - day.weekday())].append(row)
    for sunday in sorted(weeks):
        _record(ground, weeks[sunday], sunday)


def _record(ground: _Ground, rows: Iterable[NewRecord], on: date) -> None:
    with clock.frozen(min(_evening(on), clock.now())):
        record_many(rows=rows, area=ground.city, by=ground.recorder)


def _confirm_all(ground: _Ground, past: Sequence[_Held]) -> int:
    """Confirm each month's records at one moment of the next; that this was right is judged and kept."""
    count = 0
    waiting = Attendance.objects.filter(area_path__under=ground.city.area_path, state=State.PENDING)
    months: dict[date, list[int]] = {held.day.replace(day=1): [] for held in past}
    following = (max(months) + timedelta(days=31)).replace(day=1)
    for pk, day in waiting.filter(day__gte=min(months), day__lt=following).order_by("pk").values_list("pk", "day"):
        months.setdefault(day.replace(day=1), []).append(pk)
    for first, ids in sorted(months.items()):
        following = (first + timedelta(days=31)).replace(day=1)
        moment = min(_evening(following + timedelta(days=8)), clock.now())
        with clock.frozen(moment):
            done = confirm_many(area=ground.city, ids=ids, by=ground.confirmer)
            key = f"{ground.confirmer.account_id}-{moment.astimezone(UTC):%Y%m%d%H%M%S%f}"
            judge(area=ground.city, kind="bulk", key=key, records=ids[:50], reason=CHECKED, by=ground.confirmer)
        count += done.count
    return count


def _odd(ground: _Ground) -> None:
    """A dozen cases that look impossible: two places at once, longer than the session, before registering, one telephone."""
    recent = ground.held[-400:]
    everybody = [who for people in ground.people.values() for who in people]
    odd: dict[int, list[NewRecord]] = defaultdict(list)
    free = iter(ground.chance.sample(everybody, k=min(len(everybody), 400)))

    def somebody(day: date) -> _Who:
        who = next(who for who in free if day not in ground.busy[who.pk] and who.since <= day)
        ground.busy[who.pk].add(day)
        return who

    for here, there in list(_at_once(recent))[:OVERLAPS]:
        who = somebody(here.day)
        for held in (here, there):
            odd[held.pk].append(NewRecord(held.pk, who.pk, held.start, held.end, source=Source.LIST, role="志愿者"))
    for held in recent[-60 : -60 + LONGER * 7 : 7]:
        odd[held.pk].append(
            NewRecord(
                held.pk, somebody(held.day).pk, held.start - 25 * MINUTE, held.end + 25 * MINUTE, source=Source.LIST,
                role="志愿者",
            )
        )  # fmt: skip
    phone = recent[-12]
    odd[phone.pk] += [
        NewRecord(phone.pk, somebody(phone.day).pk, phone.start, phone.end, source=Source.SCAN, device="demo-station",
                  role="志愿者")
        for _number in range(ONE_PHONE)
    ]  # fmt: skip
    latest = sorted(everybody, key=lambda who: (who.since, who.pk))[-BEFORE:]
    for who in latest:
        held = [one for one in ground.held if one.day < who.since][-1]
        odd[held.pk].append(NewRecord(held.pk, who.pk, held.start, held.end, source=Source.PAPER, role="志愿者"))
    days = {held.pk: held.day for held in ground.held}
    for key in sorted(odd, key=lambda key: (days[key], key)):
        _record(ground, odd[key], days[key] + timedelta(days=2))


def _at_once(recent: Sequence[_Held]) -> Iterator[tuple[_Held, _Held]]:
    """Pairs of sessions at the same time in different counties, each session in one pair."""
    used: set[int] = set()
    for number, here in enumerate(recent):
        for there in recent[number + 1 : number + 40]:
            apart = here.path[:COUNTY] != there.path[:COUNTY]
            if apart and there.start < here.end and not used & {here.pk, there.pk}:
                used |= {here.pk, there.pk}
                yield here, there
                break


def _waiting(ground: _Ground) -> None:
    """Records of the last sessions that nobody has confirmed yet."""
    rows: list[NewRecord] = []
    recent = ground.held[-8:]
    for held in recent:
        for who in ground.next_for(held, -(-PENDING // len(recent))):
            if len(rows) < PENDING:
                rows.append(_presence(ground.chance, held, who, Source.LIST))
    _record(ground, rows, recent[-1].day + timedelta(days=2))
