"""ConfigMaps, Secrets and ServiceAccounts. The values of a Secret are dropped before anything can see them.

How keys are known without values: a list of metadata carries managedFields, whose field sets name every key of `data`
(https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management).
"""

from typing import ClassVar

from kubedx.kube.event import ObjectReference
from kubedx.kube.object import KubeObject, LocalObjectReference
from kubedx.kube.ref import Kind


class Secret(KubeObject, frozen=True):
    """A Secret: its type and the names of its keys, never a value.

    `type` is empty when unknown. `keys` are sorted, and tell nothing unless `keys_known`.
    """

    KIND: ClassVar[Kind] = Kind("v1", "Secret", "secrets")

    type: str = ""
    keys: tuple[str, ...] = ()
    keys_known: bool = False


class ConfigMap(KubeObject, frozen=True):
    """A ConfigMap. `keys` are sorted, those of `binaryData` among them, and tell nothing unless `keys_known`.

    `data` is None when only metadata were read; the values of `binaryData` are never kept.
    """

    KIND: ClassVar[Kind] = Kind("v1", "ConfigMap", "configmaps")

    keys: tuple[str, ...] = ()
    keys_known: bool = False
    data: dict[str, str] | None = None
    immutable: bool = False


class ServiceAccount(KubeObject, frozen=True):
    """A ServiceAccount. https://kubernetes.io/docs/concepts/security/service-accounts/"""

    KIND: ClassVar[Kind] = Kind("v1", "ServiceAccount", "serviceaccounts")

    automount_service_account_token: bool | None = None
    image_pull_secrets: tuple[LocalObjectReference, ...] = ()
    secrets: tuple[ObjectReference, ...] = ()
