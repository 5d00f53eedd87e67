"""The pages of the rules for reports, which know no rules themselves."""

from collections.abc import Mapping

from kubedx.report import RulePage, RulePages

DOCS_URL = "https://kubedx.dev"
"""Where the documentation is published. KUBEDX_DOCS_URL names another place, such as a mirror without a way to the internet."""


def rule_pages(environ: Mapping[str, str]) -> RulePages:
    """The page of every rule, by its code."""
    from kubedx.analyzers import catalogue

    site = environ.get("KUBEDX_DOCS_URL", DOCS_URL).rstrip("/")
    site = site if site.startswith(("https://", "http://", "file://")) else ""
    return {
        code: RulePage(
            code=code,
            summary=" ".join(rule.doc.split("\n\n")[0].split()),
            page=rule.doc,
            severity=rule.severity,
            filters=rule.filters,
            url=f"{site}/rules/{code}/" if site else "",
        )
        for code, rule in catalogue().items()
    }
