"""The words by which people call a kind, as kubectl takes them: `deploy`, `deployments`, `Deployment`, `deployments.apps`."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from kubedx.kube.kinds import TYPES
from kubedx.kube.ref import Kind

_SHORT: Mapping[str, str] = MappingProxyType(
    {
        "cj": "cronjobs",
        "cm": "configmaps",
        "crd": "customresourcedefinitions",
        "crds": "customresourcedefinitions",
        "deploy": "deployments",
        "ds": "daemonsets",
        "ep": "endpoints",
        "ev": "events",
        "gc": "gatewayclasses",
        "gtw": "gateways",
        "hpa": "horizontalpodautoscalers",
        "ing": "ingresses",
        "limits": "limitranges",
        "netpol": "networkpolicies",
        "no": "nodes",
        "ns": "namespaces",
        "pc": "priorityclasses",
        "pdb": "poddisruptionbudgets",
        "po": "pods",
        "pv": "persistentvolumes",
        "pvc": "persistentvolumeclaims",
        "quota": "resourcequotas",
        "rc": "replicationcontrollers",
        "rs": "replicasets",
        "sa": "serviceaccounts",
        "sc": "storageclasses",
        "sts": "statefulsets",
        "svc": "services",
    }
)
"""`kubectl api-resources`, the column SHORTNAMES, of Kubernetes 1.34 and the Gateway API 1.3."""


def words_of(kind: Kind) -> tuple[str, ...]:
    """Every word for a kind, in lower case: its name, plural, both with the group behind a dot, and its short names."""
    plain = (kind.kind.lower(), kind.plural)
    grouped = tuple(f"{word}.{kind.group}" for word in plain) if kind.group else ()
    return (*plain, *grouped, *(short for short, plural in _SHORT.items() if plural == kind.plural))


def kind_by_word(word: str, custom: Iterable[Kind] = ()) -> Kind | None:
    """The kind that people call so, in any case; None when nobody does. Kubernetes' own kinds come before `custom` ones."""
    wanted = word.lower()
    kinds = (*(kind_type.KIND for kind_type in TYPES), *custom)
    return next((kind for kind in kinds if wanted in words_of(kind)), None)
