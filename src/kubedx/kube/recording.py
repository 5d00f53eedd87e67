"""Everything that a scan read of a cluster and everything it was answered: enough to repeat it without the cluster."""

from collections.abc import Mapping

import msgspec

from kubedx.kube.gap import Gap
from kubedx.kube.log import ContainerLog, LogKey
from kubedx.kube.object import KubeObject
from kubedx.kube.reading import Reading
from kubedx.kube.ref import Kind, Ref


class Recording(msgspec.Struct, frozen=True, kw_only=True):
    """One reading of a cluster, and the answers that were given after it.

    `kinds` were asked for, in the `namespaces` that were named (all when empty) without the `excluded` ones; `custom`
    are those of them that have no type. `logs` and `answers` are what was asked one by one: the thing itself, None
    where it certainly does not exist, or the Gap that hides it. `redacted` says that its names are stand-ins.
    """

    reading: Reading
    kinds: tuple[Kind, ...] = ()
    custom: tuple[Kind, ...] = ()
    namespaces: tuple[str, ...] = ()
    excluded: tuple[str, ...] = ()
    logs: Mapping[LogKey, ContainerLog | Gap | None] = {}
    answers: Mapping[Ref, KubeObject | Gap | None] = {}
    redacted: bool = False
