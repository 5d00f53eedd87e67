"""Durations as Go writes them: `30s`, `1m30s`, `1.5h`, `250ms`. https://pkg.go.dev/time#ParseDuration"""

import re

from kubedx.errors import UsageError

_SECONDS = {"ns": 1e-9, "us": 1e-6, "µs": 1e-6, "μs": 1e-6, "ms": 1e-3, "s": 1.0, "m": 60.0, "h": 3600.0}
_PART = r"(?:\d+(?:\.\d*)?|\.\d+)(?:ns|us|µs|μs|ms|s|m|h)"
_DURATION = re.compile(rf"\+?(?:{_PART})+", re.ASCII)
_PARTS = re.compile(r"([\d.]+)([^\d.]+)", re.ASCII)
LONGEST = 24 * 3600.0


def parse_seconds(text: str, flag: str) -> float:
    """The seconds of a Go duration. Raises UsageError, naming the flag, for anything else, and for none or more than a day."""
    seconds = -1.0
    if len(text) <= 100 and _DURATION.fullmatch(text):
        seconds = sum(float(number) * _SECONDS[unit] for number, unit in _PARTS.findall(text))
    if not 0 < seconds <= LONGEST:
        raise UsageError(f'{flag} takes a duration between 1ms and 24h, such as 30s or 1m30s, not "{text}"')
    return seconds
