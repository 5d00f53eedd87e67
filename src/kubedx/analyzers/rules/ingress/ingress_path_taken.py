"""ingress-path-taken"""

from collections.abc import Iterator

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rules.ingress._backends import CLASS_ANNOTATION
from kubedx.findings import Confidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Ingress, spec_changed_at

CANARY = "nginx.ingress.kubernetes.io/canary"


@rule(filter="Ingress", on=Ingress, severity=Severity.WARNING, confidence=Confidence.LIKELY, added="0.1")
def ingress_path_taken(ingress: Ingress, inventory: Inventory) -> Iterator[Outcome]:
    """Two Ingresses of one class claim the same host and path for different Services.

    ## What it means
    Only one of them gets the requests: with most controllers the older one. The younger Ingress has no effect there.

    ## When it is not reported
    On the older of the two, when both lead to the same Service, and for canaries.

    ## How to fix it
    Give one of them another host or path, or delete the one that is not wanted.
    """
    if _is_canary(ingress) or ingress.metadata.deletion_timestamp is not None:
        return
    takers = _takers(inventory)
    for (host, path), service in sorted(_claims(ingress).items()):
        for other, theirs in takers[_class(ingress), host, path]:
            if other.ref == ingress.ref or not _is_before(other, ingress) or (other.namespace, theirs) == (ingress.namespace, service):
                continue
            yield Hit(
                message=f"host {host or '*'} and path {path} are already taken by {_named(other, ingress)}",
                evidence=(field(ingress, "spec.rules", f"{host}{path}"), field(other, "spec.rules", f"{host}{path}")),
                part=f"{host}{path}",
                since=spec_changed_at(ingress),
                values={"host": host or "*", "path": path, "other": other.name, "other_namespace": other.namespace},
            )
            return


@once_per_inventory
def _takers(inventory: Inventory) -> dict[tuple[str, str, str], list[tuple[Ingress, str]]]:
    """The Ingresses, with the Service that they lead to, by class, host and path."""
    takers: dict[tuple[str, str, str], list[tuple[Ingress, str]]] = {}
    for ingress in inventory.list(Ingress):
        if not _is_canary(ingress):
            for (host, path), service in _claims(ingress).items():
                takers.setdefault((_class(ingress), host, path), []).append((ingress, service))
    return takers


def _claims(ingress: Ingress) -> dict[tuple[str, str], str]:
    """The Service behind each host and path."""
    return {
        (rule.host, path.path or "/"): path.backend.service.name
        for rule in ingress.spec.rules
        if rule.http is not None
        for path in rule.http.paths
        if path.backend.service is not None
    }


def _is_canary(ingress: Ingress) -> bool:
    return ingress.metadata.annotations.get(CANARY) == "true"


def _class(ingress: Ingress) -> str:
    return ingress.spec.ingress_class_name or ingress.metadata.annotations.get(CLASS_ANNOTATION, "")


def _named(one: Ingress, other: Ingress) -> str:
    """An Ingress in words, with its age where it is the older one."""
    created, later = one.metadata.creation_timestamp, other.metadata.creation_timestamp
    return f"Ingress {one.namespace}/{one.name}" + (", which is older" if created and later and created < later else "")


def _is_before(one: Ingress, other: Ingress) -> bool:
    """Whether one was created before the other; by name where that is not known."""
    created, later = one.metadata.creation_timestamp, other.metadata.creation_timestamp
    if created is None or later is None or created == later:
        return (one.namespace, one.name) < (other.namespace, other.name)
    return created < later
