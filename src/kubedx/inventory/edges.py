"""The typed edges between objects. Symptoms travel along them."""

import enum

import msgspec

from kubedx.kube import Ref


class EdgeKind(enum.StrEnum):
    """How one object (the source) depends on, or acts on, another (the target)."""

    OWNS = "owns"
    """An owner and what it made: Deployment to ReplicaSet to Pod. Not a node and its static pods."""
    DEPLOYS = "deploys"
    """What deploys from Git or a chart (Argo CD, Flux, the Helm controller of k3s) and an object that it deployed, by its marks."""
    RUNS_ON = "runs-on"
    """A pod and its node."""
    MOUNTS = "mounts"
    """A pod (or a workload, by its template) and a Secret, ConfigMap or PersistentVolumeClaim among its volumes; a
    StatefulSet and its claims."""
    READS_ENV = "reads-env"
    """A pod (or a workload, by its template) and a Secret or ConfigMap in its environment."""
    USES = "uses"
    """A pod (or workload) and its ServiceAccount, PriorityClass, RuntimeClass or pull Secret; an Ingress and its class or TLS Secret;
    a route and its Gateway; a Gateway and its class or TLS Secret; a Secret and the custom resource that fills it."""
    BINDS = "binds"
    """A claim and its volume or StorageClass (the default one, while it names none and has no volume); a volume and its class; a
    StatefulSet and the class of a claim template."""
    SELECTS = "selects"
    """A Service, PodDisruptionBudget or NetworkPolicy and a pod, or a workload whose template it matches."""
    ROUTES = "routes"
    """An Ingress or route and a Service; a Service and its EndpointSlices and Endpoints; an ExternalName and the Service that it names;
    an APIService, webhook configuration or CustomResourceDefinition and the Service that it calls."""
    SCALES = "scales"
    """An autoscaler and its workload."""
    ADMITS = "admits"
    """A quota, limit range, webhook configuration or namespace (by its pod security) and a workload whose pods it judges."""
    CALLS = "calls"
    """A workload, or a pod that none made, and a Service of others that its environment or arguments name; inferred."""

    # That of Enum is written in Python, and edges are many.
    __hash__ = str.__hash__


class Edge(msgspec.Struct, frozen=True, gc=False, order=True):
    """`source` depends on or acts on `target`, which may not exist."""

    kind: EdgeKind
    source: Ref
    target: Ref
