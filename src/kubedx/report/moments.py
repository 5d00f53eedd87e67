"""Moments and how long ago they were, in words. No clock: the moment of the scan is given."""

from datetime import UTC, datetime, timedelta

from kubedx.kube import format_duration


def utc(moment: datetime) -> datetime:
    """The moment in UTC. One without a time zone, as a broken dump may hold, is taken as UTC."""
    try:
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except OverflowError:  # the year 1 or 9999 with an offset
        return moment.replace(tzinfo=UTC)


def clock(moment: datetime) -> str:
    """`2026-01-31 12:00:00 UTC`."""
    return f"{utc(moment):%Y-%m-%d %H:%M:%S} UTC"


def clock_near(moment: datetime, now: datetime) -> str:
    """`11:48:00 UTC` on the day of `now`, with its date on another."""
    return f"{utc(moment):%H:%M:%S} UTC" if utc(moment).date() == utc(now).date() else clock(moment)


def span(earlier: datetime, later: datetime) -> str:
    """`42s`, `12m`, `3h5m`: how long from one to the other; empty when that is negative, as clocks that differ make it."""
    lasted = utc(later) - utc(earlier)
    return format_duration(lasted) if lasted >= timedelta() else ""
