"""Which findings are the same before and after."""

from collections.abc import Iterable

from kubedx.findings import Finding
from kubedx.inventory import Inventory


def identity(finding: Finding, inventory: Inventory) -> str:
    """What a finding is, whatever pod of its owner it was seen on."""
    return finding.fingerprint(inventory.top_owner_of(finding.subject))


def identities(findings: Iterable[Finding], inventory: Inventory) -> frozenset[str]:
    """Those of all these findings."""
    return frozenset(identity(finding, inventory) for finding in findings)
