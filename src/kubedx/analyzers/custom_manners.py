"""How the status of well-known custom resources is to be read where the common way is wrong: one row a group, or a kind of it."""

import re
from collections.abc import Mapping
from typing import NamedTuple

from kubedx.findings import Severity
from kubedx.kube import GroupKind


class Manners(NamedTuple):
    """What a group or kind means by its status, beside the conventions.

    `bad` are condition types that are True when something is wrong, `good` those that are False then, `mild` those of
    them that only hurt later, `silent` those that tell of no fault at all; `harmless` are reasons of a False condition
    that is as it should be. Of what deploys other objects, `of_parts` finds in reason and message that these are not well: all else
    has its reason in the resource itself. `fields` are paths of texts with the values that are a fault, and how bad each is.
    """

    bad: tuple[str, ...] = ()
    good: tuple[str, ...] = ()
    mild: frozenset[str] = frozenset()
    silent: frozenset[str] = frozenset()
    harmless: frozenset[str] = frozenset()
    of_parts: re.Pattern[str] | None = None
    fields: Mapping[str, Mapping[str, Severity]] = {}


_ERROR, _WARNING = Severity.ERROR, Severity.WARNING
_COMMON = Manners()
_UNWELL = re.compile(
    r"health ?check|deadline exceeded|timed out|timeout|not ready|progress deadline|waiting for|unhealthy|\bhooks?\b|\b(?:pre|post)-\w+ ",
    re.IGNORECASE,
)
"""Words for parts that do not come up."""

_BY_GROUP: Mapping[str, Manners] = {
    # https://docs.crossplane.io/latest/concepts/managed-resources/#conditions
    "pkg.crossplane.io": Manners(good=("RuntimeHealthy", "RevisionHealthy")),
    "apiextensions.crossplane.io": Manners(good=("Offered",), silent=frozenset({"Offered"})),
    # https://cluster-api.sigs.k8s.io/developer/providers/contracts/ (the phases of Cluster and Machine)
    "cluster.x-k8s.io": Manners(
        good=("InfrastructureReady", "ControlPlaneReady", "BootstrapReady", "RemoteConnectionProbe"),
        mild=frozenset({"RemoteConnectionProbe"}),
        silent=frozenset({"UpToDate", "Deleting", "Paused", "ScalingUp", "ScalingDown", "Remediating", "RollingOut"}),
        harmless=frozenset({"Deleted", "Deleting", "WaitingForNodeRef"}),
        fields={"status.phase": {"Failed": _ERROR}},
    ),
    # https://knative.dev/docs/serving/: a revision without traffic is not Active, and its conditions are Unknown while it starts.
    "serving.knative.dev": Manners(silent=frozenset({"Active"}), harmless=frozenset({"NoTraffic", "Reserve"})),
    # https://strimzi.io/docs/operators/latest/configuring.html (conditions Ready, NotReady and Warning)
    "kafka.strimzi.io": Manners(bad=("NotReady", "Warning"), mild=frozenset({"Warning"})),
    # https://velero.io/docs/main/api-types/
    "velero.io": Manners(
        fields={"status.phase": {"PartiallyFailed": _WARNING, "FailedValidation": _ERROR, "Unavailable": _ERROR, "Failed": _ERROR}}
    ),
    # https://external-secrets.io/latest/api/externalsecret/
    "external-secrets.io": Manners(silent=frozenset({"Deleted"})),
    # https://fluxcd.io/flux/components/: what is deployed is waited for.
    "kustomize.toolkit.fluxcd.io": Manners(of_parts=_UNWELL),
    "helm.toolkit.fluxcd.io": Manners(of_parts=_UNWELL),
    "helm.cattle.io": Manners(of_parts=_UNWELL),
    # https://projectcontour.io/docs/main/config/fundamentals/: the error itself is in the description.
    "projectcontour.io": Manners(fields={"status.currentStatus": {"invalid": _ERROR}}),
    # https://kyverno.io/docs/: a policy that is not ready is not enforced.
    "kyverno.io": Manners(good=("WebhookConfigured",)),
}

_BY_KIND: Mapping[GroupKind, Manners] = {
    # https://argo-rollouts.readthedocs.io/en/stable/features/specification/: Healthy and Completed are False while it rolls out.
    GroupKind("argoproj.io", "Rollout"): Manners(
        bad=("InvalidSpec", "ReplicaFailure"),
        silent=frozenset({"Healthy", "Completed", "Progressing", "Paused", "Available"}),
        fields={"status.phase": {"Degraded": _ERROR}},
    ),
    GroupKind("argoproj.io", "ApplicationSet"): Manners(bad=("ErrorOccurred",), good=("ParametersGenerated",)),
    # https://longhorn.io/docs/: a detached volume has robustness unknown, and its conditions tell of schedulability.
    GroupKind("longhorn.io", "Volume"): Manners(fields={"status.robustness": {"faulted": _ERROR, "degraded": _WARNING}}),
    GroupKind("longhorn.io", "Node"): Manners(good=("MountPropagation",)),
    # https://rook.io/docs/rook/latest-release/CRDs/Cluster/ceph-cluster-crd/#cluster-status
    GroupKind("ceph.rook.io", "CephCluster"): Manners(
        bad=("Failure",),
        silent=frozenset({"Progressing", "Connected", "Connecting"}),
        fields={"status.ceph.health": {"HEALTH_ERR": _ERROR, "HEALTH_WARN": _WARNING}},
    ),
    # https://keda.sh/docs/latest/reference/scaledobject-spec/: not Active means that there is nothing to do.
    GroupKind("keda.sh", "ScaledObject"): Manners(bad=("Fallback",), mild=frozenset({"Fallback"}), silent=frozenset({"Active", "Paused"})),
    GroupKind("keda.sh", "ScaledJob"): Manners(silent=frozenset({"Active", "Paused"})),
    # https://cert-manager.io/docs/reference/api-docs/#acme.cert-manager.io/v1.State
    GroupKind("acme.cert-manager.io", "Challenge"): Manners(
        fields={"status.state": {"invalid": _ERROR, "expired": _ERROR, "errored": _ERROR}}
    ),
    GroupKind("acme.cert-manager.io", "Order"): Manners(fields={"status.state": {"invalid": _ERROR, "expired": _ERROR, "errored": _ERROR}}),
    GroupKind("cert-manager.io", "CertificateRequest"): Manners(bad=("Denied", "InvalidRequest"), harmless=frozenset({"Pending"})),
    # https://doc.crds.dev/github.com/openshift/api: a machine config pool may wait for hours by design.
    GroupKind("machineconfiguration.openshift.io", "MachineConfigPool"): Manners(bad=("NodeDegraded", "RenderDegraded")),
    GroupKind("config.openshift.io", "ClusterOperator"): Manners(silent=frozenset({"Upgradeable", "RecentBackup"})),
}


def manners_of(kind: GroupKind) -> Manners:
    """How the status of a kind is to be read."""
    return _BY_KIND.get(kind) or _BY_GROUP.get(kind.group, _COMMON)
