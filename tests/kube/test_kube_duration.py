"""Durations, by the examples of Go's documentation. https://pkg.go.dev/time#ParseDuration"""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kubedx.kube import format_duration, parse_duration


@pytest.mark.parametrize(
    ("written", "seconds"),
    [
        ("10h", 36000),
        ("1h10m10s", 4210),
        ("1µs", 0.000001),
        ("1μs", 0.000001),
        ("1us", 0.000001),
        ("300ms", 0.3),
        ("-1.5h", -5400),
        ("2h45m", 9900),
        ("1h30m", 5400),
        ("1.5s", 1.5),
        ("+5s", 5),
        (".5s", 0.5),
        ("1.s", 1),
        ("1500ns", 0.000001),
        ("0", 0),
        ("-0", 0),
        ("0s", 0),
        ("2540400h10m10.000000000s", 9145440610),
    ],
)
def test_written(written: str, seconds: float) -> None:
    assert parse_duration(written) == timedelta(seconds=seconds)


@pytest.mark.parametrize("written", ["", "3", "-", "s", ".", "-.", ".s", "+.s", "1d", "1 h", "1h ", "3000000h", "1h" * 60, "1e3s", "1H"])
def test_what_is_no_duration(written: str) -> None:
    with pytest.raises(ValueError, match="duration"):
        parse_duration(written)


@given(st.one_of(st.text(), st.from_regex(r"[+-]?([0-9]{1,20}(\.[0-9]{0,9})?(ns|us|ms|s|m|h)){1,4}")))
@settings(max_examples=200, deadline=None, database=None, derandomize=True)
def test_any_text(written: str) -> None:
    try:
        time = parse_duration(written)
    except ValueError:
        return
    assert abs(time) <= timedelta(days=293 * 366)


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [
        (0, "0s"),
        (0.9, "0s"),
        (45, "45s"),
        (200, "3m20s"),
        (180, "3m"),
        (7500, "2h5m"),
        (7205, "2h"),
        (273600, "3d4h"),
        (86400 * 400, "400d"),
        (-5, "0s"),
    ],
)
def test_for_people(seconds: float, shown: str) -> None:
    assert format_duration(timedelta(seconds=seconds)) == shown
