"""The kinds of the Operator Lifecycle Manager. https://olm.operatorframework.io/docs/concepts/crds/"""

from kubedx.kube import GroupKind

V0 = "operators.coreos.com"
V1 = "olm.operatorframework.io"

CATALOG_SOURCE = GroupKind(V0, "CatalogSource")
CLUSTER_CATALOG = GroupKind(V1, "ClusterCatalog")
CLUSTER_EXTENSION = GroupKind(V1, "ClusterExtension")
CLUSTER_SERVICE_VERSION = GroupKind(V0, "ClusterServiceVersion")
INSTALL_PLAN = GroupKind(V0, "InstallPlan")
OPERATOR_GROUP = GroupKind(V0, "OperatorGroup")
SUBSCRIPTION = GroupKind(V0, "Subscription")
