"""The clock: UTC for moments, China for days, and a date that tests and the demo can set."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime, timedelta

import pytest

from yinling.base import clock


def test_now_is_aware_and_real() -> None:
    assert clock.now().utcoffset() == timedelta(0)
    assert abs(datetime.now(UTC) - clock.now()) < timedelta(minutes=1)


def test_the_day_changes_at_midnight_in_china() -> None:
    with clock.frozen(datetime(2012, 8, 15, 15, 59, tzinfo=UTC)):
        assert clock.today() == date(2012, 8, 15)
    with clock.frozen(datetime(2012, 8, 15, 16, 0, tzinfo=UTC)):
        assert clock.today() == date(2012, 8, 16)


def test_a_frozen_date_is_noon_in_china_and_ends_with_the_block() -> None:
    with clock.frozen(date(2012, 8, 16)):
        assert clock.now() == datetime(2012, 8, 16, 4, 0, tzinfo=UTC)
        with clock.frozen(date(2013, 1, 1)):
            assert clock.today() == date(2013, 1, 1)
        assert clock.today() == date(2012, 8, 16)
    assert clock.today() > date(2013, 1, 1)


def test_other_threads_keep_the_real_time() -> None:
    seen: list[date] = []
    with clock.frozen(date(2012, 8, 16)):
        thread = threading.Thread(target=lambda: seen.append(clock.today()))
        thread.start()
        thread.join()
    assert seen[0] > date(2012, 8, 16)


def test_a_moment_without_a_time_zone_is_refused() -> None:
    with pytest.raises(ValueError, match="time zone"), clock.frozen(datetime(2012, 8, 16)):  # noqa: DTZ001
        pass
