"""What a report tells of a rule. Reports know no rules themselves: the command hands them over."""

from collections.abc import Mapping
from typing import NamedTuple

from kubedx.findings import Severity


class RulePage(NamedTuple):
    """A rule as a reader meets it: what it finds in one sentence, its page as Markdown, and where that is published (or nowhere)."""

    code: str
    summary: str
    page: str
    severity: Severity
    filters: tuple[str, ...] = ()
    url: str = ""


RulePages = Mapping[str, RulePage]
"""Pages by code. A report goes without the page of a rule that is not among them."""
