"""What is wrong in the text of a Prometheus configuration.

https://prometheus.io/docs/prometheus/latest/configuration/configuration/
"""

import re
from collections.abc import Iterator
from typing import Any

from kubedx.analyzers.custom_status import entries, text
from kubedx.analyzers.near_miss import nearest
from kubedx.kube import pattern_of

TOP = frozenset(
    {
        "alerting",
        "global",
        "otlp",
        "remote_read",
        "remote_write",
        "rule_files",
        "runtime",
        "scrape_config_files",
        "scrape_configs",
        "storage",
        "tracing",
    }
)
ACTIONS = frozenset(
    {"drop", "dropequal", "hashmod", "keep", "keepequal", "labeldrop", "labelkeep", "labelmap", "lowercase", "replace", "uppercase"}
)
RELABEL = frozenset({"action", "modulus", "regex", "replacement", "separator", "source_labels", "target_label"})
DURATIONS = ("scrape_interval", "scrape_timeout", "evaluation_interval")
_DURATION = pattern_of(r"(?:\d+y)?(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m)?(?:\d+s)?(?:\d+ms)?|0")
_UNITS = {"y": 31536000.0, "w": 604800.0, "d": 86400.0, "h": 3600.0, "m": 60.0, "s": 1.0, "ms": 0.001}
_PART = pattern_of(r"(\d+)(ms|[ywdhms])")
_NOT_RE2 = pattern_of(r"\(\?(?:[=!]|<[=!])|\\[1-9]")
"""Look-around and back references, which Go's regular expressions have not. https://github.com/google/re2/wiki/Syntax"""
_RE2_ONLY = pattern_of(r"\\[pPQzC]|\(\?[sU]|\[\[:")
"""What Go understands and Python does not."""
Fault = tuple[str, str]
"""The path of the faulty value, and what is wrong with it."""


def faults(value: Any) -> Iterator[Fault]:
    """Every fault, in the order of the text."""
    if not isinstance(value, dict):
        yield "", "is empty" if value is None else "is no map"
        return
    for key in sorted(set(map(str, value)) - TOP):
        meant = nearest(key, TOP)
        yield key, f"is no field of a configuration{f'; {meant} was probably meant' if meant else ''}"
    yield from _durations(value.get("global"), "global")
    if "scrape_configs" not in value and "scrape_config_files" not in value:
        yield "scrape_configs", "is not there, so nothing is scraped"
    jobs: set[str] = set()
    for place, job in enumerate(entries(value, "scrape_configs")):
        name = text(job, "job_name")
        path = f"scrape_configs[{name or place}]"
        if not name:
            yield f"{path}.job_name", "is empty"
        elif name in jobs:
            yield f"{path}.job_name", "is there twice"
        jobs.add(name)
        yield from _durations(job, path)
        for field in ("relabel_configs", "metric_relabel_configs"):
            for number, relabel in enumerate(entries(job, field)):
                yield from _relabel(relabel, f"{path}.{field}[{number}]")


def _durations(section: Any, path: str) -> Iterator[Fault]:
    seconds: dict[str, float] = {}
    for key in DURATIONS:
        value = section.get(key) if isinstance(section, dict) else None
        if value is None:
            continue
        if not str(value) or not _DURATION.fullmatch(str(value)):
            yield f"{path}.{key}", f'is "{value}", which is no duration such as 30s'
        else:
            seconds[key] = sum(int(count) * _UNITS[unit] for count, unit in _PART.findall(str(value)))
    if seconds.get("scrape_timeout", 0.0) > seconds.get("scrape_interval", float("inf")):
        yield f"{path}.scrape_timeout", "is longer than scrape_interval"


def _relabel(relabel: dict[str, Any], path: str) -> Iterator[Fault]:
    for key in sorted(set(map(str, relabel)) - RELABEL):
        yield f"{path}.{key}", "is no field of a relabeling"
    action = relabel.get("action", "replace")
    if str(action).lower() not in ACTIONS:
        meant = nearest(str(action), ACTIONS)
        yield f"{path}.action", f'is "{action}", which is no action{f"; {meant} was probably meant" if meant else ""}'
    regex = relabel.get("regex")
    if isinstance(regex, str) and (wrong := _wrong_regex(regex)):
        yield f"{path}.regex", f'is "{regex}", {wrong}'


def _wrong_regex(regex: str) -> str:
    if _NOT_RE2.search(regex):
        return "which looks around or back; Go's regular expressions cannot"
    if _RE2_ONLY.search(regex):
        return ""
    try:
        re.compile(regex)
    except (re.error, RecursionError, OverflowError) as error:
        return f"which is no regular expression: {error}"
    return ""
