"""ingress-controller-not-running"""

from collections.abc import Iterator
from datetime import timedelta

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rules.ingress._backends import CLASS_ANNOTATION
from kubedx.analyzers.starting import is_ready, is_starting
from kubedx.findings import Confidence, Effect, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Ingress, IngressClass, Pod

PATIENCE = timedelta(minutes=5)
MAX_NAMED = 3
PROGRAMS = {
    "k8s.io/ingress-nginx": ("ingress-nginx", "nginx-ingress-controller", "nginx-ingress"),
    "nginx.org/ingress-controller": ("nginx-ingress", "nginx-plus-ingress", "kubernetes-ingress"),
    "traefik.io/ingress-controller": ("traefik",),
    "haproxy-ingress.github.io/controller": ("haproxy-ingress",),
    "haproxy.org/ingress-controller": ("kubernetes-ingress", "haproxy-ingress"),
    "ingress-controllers.konghq.com/kong": ("kong", "kubernetes-ingress-controller"),
    "projectcontour.io/ingress-controller": ("contour",),
}
"""By what part of its image, labels or arguments a pod of the controller is known. Controllers of clouds run elsewhere and are left out."""


@rule(
    filter="Ingress",
    on=IngressClass,
    reads=(Ingress, Pod),
    severity=Severity.ERROR,
    confidence=Confidence.LIKELY,
    suffers=Effect.CANNOT_CONNECT,
    produces=(Effect.CANNOT_CONNECT,),
    added="0.1",
)
def ingress_controller_not_running(ingress_class: IngressClass, inventory: Inventory) -> Iterator[Outcome]:
    """Ingresses use a class whose controller has no ready pod.

    ## What it means
    The object of the class is there, and nobody reads the Ingresses or passes their requests on: the controller was not installed, was
    taken away, or its pods are not ready (which another finding explains).

    ## When it is not reported
    For controllers that are not known here or that run outside of the cluster, when no Ingress uses the class, while the
    controller starts, and where no pod of it is found, when an Ingress of the class has an address: it may have other names.

    ## How to fix it
    Install the controller of the class, or mend its pods.
    """
    controller = ingress_class.spec.controller
    programs = next((images for name, images in PROGRAMS.items() if controller == name or controller.startswith(f"{name}/")), ())
    used_by = _by_class(inventory).get(ingress_class.name, ())
    created = ingress_class.metadata.creation_timestamp
    if not programs or not used_by or (created is not None and inventory.now - created < PATIENCE):
        return
    pods = _pods(inventory, programs)
    if any(is_ready(pod) or is_starting(pod, inventory.now) for pod in pods):
        return
    if not pods and any(one.status.load_balancer.ingress for one in used_by):
        return
    names = ", ".join(f"{one.namespace}/{one.name}" for one in used_by[:MAX_NAMED])
    more = f" and {len(used_by) - MAX_NAMED} more" if len(used_by) > MAX_NAMED else ""
    state = f"has {'only pods that are' if len(pods) > 1 else 'a pod, which is'} not ready" if pods else "runs in no pod of the cluster"
    yield Hit(
        message=f'controller "{controller}" of the class {state}, so nobody serves Ingress {names}{more}',
        evidence=(
            field(ingress_class, "spec.controller", controller),
            *(field(pod, "status.phase", pod.status.phase) for pod in pods[:MAX_NAMED]),
            field(used_by[0], "spec.ingressClassName", ingress_class.name),
        ),
        cause=inventory.top_owner(pods[0]) if pods else None,
        severity=Severity.ERROR if pods else Severity.WARNING,
        values={"controller": controller, "ingresses": f"{names}{more}", "pod": pods[0].name if pods else ""},
    )


@once_per_inventory
def _by_class(inventory: Inventory) -> dict[str, tuple[Ingress, ...]]:
    found: dict[str, list[Ingress]] = {}
    for one in inventory.list(Ingress):
        name = one.spec.ingress_class_name or one.metadata.annotations.get(CLASS_ANNOTATION)
        if name and one.metadata.deletion_timestamp is None:
            found.setdefault(name, []).append(one)
    return {name: tuple(ingresses) for name, ingresses in found.items()}


@once_per_inventory
def _pods(inventory: Inventory, programs: tuple[str, ...]) -> tuple[Pod, ...]:
    """The pods that run one of these programs and have not ended; admission jobs of a chart end."""
    live = (pod for pod in inventory.list(Pod) if pod.status.phase not in {"Succeeded", "Failed"})
    return tuple(pod for pod in live if any(program in text for text in _texts(pod) for program in programs))


def _texts(pod: Pod) -> Iterator[str]:
    """Where a pod tells which program it runs: a mirrored image may have another name, and then a label or argument tells."""
    yield from pod.metadata.labels.values()
    for container in pod.spec.containers:
        yield from (container.image, *container.command, *container.args)
