"""service-selects-nothing"""

import re
from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.near_miss import nearest
from kubedx.analyzers.rules.service._backends import WORKLOADS, is_relied_on, selects_pods
from kubedx.analyzers.rules.service._likeness import labels_of, meant_workload
from kubedx.findings import Effect, Severity
from kubedx.inventory import EdgeKind, Found, Inventory
from kubedx.kube import KubeObject, Pod, Service, pod_template, spec_changed_at

_ROLE = re.compile(r"role|leader|primary|master", re.IGNORECASE)


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
    matches that is scaled to zero or whose pods cannot be created, which other rules report. Nor for Services of a role that no pod
    has at present, such as the replicas of a database of one instance: operators set the label for it on running pods.

    ## How to fix it
    Correct the selector of the Service, or the labels of the pod template.
    """
    if not selects_pods(service) or inventory.select_labels(Pod, service.namespace, service.spec.selector).items:
        return
    # Of any kind: an Argo Rollout, or a Job that is to run.
    if inventory.edges_from(service.ref, EdgeKind.SELECTS) or _selects_a_state(service, inventory):
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


def _selects_a_state(service: Service, inventory: Inventory) -> bool:
    """Whether one label of the selector alone keeps pods away, and that is one that pods are given while they run (Patroni, Vault)."""
    selector = service.spec.selector
    for key, value in selector.items():
        others = {name: each for name, each in selector.items() if name != key}
        pods = [pod for pod in inventory.select_labels(Pod, service.namespace, others) if key in pod.metadata.labels] if others else []
        if pods and all(_is_given_later(key, pod, inventory) for pod in pods):
            return nearest(value, {pod.metadata.labels[key] for pod in pods}) is None
    return False


def _is_given_later(key: str, pod: Pod, inventory: Inventory) -> bool:
    """Whether a label of a pod is not of its template; where that is not known, whether the label tells of a role."""
    owner = inventory.controller(pod)
    template = pod_template(owner.object) if isinstance(owner, Found) else None
    return key not in template.metadata.labels if template is not None else _ROLE.search(key) is not None


def _severity(service: Service, workload: KubeObject | None, inventory: Inventory) -> Severity:
    """Monitoring charts make headless Services for control plane pods that a managed cluster hides: for information."""
    if workload is not None or is_relied_on(service, inventory):
        return Severity.ERROR
    return Severity.INFO if service.namespace == "kube-system" and service.spec.cluster_ip == "None" else Severity.WARNING
