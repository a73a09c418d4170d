"""Task lists of each level: ticked off with evidence, checked by the level above, counted."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError

from tests.cast import COUNTY, PREFECTURE, PROVINCE, SYSTEM, TOWNSHIP, Cast
from tests.returns.ground import counted
from yinling.base import clock
from yinling.base.period import year
from yinling.figures import Region
from yinling.returns import submit, to_check, to_fill
from yinling.returns.demo import TASK_LISTS, form_of, task_lists, tick_off


def test_each_level_ticks_off_its_tasks_and_the_level_above_checks(cast: Cast) -> None:
    this_year = clock.today().year
    rounds = task_lists(office=cast.offices[PROVINCE], area=Region(PROVINCE), of=this_year, by=SYSTEM)
    assert [one.units for one in rounds] == [2, 3, 3]
    prefecture, county, township = rounds
    answer = prefecture.returns.get(area_path=PREFECTURE)
    assert answer in to_fill(cast.actor(cast.prefecture))
    keys = [f"prefecture_tasks.{key}" for key, _words in TASK_LISTS[0].tasks]
    with pytest.raises(ValidationError) as refusal:  # done, but nothing shows it
        submit(answer=answer, answers=dict.fromkeys(keys, True), seen=answer.changed_by, by=cast.actor(cast.prefecture))
    assert set(refusal.value.message_dict) <= set(keys)
    tick_off(answer, undone=1, accept=False, by=cast.actor(cast.prefecture))
    assert list(to_check(cast.actor(cast.province))) == [answer]
    tick_off(county.returns.get(area_path=COUNTY), undone=0, accept=True, by=SYSTEM)
    tick_off(township.returns.get(area_path=TOWNSHIP), undone=2, accept=True, by=SYSTEM)
    period = year(this_year)
    assert counted("field.county_tasks.study", PROVINCE, period) == 1
    assert counted("field.township_tasks.head", COUNTY, period) == 1
    assert counted("field.township_tasks.rights", COUNTY, period) == 0
    assert counted("field.prefecture_tasks.service", PROVINCE, period) == 0  # not accepted yet


def test_the_lists_have_six_four_and_six_tasks() -> None:
    assert [len(list(form_of(tasks).questions())) - 1 for tasks in TASK_LISTS] == [6, 4, 6]
