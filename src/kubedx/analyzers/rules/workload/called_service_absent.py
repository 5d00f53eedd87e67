"""called-service-absent"""

from collections.abc import Iterator

from kubedx.analyzers import AskLog, AskValues, Hit, Outcome, rule
from kubedx.analyzers.addresses import Address, service_of
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import describe_nearest, nearest_objects, only
from kubedx.analyzers.rules.workload._calls import CALLERS, Caller, Sign, called, sign_of
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Absent, Inventory
from kubedx.kube import ConfigMap, Namespace, Pod, Ref, ReplicaSet, Service


@rule(
    on=CALLERS,
    reads=(Service, Pod),
    consults=(Namespace, ConfigMap, ReplicaSet),
    severity=Severity.WARNING,
    confidence=Confidence.POSSIBLE,
    produces=(Effect.CANNOT_START, *BEHIND_A_SERVICE),
    added="0.1",
)
def called_service_absent(workload: Caller, inventory: Inventory) -> Iterator[Outcome]:
    """A workload is told to talk to a Service that does not exist.

    ## What it means
    A variable or argument of the workload holds a host name that, by the cluster's DNS, can only be a Service, and there is none. It is
    an error when a pod of the workload is not well and its log complains of the name, a warning when it is only not well.

    ## When it is not reported
    For names outside of the cluster, for pods with resolver settings of their own, and while all pods are well and no log complains:
    the variable may belong to an option that is not used.

    ## How to fix it
    Correct the name, or create the Service.
    """
    for address in called(workload, inventory):
        if isinstance(address, AskValues):
            yield address
            continue
        wanted = service_of(address.host, workload.namespace, inventory)
        if wanted is None or not isinstance(inventory.find(wanted), Absent):
            continue
        for sign in sign_of(workload, (address.host,), inventory):
            yield sign if isinstance(sign, AskLog) else _hit(workload, address, wanted, sign, inventory)


def _hit(workload: Caller, address: Address, wanted: Ref, sign: Sign, inventory: Inventory) -> Hit:
    near = nearest_objects(inventory, Service, wanted.namespace, wanted.name)
    meant = only(near)
    severity = Severity.ERROR if sign.line is not None else Severity.WARNING
    return Hit(
        message=(
            f'container "{address.container}" calls {address.text} ({address.source}), but service "{wanted.name}" does not exist '
            f'in namespace "{wanted.namespace}"{describe_nearest(near, wanted.namespace)}{sign.words}'
        ),
        evidence=(field(address.origin or workload, address.path, address.text), *((sign.line,) if sign.line is not None else ())),
        part=f"container {address.container}",
        cause=address.origin or (wanted if meant is None else None),
        absent=wanted,
        severity=severity,
        confidence=Confidence.CERTAIN if sign.goes_on else Confidence.LIKELY if sign.line is not None else Confidence.POSSIBLE,
        error_class=address.host,
        values={
            "container": address.container,
            "host": address.host,
            "source": address.source,
            "service": wanted.name,
            "service_namespace": wanted.namespace,
            "meant": meant.name if meant is not None and meant.namespace == wanted.namespace else "",
        },
    )
