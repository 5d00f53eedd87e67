"""service-selects-other-app"""

from collections.abc import Iterable, Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.effects import BEHIND_A_SERVICE
from kubedx.analyzers.evidence import field
from kubedx.analyzers.rules.service._backends import declared_ports, selected_pods, selects_pods, serving_containers
from kubedx.findings import Confidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Pod, Ref, Service, ServicePort


@rule(
    filter="Service",
    on=Service,
    reads=(Pod,),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    produces=BEHIND_A_SERVICE,
    added="0.1",
)
def service_selects_other_app(service: Service, inventory: Inventory) -> Iterator[Outcome]:
    """A Service's selector is so broad that it also matches pods of an application that does not serve its port.

    ## What it means
    The Service spreads its connections over pods of several workloads. Those of one declare the port that the Service leads to; those
    of another declare ports too, but not this one. Part of all requests fails.

    ## When it is not reported
    When all the workloads declare the port, or run the same image, as a canary or blue/green pair does on purpose; and when the
    containers declare no ports, so that nothing can be told.

    ## How to fix it
    Add a label to the selector that only the right pods have.
    """
    if not selects_pods(service):
        return
    controllers: dict[str, Pod] = {}
    for pod in selected_pods(service, inventory):
        owner = pod.metadata.controller
        controllers.setdefault(f"{owner.kind}/{owner.name}" if owner is not None else f"Pod/{pod.name}", pod)
    apps: dict[Ref, Pod] = {}
    for pod in controllers.values() if len(controllers) > 1 else ():
        apps.setdefault(inventory.top_owner(pod), pod)
    if len(apps) < 2:
        return
    for port in service.spec.ports:
        serving = {owner: pod for owner, pod in apps.items() if _serves(pod, port)}
        foreign = {
            owner: pod
            for owner, pod in apps.items()
            if owner not in serving and declared_ports(pod.spec, port.protocol) and not _same_image(pod, serving.values())
        }
        if serving and foreign:
            yield _hit(service, port, serving, foreign)
            return


def _hit(service: Service, port: ServicePort, serving: dict[Ref, Pod], foreign: dict[Ref, Pod]) -> Hit:
    selector = ", ".join(f"{key}={value}" for key, value in sorted(service.spec.selector.items()))
    target = port.port if port.target_port is None else port.target_port
    right, wrong = min(serving), min(foreign)
    declared = ", ".join(str(one.container_port) for one in declared_ports(foreign[wrong].spec, port.protocol))
    key = _distinguishing(serving[right], list(foreign.values()))
    return Hit(
        message=(
            f'selector {selector} matches pods of {right.kind} "{right.name}" and also of {wrong.kind} "{wrong.name}", '
            f"which do not serve target port {target} but {declared}"
        ),
        evidence=(
            field(service, "spec.selector", selector),
            field(service, f"spec.ports[{port.name or port.port}].targetPort", target),
            field(foreign[wrong], "metadata.labels", foreign[wrong].metadata.labels),
            field(foreign[wrong], "spec.containers[].ports", declared),
        ),
        values={
            "selector": selector,
            "right": right.name,
            "wrong": wrong.name,
            "target": str(target),
            "label": key,
            "label_value": serving[right].metadata.labels.get(key, ""),
        },
    )


def _serves(pod: Pod, port: ServicePort) -> bool:
    target = port.port if port.target_port is None else port.target_port
    return any(target in (one.name, one.container_port) for one in declared_ports(pod.spec, port.protocol))


def _same_image(pod: Pod, others: Iterable[Pod]) -> bool:
    images = {_repository(one.image) for one in serving_containers(pod.spec)}
    return any(images & {_repository(one.image) for one in serving_containers(other.spec)} for other in others)


def _repository(image: str) -> str:
    name, _, _digest = image.partition("@")
    head, slash, tail = name.rpartition("/")
    return head + slash + tail.partition(":")[0]


def _distinguishing(pod: Pod, others: list[Pod]) -> str:
    """A label that tells the right pods from the others; not one that changes with every rollout."""
    for key, value in sorted(pod.metadata.labels.items()):
        if "hash" not in key and "revision" not in key and all(other.metadata.labels.get(key) != value for other in others):
            return key
    return ""
