"""operator-groups-conflict"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.olm._groups import groups_of
from kubedx.analyzers.rules.olm._kinds import OPERATOR_GROUP
from kubedx.findings import Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import RawObject


@rule(
    filter="OperatorGroup",
    on=RawObject,
    severity=Severity.ERROR,
    suffers=Effect.FAILS,
    produces=(Effect.FAILS,),
    added="0.1",
)
def operator_groups_conflict(group: RawObject, inventory: Inventory) -> Iterator[Outcome]:
    """A namespace has more than one OperatorGroup.

    ## What it means
    OLM installs nothing in a namespace with several OperatorGroups: it cannot tell which namespaces the operators are to watch. Every
    ClusterServiceVersion there fails with the reason `TooManyOperatorGroups`.
    https://olm.operatorframework.io/docs/concepts/crds/operatorgroup/

    ## When it is not reported
    On the oldest of them, which is taken for the right one, and while one is being deleted.

    ## How to fix it
    Delete all but one.
    """
    if group.kind.group_kind != OPERATOR_GROUP:
        return
    together = groups_of(group.namespace, inventory)
    if len(together) > 1 and group.name == together[-1].name:
        names = ", ".join(f'"{one.name}"' for one in together)
        yield Hit(
            message=f"namespace {group.namespace} has {len(together)} operator groups: {names}",
            evidence=tuple(field(one, "metadata.creationTimestamp", one.metadata.creation_timestamp) for one in together),
            since=group.metadata.creation_timestamp,
            values={"groups": " ".join(one.name for one in together)},
        )
