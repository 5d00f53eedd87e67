"""Whole clusters out of a few lines of YAML."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from kubedx.kube import TYPES, Gap, KubeObject, LogKey, Reading
from kubedx.source import MemorySource, Scope
from kubedx.testing.objects import objects_from_yaml


def source_from_yaml(
    text: str,
    *,
    logs: Mapping[LogKey | str, str | Gap] | None = None,
    gaps: Iterable[Gap] = (),
    now: datetime | None = None,
    confirmed: bool = True,
) -> MemorySource:
    """A source that holds exactly these objects, logs and gaps: see `MemorySource`."""
    return MemorySource(objects_from_yaml(text), logs=logs, gaps=gaps, now=now, confirmed=confirmed)


def reading_from_yaml(
    text: str,
    *,
    gaps: Iterable[Gap] = (),
    now: datetime | None = None,
    confirmed: bool = True,
    scope: Scope = Scope(),  # noqa: B008  # frozen
) -> Reading:
    """The reading of a cluster that consists of exactly these objects. Every kind was listed, but for the gaps.

    Raises ValueError where an object is not right.
    """
    return reading_of(objects_from_yaml(text), gaps=gaps, now=now, confirmed=confirmed, scope=scope)


def reading_of(
    objects: Iterable[KubeObject],
    *,
    gaps: Iterable[Gap] = (),
    now: datetime | None = None,
    confirmed: bool = True,
    scope: Scope = Scope(),  # noqa: B008  # frozen
) -> Reading:
    """The reading of a cluster that consists of exactly these objects, of every kind that has a type and of those given."""
    source = MemorySource(objects, gaps=gaps, now=now, confirmed=confirmed)
    kinds = dict.fromkeys([*(known.KIND for known in TYPES), *source.kinds])
    return source.read(tuple(kinds), scope)
