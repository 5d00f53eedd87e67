"""Edges of every kind, from hand-written YAML."""

import pytest

from kubedx.inventory import EdgeKind, Inventory
from kubedx.inventory.edge_index import LAYERS
from kubedx.kube import Ref
from kubedx.testing import reading_from_yaml

CLUSTER = """
- {kind: Namespace, metadata: {name: shop, labels: {pod-security.kubernetes.io/enforce: restricted, team: blue}}}
- {kind: Namespace, metadata: {name: vault, labels: {pod-security.kubernetes.io/enforce: privileged}}}
- kind: Deployment
  metadata: {name: cart, namespace: shop, uid: d1}
  spec:
    replicas: 0
    template: &template
      metadata: {labels: {app: cart, tier: web}}
      spec:
        serviceAccountName: seller
        priorityClassName: high
        runtimeClassName: gvisor
        imagePullSecrets: [{name: registry}]
        containers:
        - name: api
          env: [{name: DSN, valueFrom: {secretKeyRef: {name: db, key: dsn}}}]
          envFrom: [{configMapRef: {name: settings}}]
        volumes:
        - {name: files, configMap: {name: files}}
        - {name: certificate, projected: {sources: [{secret: {name: tls}}]}}
- kind: ReplicaSet
  metadata: {name: cart-old, namespace: shop, uid: r1, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: cart, uid: d1, controller: true}]}
  spec: {replicas: 0, template: *template}
- kind: StatefulSet
  metadata: {name: db, namespace: shop}
  spec:
    volumeClaimTemplates: [{metadata: {name: data}, spec: {storageClassName: fast}}]
    template: {metadata: {labels: {app: db}}}
- apiVersion: v1
  kind: Pod
  metadata: {name: db-0, namespace: shop, labels: {app: db}}
  spec:
    nodeName: node-a
    volumes: [{name: data, persistentVolumeClaim: {claimName: data-db-0}}, {name: scratch, ephemeral: {volumeClaimTemplate: {}}}]
- apiVersion: v1
  kind: Pod
  metadata: {name: cart, namespace: vault, labels: {app: cart}}
- {kind: PersistentVolumeClaim, metadata: {name: data-db-0, namespace: shop}, spec: {storageClassName: fast, volumeName: vol-1}}
- {kind: PersistentVolumeClaim, metadata: {name: other-db-0, namespace: shop}, spec: {storageClassName: ""}}
- {kind: PersistentVolumeClaim, metadata: {name: any, namespace: shop}}
- {kind: PersistentVolume, metadata: {name: vol-1}, spec: {storageClassName: fast, claimRef: {namespace: shop, name: data-db-0}}}
- {kind: StorageClass, metadata: {name: usual, annotations: {storageclass.kubernetes.io/is-default-class: "true"}}}
- {kind: Service, apiVersion: v1, metadata: {name: cart, namespace: shop}, spec: {selector: {app: cart}}}
- {kind: Service, apiVersion: v1, metadata: {name: db, namespace: shop}, spec: {selector: {app: db}}}
- {kind: Service, apiVersion: v1, metadata: {name: none, namespace: shop}, spec: {}}
- kind: Service
  apiVersion: v1
  metadata: {name: alias, namespace: vault}
  spec: {type: ExternalName, externalName: db.shop.svc.cluster.local, selector: {app: cart}}
- {kind: PodDisruptionBudget, metadata: {name: cart, namespace: shop}, spec: {selector: {matchExpressions: [{key: tier, operator: Exists}]}}}
- {kind: PodDisruptionBudget, metadata: {name: nil, namespace: shop}}
- {kind: NetworkPolicy, metadata: {name: deny, namespace: shop}, spec: {podSelector: {}}}
- kind: Ingress
  metadata: {name: shop, namespace: shop}
  spec:
    ingressClassName: web
    tls: [{secretName: shop-tls}]
    defaultBackend: {service: {name: fallback, port: {number: 80}}}
    rules: [{http: {paths: [{path: /, backend: {service: {name: cart}}}]}}]
- kind: HTTPRoute
  metadata: {name: shop, namespace: vault}
  spec:
    parentRefs: [{name: edge, namespace: gateways}]
    rules:
    - backendRefs: [{name: cart, namespace: shop}, {kind: ServiceImport, group: multicluster.x-k8s.io, name: far}]
      filters: [{type: RequestMirror, requestMirror: {backendRef: {name: mirror}}}]
- {kind: Gateway, metadata: {name: edge, namespace: gateways}, spec: {gatewayClassName: big, listeners: [{tls: {certificateRefs: [{name: edge-tls}]}}]}}
- {apiVersion: gateway.networking.k8s.io/v1, kind: GRPCRoute, metadata: {name: rpc, namespace: shop}, spec: {rules: [{backendRefs: [{name: cart}, 7]}]}}
- {apiVersion: route.openshift.io/v1, kind: Route, metadata: {name: door, namespace: shop}, spec: {to: {kind: Service, name: cart}}}
- {kind: EndpointSlice, metadata: {name: cart-x, namespace: shop, labels: {kubernetes.io/service-name: cart}}}
- {kind: Endpoints, metadata: {name: cart, namespace: shop}}
- {kind: Endpoints, metadata: {name: leader, namespace: shop}}
- {kind: APIService, metadata: {name: v1.metrics}, spec: {service: {name: metrics, namespace: vault}}}
- {kind: CustomResourceDefinition, metadata: {name: a.example.com}, spec: {conversion: {webhook: {clientConfig: {service: {name: convert, namespace: vault}}}}}}
- kind: ValidatingWebhookConfiguration
  metadata: {name: policy}
  webhooks:
  - clientConfig: {service: {name: policy, namespace: vault}}
    namespaceSelector: {matchLabels: {team: blue}}
    objectSelector: {matchLabels: {tier: web}}
    rules: [{operations: [CREATE], apiGroups: [""], resources: [pods]}]
- kind: MutatingWebhookConfiguration
  metadata: {name: sets}
  webhooks: [{rules: [{operations: ["*"], apiGroups: [apps], resources: [replicasets]}]}]
- kind: MutatingWebhookConfiguration
  metadata: {name: secrets}
  webhooks: [{rules: [{operations: ["*"], apiGroups: [""], resources: [secrets, pods/exec]}]}]
- {kind: ResourceQuota, metadata: {name: quota, namespace: shop}}
- {kind: LimitRange, metadata: {name: limits, namespace: vault}}
- {kind: HorizontalPodAutoscaler, metadata: {name: cart, namespace: shop}, spec: {scaleTargetRef: {apiVersion: apps/v1beta1, kind: Deployment, name: cart}}}
- {kind: HorizontalPodAutoscaler, metadata: {name: lost, namespace: shop}, spec: {scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: gone}}}
- {apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: cart, namespace: shop}, spec: {scaleTargetRef: {name: cart}}}
- {apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: odd, namespace: shop}, spec: {scaleTargetRef: {name: 7}}}
- apiVersion: argoproj.io/v1alpha1
  kind: Application
  metadata: {name: shop, namespace: argocd}
  spec: {destination: {namespace: shop}}
  status: {resources: [{group: apps, version: v1, kind: Deployment, namespace: shop, name: cart}, {kind: Service, name: 7}, 7]}
- apiVersion: kustomize.toolkit.fluxcd.io/v1
  kind: Kustomization
  metadata: {name: base, namespace: flux-system}
  status: {inventory: {entries: [{id: shop_gone_apps_Deployment, v: v1}, {id: vault_alias__Service, v: v1}, {id: broken}, 7]}}
- {apiVersion: helm.toolkit.fluxcd.io/v2, kind: HelmRelease, metadata: {name: db, namespace: flux-system}, spec: {targetNamespace: shop}}
- {apiVersion: helm.cattle.io/v1, kind: HelmChart, metadata: {name: edge, namespace: kube-system}, spec: {targetNamespace: shop}}
- kind: PersistentVolumeClaim
  metadata: {name: tracked, namespace: shop, annotations: {argocd.argoproj.io/tracking-id: 'shop:/PersistentVolumeClaim:shop/tracked'}}
- {kind: PersistentVolumeClaim, metadata: {name: labelled, namespace: shop, labels: {app.kubernetes.io/instance: shop}}}
- {kind: PersistentVolumeClaim, metadata: {name: alien, namespace: vault, labels: {app.kubernetes.io/instance: shop}}}
- kind: PersistentVolumeClaim
  metadata: {name: marked, namespace: vault, labels: {kustomize.toolkit.fluxcd.io/name: base, kustomize.toolkit.fluxcd.io/namespace: flux-system}}
- kind: PersistentVolumeClaim
  metadata: {name: released, namespace: shop, annotations: {meta.helm.sh/release-name: shop-db, meta.helm.sh/release-namespace: shop}}
- kind: PersistentVolumeClaim
  metadata: {name: charted, namespace: shop, annotations: {meta.helm.sh/release-name: edge, meta.helm.sh/release-namespace: shop}}
- kind: PersistentVolumeClaim
  metadata: {name: by-hand, namespace: shop, annotations: {meta.helm.sh/release-name: other, meta.helm.sh/release-namespace: shop}}
"""

INVENTORY = Inventory(reading_from_yaml(CLUSTER))
DEPLOYMENT = Ref("apps/v1", "Deployment", "shop", "cart")


ALL = {obj.ref for objects in reading_from_yaml(CLUSTER).objects.values() for obj in objects}


def leaving(source: str, kind: EdgeKind) -> list[str]:
    (found,) = [ref for ref in ALL if str(ref) == source]
    return sorted(str(edge.target) for edge in INVENTORY.edges_from(found, kind))


@pytest.mark.parametrize(
    ("source", "kind", "targets"),
    [
        ("Deployment shop/cart", EdgeKind.OWNS, ["ReplicaSet shop/cart-old"]),
        (
            "Application argocd/shop",
            EdgeKind.DEPLOYS,
            ["Deployment shop/cart", "PersistentVolumeClaim shop/labelled", "PersistentVolumeClaim shop/tracked"],
        ),
        (
            "Kustomization flux-system/base",
            EdgeKind.DEPLOYS,
            ["Deployment shop/gone", "PersistentVolumeClaim vault/marked", "Service vault/alias"],
        ),
        ("HelmRelease flux-system/db", EdgeKind.DEPLOYS, ["PersistentVolumeClaim shop/released"]),
        ("HelmChart kube-system/edge", EdgeKind.DEPLOYS, ["PersistentVolumeClaim shop/charted"]),
        ("Pod shop/db-0", EdgeKind.RUNS_ON, ["Node node-a"]),
        ("Pod vault/cart", EdgeKind.RUNS_ON, []),
        ("Deployment shop/cart", EdgeKind.MOUNTS, ["ConfigMap shop/files", "Secret shop/tls"]),
        ("Pod shop/db-0", EdgeKind.MOUNTS, ["PersistentVolumeClaim shop/data-db-0", "PersistentVolumeClaim shop/db-0-scratch"]),
        ("StatefulSet shop/db", EdgeKind.MOUNTS, ["PersistentVolumeClaim shop/data-db-0"]),
        ("Deployment shop/cart", EdgeKind.READS_ENV, ["ConfigMap shop/settings", "Secret shop/db"]),
        (
            "Deployment shop/cart",
            EdgeKind.USES,
            ["PriorityClass high", "RuntimeClass gvisor", "Secret shop/registry", "ServiceAccount shop/seller"],
        ),
        ("Pod vault/cart", EdgeKind.USES, ["ServiceAccount vault/default"]),
        ("ReplicaSet shop/cart-old", EdgeKind.READS_ENV, []),
        ("Ingress shop/shop", EdgeKind.USES, ["IngressClass web", "Secret shop/shop-tls"]),
        ("HTTPRoute vault/shop", EdgeKind.USES, ["Gateway gateways/edge"]),
        ("Gateway gateways/edge", EdgeKind.USES, ["GatewayClass big", "Secret gateways/edge-tls"]),
        ("PersistentVolumeClaim shop/data-db-0", EdgeKind.BINDS, ["PersistentVolume vol-1", "StorageClass fast"]),
        ("PersistentVolumeClaim shop/any", EdgeKind.BINDS, ["StorageClass usual"]),
        ("PersistentVolumeClaim shop/other-db-0", EdgeKind.BINDS, []),
        ("PersistentVolume vol-1", EdgeKind.BINDS, ["StorageClass fast"]),
        ("StatefulSet shop/db", EdgeKind.BINDS, ["StorageClass fast"]),
        ("Service shop/cart", EdgeKind.SELECTS, ["Deployment shop/cart"]),
        ("Service shop/db", EdgeKind.SELECTS, ["Pod shop/db-0", "StatefulSet shop/db"]),
        ("Service shop/none", EdgeKind.SELECTS, []),
        ("Service vault/alias", EdgeKind.SELECTS, []),
        ("PodDisruptionBudget shop/cart", EdgeKind.SELECTS, ["Deployment shop/cart"]),
        ("PodDisruptionBudget shop/nil", EdgeKind.SELECTS, []),
        ("NetworkPolicy shop/deny", EdgeKind.SELECTS, ["Deployment shop/cart", "Pod shop/db-0", "StatefulSet shop/db"]),
        ("Ingress shop/shop", EdgeKind.ROUTES, ["Service shop/cart", "Service shop/fallback"]),
        ("HTTPRoute vault/shop", EdgeKind.ROUTES, ["Service shop/cart", "Service vault/mirror"]),
        ("GRPCRoute shop/rpc", EdgeKind.ROUTES, ["Service shop/cart"]),
        ("Route shop/door", EdgeKind.ROUTES, ["Service shop/cart"]),
        ("Service shop/cart", EdgeKind.ROUTES, ["EndpointSlice shop/cart-x", "Endpoints shop/cart"]),
        ("Service vault/alias", EdgeKind.ROUTES, ["Service shop/db"]),
        ("APIService v1.metrics", EdgeKind.ROUTES, ["Service vault/metrics"]),
        ("CustomResourceDefinition a.example.com", EdgeKind.ROUTES, ["Service vault/convert"]),
        ("ValidatingWebhookConfiguration policy", EdgeKind.ROUTES, ["Service vault/policy"]),
        ("HorizontalPodAutoscaler shop/cart", EdgeKind.SCALES, ["Deployment shop/cart"]),
        ("HorizontalPodAutoscaler shop/lost", EdgeKind.SCALES, ["Deployment shop/gone"]),
        ("ScaledObject shop/cart", EdgeKind.SCALES, ["Deployment shop/cart"]),
        ("ScaledObject shop/odd", EdgeKind.SCALES, []),
        ("ResourceQuota shop/quota", EdgeKind.ADMITS, ["Deployment shop/cart", "StatefulSet shop/db"]),
        ("LimitRange vault/limits", EdgeKind.ADMITS, []),
        ("Namespace shop", EdgeKind.ADMITS, ["Deployment shop/cart", "StatefulSet shop/db"]),
        ("Namespace vault", EdgeKind.ADMITS, []),
        ("ValidatingWebhookConfiguration policy", EdgeKind.ADMITS, ["Deployment shop/cart"]),
        ("MutatingWebhookConfiguration sets", EdgeKind.ADMITS, ["Deployment shop/cart"]),
        ("MutatingWebhookConfiguration secrets", EdgeKind.ADMITS, []),
    ],
)
def test_edges(source: str, kind: EdgeKind, targets: list[str]) -> None:
    assert leaving(source, kind) == targets


def test_every_edge_is_seen_from_both_of_its_ends() -> None:
    edges = [edge for ref in ALL for edge in INVENTORY.edges_from(ref)]

    assert {edge.kind for edge in edges} == set(EdgeKind) - {EdgeKind.CALLS}
    assert all(edge in INVENTORY.edges_to(edge.target) for edge in edges)
    assert all(edge in INVENTORY.edges_to(edge.target, edge.kind) for edge in edges)
    entering = {edge for ref in ALL for edge in INVENTORY.edges_to(ref)}
    assert entering <= set(edges)


def test_every_kind_of_edge_but_owns_has_a_layer() -> None:
    assert set().union(*(layer.kinds for layer in LAYERS)) == set(EdgeKind) - {EdgeKind.OWNS}


def test_kinds_narrow_down_and_none_is_all() -> None:
    every = INVENTORY.edges_from(DEPLOYMENT)

    assert every == tuple(sorted(every))
    assert {edge.kind for edge in every} == {EdgeKind.OWNS, EdgeKind.MOUNTS, EdgeKind.READS_ENV, EdgeKind.USES}
    assert {edge.kind for edge in INVENTORY.edges_from(DEPLOYMENT, EdgeKind.USES, EdgeKind.OWNS)} == {EdgeKind.OWNS, EdgeKind.USES}
    assert INVENTORY.edges_from(Ref("apps/v1beta2", "Deployment", "shop", "cart")) == every


def test_edges_lead_to_what_does_not_exist() -> None:
    secret = Ref("v1", "Secret", "shop", "db")

    assert INVENTORY.exists(secret) is False
    assert [(edge.kind, edge.source) for edge in INVENTORY.edges_to(secret)] == [(EdgeKind.READS_ENV, DEPLOYMENT)]


def test_an_owner_that_does_not_exist_owns_all_the_same_but_a_later_one_of_its_name_does_not() -> None:
    orphan = """
    - kind: ReplicaSet
      metadata: {name: cart-1, namespace: shop, ownerReferences: [{apiVersion: apps/v1, kind: Deployment, name: cart, uid: d1, controller: true}]}
    """
    later = "- {kind: Deployment, metadata: {name: cart, namespace: shop, uid: d2}}"
    replica_set = Ref("apps/v1", "ReplicaSet", "shop", "cart-1")
    alone, beside_later = Inventory(reading_from_yaml(orphan)), Inventory(reading_from_yaml(f"{orphan}\n---\n{later}"))

    assert [edge.source for edge in alone.edges_to(replica_set, EdgeKind.OWNS)] == [DEPLOYMENT]
    assert [edge.target for edge in alone.edges_from(DEPLOYMENT, EdgeKind.OWNS)] == [replica_set]
    assert beside_later.edges_to(replica_set, EdgeKind.OWNS) == ()
    assert beside_later.edges_from(DEPLOYMENT, EdgeKind.OWNS) == ()


def test_nodes_do_not_own_static_pods() -> None:
    inventory = Inventory(
        reading_from_yaml(
            """
            - {kind: Node, apiVersion: v1, metadata: {name: node-a, uid: n1}}
            - apiVersion: v1
              kind: Pod
              metadata: {name: etcd, namespace: kube-system, ownerReferences: [{apiVersion: v1, kind: Node, name: node-a, uid: n1, controller: true}]}
              spec: {nodeName: node-a}
            """
        )
    )
    pod, node = Ref("v1", "Pod", "kube-system", "etcd"), Ref("v1", "Node", "", "node-a")

    assert inventory.edges_to(pod, EdgeKind.OWNS) == ()
    assert inventory.edges_from(node, EdgeKind.OWNS) == ()
    assert [edge.source for edge in inventory.edges_to(node)] == [pod]


def test_a_custom_workload_has_edges_by_its_template() -> None:
    inventory = Inventory(
        reading_from_yaml(
            """
            - apiVersion: argoproj.io/v1alpha1
              kind: Rollout
              metadata: {name: cart, namespace: shop}
              spec: {template: {metadata: {labels: {app: cart}}, spec: {containers: [{name: api, envFrom: [{secretRef: {name: db}}]}]}}}
            - {kind: Service, apiVersion: v1, metadata: {name: cart, namespace: shop}, spec: {selector: {app: cart}}}
            - {apiVersion: argoproj.io/v1alpha1, kind: Rollout, metadata: {name: odd, namespace: shop}, spec: {template: [1]}}
            """
        )
    )
    rollout = Ref("argoproj.io/v1alpha1", "Rollout", "shop", "cart")

    assert {edge.kind for edge in inventory.edges_from(rollout)} == {EdgeKind.READS_ENV, EdgeKind.USES}
    assert [edge.source.kind for edge in inventory.edges_to(rollout)] == ["Service"]
