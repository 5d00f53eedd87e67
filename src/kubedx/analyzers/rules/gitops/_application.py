"""The Application of Argo CD. https://argo-cd.readthedocs.io/en/stable/operator-manual/application.yaml"""

from typing import Any

from kubedx.analyzers.custom_status import text
from kubedx.kube import GroupKind, RawObject, Ref

APPLICATION = GroupKind("argoproj.io", "Application")


def is_live_application(resource: RawObject) -> bool:
    """Whether it is an Application that is not being deleted."""
    return resource.kind.group_kind == APPLICATION and resource.metadata.deletion_timestamp is None


def named(one: dict[str, Any]) -> str:
    """A resource of an Application, for people: `Deployment shop/cart`."""
    namespace, name = text(one, "namespace"), text(one, "name")
    return f"{text(one, 'kind')} {namespace}/{name}" if namespace else f"{text(one, 'kind')} {name}"


def ref_of(one: dict[str, Any]) -> Ref:
    """A resource of an Application."""
    group, version = text(one, "group"), text(one, "version") or "v1"
    return Ref(f"{group}/{version}" if group else version, text(one, "kind"), text(one, "namespace"), text(one, "name"))
