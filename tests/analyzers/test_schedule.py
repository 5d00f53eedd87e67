"""Cron schedules, as the controller reads them."""

from datetime import UTC, datetime, timedelta

import pytest

from kubedx.analyzers.rules.cronjob._schedule import parse_schedule

FRIDAY = datetime(2026, 2, 27, 10, 30, 20, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "due"),
    [
        ("*/15 * * * *", datetime(2026, 2, 27, 10, 45, tzinfo=UTC)),
        ("30 10 * * *", datetime(2026, 2, 28, 10, 30, tzinfo=UTC)),
        ("0 4 * * mon-fri", datetime(2026, 3, 2, 4, 0, tzinfo=UTC)),
        ("0 0 1 * *", datetime(2026, 3, 1, tzinfo=UTC)),
        ("0 0 29 feb *", datetime(2028, 2, 29, tzinfo=UTC)),
        ("5/20 9-11 ? * 5", datetime(2026, 2, 27, 10, 45, tzinfo=UTC)),
        ("0 0 13 * fri", datetime(2026, 3, 6, tzinfo=UTC)),
        ("@hourly", datetime(2026, 2, 27, 11, 0, tzinfo=UTC)),
        ("@weekly", datetime(2026, 3, 1, tzinfo=UTC)),
        ("TZ=Etc/UTC 0 12 * * *", datetime(2026, 2, 27, 12, 0, tzinfo=UTC)),
        ("0 0 31 2 *", None),
    ],
)
def test_when_it_is_due_next(text: str, due: datetime | None) -> None:
    schedule = parse_schedule(text)

    assert schedule is not None
    assert schedule.due_after(FRIDAY) == due


@pytest.mark.parametrize(
    "text", ["", "* * * *", "60 * * * *", "* * 0 * *", "a * * * *", "*/0 * * * *", "5-1 * * * *", "@every 1h", "* * * * 8", "1,,2 * * * *"]
)
def test_what_is_no_schedule_here(text: str) -> None:
    assert parse_schedule(text) is None


def test_due_times_follow_each_other() -> None:
    schedule = parse_schedule("0 */6 * * *")
    assert schedule is not None
    first = schedule.due_after(FRIDAY)
    assert first is not None

    assert schedule.due_after(first) == first + timedelta(hours=6)
