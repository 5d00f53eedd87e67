"""The scheduler's filters, judged from specs: why a pending pod fits on none of the nodes, node by node.

A small re-implementation of the default plugins of kube-scheduler 1.34, without scoring, extenders and preemption, compared with the
real one in tests/apiserver. The same inventory gives the same table; what is not known makes a row `told=False`, never a claim.
"""

from kubedx.analyzers.scheduling.check import Filter
from kubedx.analyzers.scheduling.claims import KINDS
from kubedx.analyzers.scheduling.table import Row, Table, table_of

__all__ = ["KINDS", "Filter", "Row", "Table", "table_of"]
