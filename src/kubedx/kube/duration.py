"""Durations as Go writes them, and as people read them. https://pkg.go.dev/time#ParseDuration"""

from datetime import timedelta
from decimal import Decimal

from kubedx.kube.pattern import pattern_of

_PART = pattern_of(r"([0-9]+\.?[0-9]*|\.[0-9]+)(ns|us|µs|μs|ms|s|m|h)")
_WHOLE = pattern_of(rf"[+-]?(?:{_PART.pattern})+")
_SECONDS = {
    "ns": Decimal("1e-9"),
    "us": Decimal("1e-6"),
    "µs": Decimal("1e-6"),
    "μs": Decimal("1e-6"),
    "ms": Decimal("1e-3"),
    "s": Decimal(1),
    "m": Decimal(60),
    "h": Decimal(3600),
}
_LONGEST = 100  # characters
_LARGEST = Decimal(2**63 - 1).scaleb(-9)  # seconds: Go counts nanoseconds in 64 bits


def parse_duration(written: str) -> timedelta:
    """The time that a Go duration stands for (`1h30m`, `1.5s`, `-10ms`, `0`), to the microsecond.

    Raises ValueError for what is no duration, or does not fit into Go's 64 bits of nanoseconds.
    """
    if written in {"0", "+0", "-0"}:
        return timedelta()
    if len(written) > _LONGEST or not _WHOLE.fullmatch(written):
        raise ValueError(f"{written[:_LONGEST]!r} is no duration such as 1h30m or 1.5s")
    seconds = sum((Decimal(number) * _SECONDS[unit] for number, unit in _PART.findall(written)), Decimal())
    if seconds > _LARGEST:
        raise ValueError(f"duration {written!r} is longer than 290 years")
    microseconds = int(seconds * 1_000_000)
    return timedelta(microseconds=-microseconds if written.startswith("-") else microseconds)


def format_duration(time: timedelta) -> str:
    """A time for people, in its two largest units: `45s`, `3m20s`, `2h5m`, `3d4h`; negative times count as none."""
    seconds = max(0, int(time.total_seconds()))
    parts = []
    for unit, size in (("d", 86400), ("h", 3600), ("m", 60), ("s", 1)):
        count, seconds = divmod(seconds, size)
        parts.append((count, unit))
    first = next((position for position, (count, _) in enumerate(parts) if count), len(parts) - 1)
    shown = parts[first : first + 2]
    return "".join(f"{count}{unit}" for position, (count, unit) in enumerate(shown) if count or position == 0)
