"""The strings of a spec in text form, with where they stand; the text may be cut, so that it is no JSON any more."""

import re
from collections.abc import Iterator

from kubedx.kube import pattern_of

Path = tuple[str, ...]

_TOKEN = pattern_of(
    r'"(?P<string>(?:[^"\\]|\\.){0,4000})"|(?P<open>[{\[])|(?P<close>[}\]])|(?P<colon>:)|(?P<comma>,)|"(?P<cut>[^"]{1,4000})\Z'
)
_YAML = pattern_of(
    r"^(?P<indent> *)(?:- )*(?P<key>[\w./-]{1,100}):(?: +(?P<value>\S.{0,2000}))?$|^ *- +(?P<item>\S.{0,2000})$", re.MULTILINE
)
_DEEPEST = 60


def strings_of(text: str) -> Iterator[tuple[Path, str]]:
    """Every string of a JSON or YAML text that is no key, with the keys above it; a list has the key that it stands under."""
    if text.lstrip().startswith(("{", "[")):
        yield from _of_json(text)
    else:
        yield from _of_yaml(text)


def _of_json(text: str) -> Iterator[tuple[Path, str]]:
    path: list[str] = []
    pending: str | None = None
    for match in _TOKEN.finditer(text):
        if match["colon"]:
            pending = _into(path, pending)
            continue
        if pending is not None:
            yield _keys(path), pending
            pending = None
        if match["open"]:
            if len(path) >= _DEEPEST:
                return
            path.append("")
        elif match["close"] and path:
            path.pop()
        elif not match["comma"]:
            pending = match["string"] if match["string"] is not None else match["cut"]
    if pending is not None:
        yield _keys(path), pending


def _into(path: list[str], key: str | None) -> str | None:
    """A string before a colon is a key; what follows stands under it."""
    if path and key is not None:
        path[-1] = key
        return None
    return key


def _keys(path: list[str]) -> Path:
    return tuple(key for key in path if key)


def _of_yaml(text: str) -> Iterator[tuple[Path, str]]:
    above: list[tuple[int, str]] = []
    for match in _YAML.finditer(text):
        if match["item"]:
            yield tuple(key for _, key in above), match["item"].strip("\"'")
            continue
        indent = match.start("key") - match.start()
        while above and above[-1][0] >= indent:
            above.pop()
        if match["value"]:
            yield (*(key for _, key in above), match["key"]), match["value"].strip().strip("\"'")
        else:
            above.append((indent, match["key"]))
