"""The typed edges between objects. Symptoms travel along them."""

import enum

import msgspec

from kubedx.kube import Ref


class EdgeKind(enum.StrEnum):
    """How one object (the source) depends on, or acts on, another (the target)."""

    OWNS = "owns"
    """A controller and what it made: Deployment to ReplicaSet to Pod."""
    RUNS_ON = "runs-on"
    """A pod and its node."""
    MOUNTS = "mounts"
    """A pod (or a workload, by its template) and a Secret, ConfigMap or PersistentVolumeClaim among its volumes."""
    READS_ENV = "reads-env"
    """A pod (or a workload, by its template) and a Secret or ConfigMap in its environment."""
    USES = "uses"
    """A pod (or workload) and its ServiceAccount, PriorityClass, RuntimeClass or pull Secret; an Ingress and its class or TLS Secret."""
    BINDS = "binds"
    """A claim and its volume or StorageClass; a volume and its class; a StatefulSet and the class of a claim template."""
    SELECTS = "selects"
    """A Service, PodDisruptionBudget or NetworkPolicy and a pod, or a workload whose template it matches."""
    ROUTES = "routes"
    """An Ingress or route and a Service; a Service and its EndpointSlices; an APIService or webhook configuration and its Service."""
    SCALES = "scales"
    """An autoscaler and its workload."""
    ADMITS = "admits"
    """A namespace's rule (quota, limit range, webhook configuration) and a workload whose pods it judges."""
    CALLS = "calls"
    """A workload and a Service that it talks to, inferred from its environment, arguments and log."""


class Edge(msgspec.Struct, frozen=True, gc=False, order=True):
    """`source` depends on or acts on `target`, which may not exist."""

    kind: EdgeKind
    source: Ref
    target: Ref
