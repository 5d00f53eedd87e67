"""limit-range-violated"""

import re
from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.workload._rejection import CREATORS, OUT_OF_RANGE, Creator, rejections
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import LimitRange


@rule(
    on=CREATORS,
    consults=(LimitRange,),
    severity=Severity.ERROR,
    events=("SuccessfulCreate",),
    suffers=Effect.CANNOT_BE_CREATED,
    produces=WITHOUT_PODS,
    own_reason=True,
    added="0.1",
)
def limit_range_violated(workload: Creator, inventory: Inventory) -> Iterator[Outcome]:
    """The requests or limits of a workload's pods are outside of what a LimitRange allows.

    ## What it means
    A LimitRange of the namespace sets a minimum or a maximum for a container or a pod, and the pod template is beyond it. Pods are
    rejected before they exist.

    ## When it is not reported
    When the workload has all its pods, or when a pod could be created since the rejection.

    ## How to fix it
    Change the requests and limits of the pod template so that they are in the range, or widen the LimitRange.
    """
    for rejection in rejections(workload, inventory):
        matches = tuple(OUT_OF_RANGE.finditer(rejection.message))
        if not matches:
            continue
        first = matches[0]
        names, extra = _limit_ranges(workload, inventory, first["bound"], first["type"], first["resource"])
        by = f'limit range "{names}"' if names else "a limit range"
        yield Hit(
            message=f"pods are rejected: {by} sets {' and '.join(_bound(match) for match in matches)}",
            evidence=(*rejection.evidence, *extra),
            severity=rejection.severity,
            since=rejection.since,
            values={"limit_range": names, "resource": first["resource"], "bound": first["bound"], "allowed": first["allowed"]},
        )


def _bound(match: re.Match[str]) -> str:
    given = f"the {match['what']} is {match['given']}" if match["what"] else f"no {match['missing']} is set"
    return f"a {match['bound']} of {match['allowed']} for {match['resource']} per {match['type'].lower()}, but {given}"


def _limit_ranges(workload: Creator, inventory: Inventory, bound: str, scope: str, resource: str) -> tuple[str, tuple[Evidence, ...]]:
    """The name of the LimitRange that sets such a bound, and the bound as evidence; the message does not name it."""
    field_name = "max" if bound == "maximum" else "min"
    for limit_range in inventory.list(LimitRange, workload.namespace):
        for number, item in enumerate(limit_range.spec.limits):
            limits = item.max if field_name == "max" else item.min
            if item.type == scope and resource in limits:
                return limit_range.name, (field(limit_range, f"spec.limits[{number}].{field_name}.{resource}", limits[resource]),)
    return "", ()
