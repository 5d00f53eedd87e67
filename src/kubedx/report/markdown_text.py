"""Text that strangers wrote into a cluster, made safe in Markdown as GitHub and GitLab read it.

Nothing of it becomes HTML, a link, an image, a heading, a mention of somebody or a reference to an issue.
Sources: https://github.github.com/gfm/ and what GitHub adds to it
(https://docs.github.com/en/get-started/writing-on-github/working-with-advanced-formatting/autolinked-references-and-urls).
"""

import re

from kubedx.kube import pattern_of
from kubedx.report.printable import printable

# What can begin something anywhere, what can only where a line begins, the colon of a bare URL and the dot behind a bare www.
_SPECIAL = pattern_of(r"[\\`*_\[\]|~$]|^(?:[#+=-]|\d+[.)])|(?<=www)\.|:(?=//)", re.IGNORECASE)
_HTML = {ord("&"): "&amp;", ord("<"): "&lt;", ord(">"): "&gt;"}
# `@name`, `#12` and `GH-12` work only where the sign touches what follows: an invisible space keeps them apart. `app@sha256` is none.
_REFERENCE = pattern_of(r"(?<!\w)@(?=\w)|#(?=\d)|\bGH(?=-\d)", re.IGNORECASE)
_FENCE = pattern_of("`{3,}")


def inline(text: str) -> str:
    """The text on one line, which Markdown shows as it stands."""
    line = " ".join(printable(text).split()).translate(_HTML)
    escaped = _SPECIAL.sub(lambda match: f"{match[0][:-1]}\\{match[0][-1]}", line)
    return _REFERENCE.sub(r"\g<0>&#8203;", escaped)


def in_html(text: str) -> str:
    """The text on one line, inside of an HTML element, where Markdown's own signs mean nothing."""
    return _REFERENCE.sub(r"\g<0>&#8203;", " ".join(printable(text).split()).translate(_HTML))


def code(text: str) -> str:
    """A span of code on one line. It is delimited by more backticks than the text holds in a row. Not for tables."""
    line = " ".join(printable(text).split()) or " "
    ticks = "`" * (max((len(run) for run in re.findall("`+", line)), default=0) + 1)
    pad = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{ticks}{pad}{line}{pad}{ticks}"


def block(text: str, language: str = "") -> str:
    """A block of code, fenced by more backticks than the text holds in a row."""
    safe = printable(text)
    fence = "`" * max(3, *(len(run) + 1 for run in _FENCE.findall(safe)), 3)
    return f"{fence}{language}\n{safe}\n{fence}"
