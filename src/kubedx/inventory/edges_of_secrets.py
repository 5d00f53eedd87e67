"""The Secrets that custom resources fill."""

from collections.abc import Iterator
from typing import Any

from kubedx.inventory.edge_layer import layer
from kubedx.inventory.edges import Edge, EdgeKind
from kubedx.inventory.snapshot import Snapshot
from kubedx.kube import GroupKind, RawObject, Ref, Secret

_NAMED_BY = {
    GroupKind("bitnami.com", "SealedSecret"): "",
    GroupKind("cert-manager.io", "Certificate"): "spec.secretName",
    GroupKind("external-secrets.io", "ExternalSecret"): "spec.target.name",
    GroupKind("kafka.strimzi.io", "KafkaUser"): "",
    GroupKind("onepassword.com", "OnePasswordItem"): "",
    GroupKind("secrets.hashicorp.com", "VaultDynamicSecret"): "spec.destination.name",
    GroupKind("secrets.hashicorp.com", "VaultPKISecret"): "spec.destination.name",
    GroupKind("secrets.hashicorp.com", "VaultStaticSecret"): "spec.destination.name",
}
"""The kinds that make a Secret, and the field with its name. Where there is none, or it is empty, the Secret has the resource's own."""

_CONNECTION = "spec.writeConnectionSecretToRef"
"""Where the managed resources and claims of Crossplane, whatever their kind, name their Secret."""


@layer((EdgeKind.USES,), (RawObject,))
def filled(snapshot: Snapshot) -> Iterator[Edge]:
    """Secrets, and the custom resources that they come from: a Secret is not there, or is old, where its source fails."""
    for obj in snapshot.untyped.all:
        if isinstance(obj, RawObject) and (secret := _secret_of(obj)) is not None:
            yield Edge(EdgeKind.USES, secret, snapshot.canonical(obj.ref))


def _secret_of(obj: RawObject) -> Ref | None:
    path = _NAMED_BY.get(obj.kind.group_kind)
    if path is not None:
        name = _at(obj.data, path) if path else ""
        return Secret.KIND.ref(obj.namespace, name if isinstance(name, str) and name else obj.name)
    connection = _at(obj.data, _CONNECTION)
    name = _at(connection, "name")
    namespace = _at(connection, "namespace") or obj.namespace
    return Secret.KIND.ref(namespace, name) if isinstance(name, str) and name and isinstance(namespace, str) else None


def _at(data: Any, path: str) -> Any:
    for key in path.split("."):
        data = data.get(key) if isinstance(data, dict) else None
    return data
