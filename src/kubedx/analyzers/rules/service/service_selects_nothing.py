"""service-selects-nothing"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.service._backends import WORKLOADS, is_relied_on, selects_pods
from kubedx.analyzers.rules.service._likeness import labels_of, meant_workload
from kubedx.findings import Effect, Severity
from kubedx.inventory import EdgeKind, Inventory
from kubedx.kube import KubeObject, Pod, Service, spec_changed_at


@rule(
    filter="Service",
    on=Service,
    reads=(Pod,),
    consults=WORKLOADS,
    severity=Severity.ERROR,
    suffers=Effect.NO_ENDPOINTS,
    produces=BEHIND_A_SERVICE,
    added="0.1",
)
def service_selects_nothing(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A Service's selector matches no pod, and no workload that would make one.

    ## What it means
    The Service has no endpoints, and never will have: the labels in its selector are on no pod template of the namespace. Whoever calls
    it is refused. The workload whose labels come nearest is named, with the label that differs.

    ## When it is not reported
    For Services without a selector (their endpoints are made by hand or by an operator), for ExternalName Services, and when a workload
    matches that is scaled to zero or whose pods cannot be created, which other rules report.

    ## How to fix it
    Correct the selector of the Service, or the labels of the pod template.
    """
    if not selects_pods(service) or inventory.select_labels(Pod, service.namespace, service.spec.selector).items:
        return
    # Of any kind: an Argo Rollout, or a Job that is to run.
    if inventory.edges_from(service.ref, EdgeKind.SELECTS):
        return
    selector = ", ".join(f"{key}={value}" for key, value in sorted(service.spec.selector.items()))
    workload = meant_workload(service, inventory)
    evidence = [field(service, "spec.selector", selector)]
    said, values = "", {"selector": selector}
    if workload is not None:
        labels = labels_of(workload)
        key = next(key for key, value in sorted(service.spec.selector.items()) if labels.get(key) != value)
        has = f"{key}={labels[key]}" if key in labels else f"no label {key}"
        said = f'; the nearest workload, {workload.kind.kind} "{workload.name}", has {has}'
        evidence.append(field(workload, f"spec.template.metadata.labels[{key}]", labels.get(key, "")))
        values |= {"workload": workload.name, "workload_kind": workload.kind.kind.lower(), "label": key, "meant": labels.get(key, "")}
    yield Hit(
        message=f"selector {selector} matches no pod{said}",
        evidence=tuple(evidence),
        severity=_severity(service, workload, inventory),
        since=spec_changed_at(service),
        values=values,
    )


def _severity(service: Service, workload: KubeObject | None, inventory: Inventory) -> Severity:
    """Monitoring charts make headless Services for control plane pods that a managed cluster hides: for information."""
    if workload is not None or is_relied_on(service, inventory):
        return Severity.ERROR
    return Severity.INFO if service.namespace == "kube-system" and service.spec.cluster_ip == "None" else Severity.WARNING
