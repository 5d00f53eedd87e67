"""quota-nearly-used-up"""

from collections.abc import Iterator
from decimal import Decimal

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.findings import Severity
from kubedx.inventory import Inventory
from kubedx.kube import Quantity, ResourceQuota, parse_quantity

FULL = Decimal("0.9")


@rule(filter="ResourceQuota", on=ResourceQuota, severity=Severity.INFO, added="0.1")
def quota_nearly_used_up(quota: ResourceQuota, inventory: Inventory) -> Iterator[Outcome]:  # noqa: ARG001  # a rule's form
    """Nine tenths or more of a ResourceQuota are used.

    ## What it means
    The next rollout, which for a while needs more pods than usual, may be rejected. For information: many quotas are meant to be used
    up.

    ## When it is not reported
    For resources whose limit is zero, which are forbidden on purpose.

    ## How to fix it
    Raise the hard limit in time, or clean up what is no longer needed.
    """
    taken = [
        (resource, used, hard, _share(used, hard))
        for resource, hard in sorted(quota.status.hard.items())
        if (used := quota.status.used.get(resource)) is not None
    ]
    full = [one for one in taken if one[3] >= FULL]
    if full and quota.metadata.deletion_timestamp is None:
        groups = (("used up", [one for one in full if one[3] >= 1]), ("nearly used up", [one for one in full if one[3] < 1]))
        told = [f"{word}: " + ", ".join(f"{name} {used} of {hard}" for name, used, hard, _ in group) for word, group in groups if group]
        yield Hit(
            message="; ".join(told),
            evidence=tuple(field(quota, f"status.used.{resource}", used) for resource, used, _hard, _share in full),
            values={"resources": ", ".join(resource for resource, _used, _hard, _share in full), "state": told[0].partition(":")[0]},
        )


def _share(used: Quantity, hard: Quantity) -> Decimal:
    limit = parse_quantity(hard)
    return parse_quantity(used) / limit if limit > 0 else Decimal(0)
