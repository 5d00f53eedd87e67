"""The pages of the rules for reports, which know no rules themselves."""

from collections.abc import Mapping

from kubedx.report import RulePages


def rule_pages(environ: Mapping[str, str]) -> RulePages:
    """The page of every rule, by its code; published where KUBEDX_DOCS_URL says, or at the documentation's own place."""
    from kubedx.api import DOCS_URL
    from kubedx.api import rule_pages as pages_at

    return pages_at(environ.get("KUBEDX_DOCS_URL", DOCS_URL))
