import importlib
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest

import kubedx
from kubedx.kube import pattern_of

DECLARED = type(pattern_of(""))


def declared(value: Any) -> Iterator[re.Pattern[Any]]:
    if isinstance(value, DECLARED):
        yield value
    elif isinstance(value, dict):
        yield from declared(tuple(value.values()))
    elif isinstance(value, (tuple, list, set, frozenset)):
        for each in value:
            yield from declared(each)


def test_a_pattern_is_a_pattern() -> None:
    port = pattern_of(r"port (?P<port>\d+)", re.IGNORECASE)
    found = port.search("listens on Port 8080")
    assert found
    assert found["port"] == "8080"
    assert port.groups == 1
    assert port.sub("x", "port 1, port 2") == "x, x"
    assert [match["port"] for match in port.finditer("port 1 port 2")] == ["1", "2"]
    assert (port.pattern, port.flags) == (r"port (?P<port>\d+)", re.IGNORECASE)
    assert pattern_of(rb"\d").findall(b"a1b2") == [b"1", b"2"]


def test_what_is_no_pattern_is_found_out_when_it_is_used() -> None:
    broken = pattern_of("(")
    with pytest.raises(re.error):
        broken.search("")


def test_every_pattern_that_a_module_declares_is_one() -> None:
    modules = [module.name for module in pkgutil.walk_packages(kubedx.__path__, "kubedx.") if not module.name.endswith("__main__")]
    patterns = [one for name in modules for one in declared(vars(importlib.import_module(name)))]
    assert len(patterns) > 200
    for one in patterns:
        re.compile(one.pattern, one.flags)
