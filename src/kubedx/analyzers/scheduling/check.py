"""What a filter is: made for one pod, it says of a node what speaks against it."""

import enum
from collections.abc import Callable
from typing import NamedTuple

from kubedx.inventory import Inventory
from kubedx.kube import Node, Pod

Check = Callable[[Node], tuple[str, ...] | None]
"""What speaks against a node, in the scheduler's words: nothing when empty; None when what is known does not tell."""


class Impossible(NamedTuple):
    """No node is looked at: the scheduler gives up beforehand, in these words."""

    reason: str


Prepare = Callable[[Pod, Inventory], Check | Impossible | None]
"""Makes the check for one pod; None where the filter has nothing to do with it."""


class Filter(enum.IntEnum):
    """The scheduler's filters, in its own order.

    Source: pkg/scheduler/apis/config/v1/default_plugins.go in kubernetes/kubernetes.
    """

    UNSCHEDULABLE = 1
    NODE_NAME = 2
    TAINT = 3
    NODE_AFFINITY = 4
    PORTS = 5
    RESOURCES = 6
    VOLUME_RESTRICTIONS = 7
    VOLUME_LIMITS = 8
    VOLUME_BINDING = 9
    VOLUME_ZONE = 10
    SPREAD = 11
    POD_AFFINITY = 12
    DYNAMIC_RESOURCES = 13
