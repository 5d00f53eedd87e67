"""The catalogue: every rule of the `rules` folder, by code.

A file there is a rule: `rules/<subject>/<rule_name>.py` holds `<rule_name>`; modules whose name begins with an
underscore hold what several rules of a subject share.
"""

import functools
import importlib
import pkgutil
from collections.abc import Mapping
from types import MappingProxyType

from kubedx.analyzers import rules
from kubedx.analyzers.rule import Rule

RETIRED: frozenset[str] = frozenset()
"""Codes that were once in use. They are never used again."""


@functools.cache
def catalogue() -> Mapping[str, Rule]:
    """Every rule by its code, in the order of codes. Imports them all at the first call."""
    found: dict[str, Rule] = {}
    for subject in pkgutil.iter_modules(rules.__path__):
        package = importlib.import_module(f"{rules.__name__}.{subject.name}")
        for module in pkgutil.iter_modules(package.__path__):
            if not module.name.startswith("_"):
                rule = getattr(importlib.import_module(f"{package.__name__}.{module.name}"), module.name)
                found[rule.code] = rule
    return MappingProxyType(dict(sorted(found.items())))


def filters() -> tuple[str, ...]:
    """Every name for `--filter`, in order."""
    return tuple(sorted({name for rule in catalogue().values() for name in rule.filters}))
