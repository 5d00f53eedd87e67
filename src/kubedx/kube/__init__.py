"""kube: typed objects, and everything else a cluster says. Law: pure; imports only `errors` and msgspec."""

from kubedx.kube.decode import DecodedList, decode_list, decode_object
from kubedx.kube.gap import Gap, GapReason
from kubedx.kube.kinds import TYPES, kind_of, type_of
from kubedx.kube.log import ContainerLog, LogKey
from kubedx.kube.object import Condition, KubeObject, LocalObjectReference, ObjectMeta, OwnerReference, RawObject, Struct
from kubedx.kube.reading import ClusterInfo, Listed, Origin, Reading
from kubedx.kube.ref import GroupKind, Kind, Ref, group_of

__all__ = [
    "TYPES",
    "ClusterInfo",
    "Condition",
    "ContainerLog",
    "DecodedList",
    "Gap",
    "GapReason",
    "GroupKind",
    "Kind",
    "KubeObject",
    "Listed",
    "LocalObjectReference",
    "LogKey",
    "ObjectMeta",
    "Origin",
    "OwnerReference",
    "RawObject",
    "Reading",
    "Ref",
    "Struct",
    "decode_list",
    "decode_object",
    "group_of",
    "kind_of",
    "type_of",
]
