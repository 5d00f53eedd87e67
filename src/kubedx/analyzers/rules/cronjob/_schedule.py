"""Cron schedules, as kube-controller-manager reads them (github.com/robfig/cron/v3, ParseStandard)."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import msgspec

HORIZON = timedelta(days=366 * 5)
"""robfig/cron gives up on a schedule that is not due within five years."""

_MACROS = {
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
    "@monthly": "0 0 1 * *",
    "@weekly": "0 0 * * 0",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@hourly": "0 * * * *",
}
_MONTHS = {"jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6, "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12}
_DAYS = {"sun": 0, "mon": 1, "tue": 2, "wed": 3, "thu": 4, "fri": 5, "sat": 6}
_BOUNDS = ((0, 59), (0, 23), (1, 31), (1, 12), (0, 6))


class Schedule(msgspec.Struct, frozen=True):
    """When a CronJob is due. Where both days are limited, one of them suffices."""

    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]
    any_day: bool
    any_weekday: bool

    def due_after(self, moment: datetime) -> datetime | None:
        """The first minute after a moment at which it is due; None when that is not within five years."""
        day = moment.replace(hour=0, minute=0, second=0, microsecond=0)
        end = moment + HORIZON
        while day <= end:
            if day.month in self.months and self._is_day(day):
                for due in self._minutes_of(day):
                    if due > moment:
                        return due
            day += timedelta(days=1)
        return None

    def _is_day(self, day: datetime) -> bool:
        in_month, in_week = day.day in self.days, (day.isoweekday() % 7) in self.weekdays
        return in_month and in_week if self.any_day or self.any_weekday else in_month or in_week

    def _minutes_of(self, day: datetime) -> Iterator[datetime]:
        for hour in sorted(self.hours):
            for minute in sorted(self.minutes):
                yield day.replace(hour=hour, minute=minute)


def parse_schedule(text: str) -> Schedule | None:
    """The schedule that a text writes; None when it writes none that is understood here (`@every` among them)."""
    plain = without_time_zone(text)
    words = _MACROS.get(plain.lower(), plain).split()
    if len(words) != len(_BOUNDS):
        return None
    fields = [_field(word, bounds, names) for word, bounds, names in zip(words, _BOUNDS, ({}, {}, {}, _MONTHS, _DAYS), strict=True)]
    if any(not one for one in fields):
        return None
    minutes, hours, days, months, weekdays = fields
    return Schedule(minutes, hours, days, months, weekdays, words[2][0] in "*?", words[4][0] in "*?")


def is_understood(text: str) -> bool:
    """Whether the controller reads a schedule that `parse_schedule` may not: those that repeat after a while."""
    return parse_schedule(text) is not None or without_time_zone(text).startswith("@every ")


def without_time_zone(text: str) -> str:
    """A schedule without the zone that may stand before it."""
    first, _, rest = text.strip().partition(" ")
    return rest.strip() if first.startswith(("TZ=", "CRON_TZ=")) else text.strip()


def _field(word: str, bounds: tuple[int, int], names: dict[str, int]) -> frozenset[int]:
    """The numbers of one field; none when it cannot be read."""
    found: set[int] = set()
    for part in word.lower().split(","):
        numbers = _range(part, bounds, names)
        if not numbers:
            return frozenset()
        found.update(numbers)
    return frozenset(found)


def _range(part: str, bounds: tuple[int, int], names: dict[str, int]) -> range:
    span, slash, step_text = part.partition("/")
    step = _number(step_text, {}) if slash else 1
    if span in {"*", "?"}:
        first, last = bounds
    else:
        start, dash, end = span.partition("-")
        low, high = _number(start, names), _number(end, names) if dash else None
        if low is None or (dash and high is None):
            return range(0)
        first, last = low, high if high is not None else bounds[1] if slash else low
    if not step or first < bounds[0] or last > bounds[1] or first > last:
        return range(0)
    return range(first, last + 1, step)


def _number(text: str, names: dict[str, int]) -> int | None:
    if text in names:
        return names[text]
    return int(text) if text.isascii() and text.isdigit() and len(text) < 4 else None
