"""Whatever is absent, what was probably meant is said: one or two letters off, another case, plural, another place, the value beside it."""

from typing import Any

import pytest

from correlate.shop import CRASHES, Objects, event, incidents_of, node, objects, workload

NO_SUCH_IMAGE = {
    "waiting": {"reason": "ErrImagePull", "message": "pull access denied, repository does not exist or may require authorization"}
}


def waits(message: str) -> dict[str, Any]:
    return {"waiting": {"reason": "CreateContainerConfigError", "message": message}}


def named(kind: str, name: str, *, version: str = "v1", namespace: str = "shop", **parts: Any) -> Objects:
    meta = {"name": name, **({"namespace": namespace} if namespace else {})}
    return [{"apiVersion": version, "kind": kind, "metadata": meta, **parts}]


def rejected(message: str, **more: Any) -> Objects:
    made = workload("cart", made=False, **more)
    failure = {"type": "ReplicaFailure", "status": "True", "reason": "FailedCreate", "lastTransitionTime": "2026-03-01T11:00:00Z"}
    made[1]["status"]["conditions"] = [{**failure, "message": message}]
    return [*made, event(made[1], "FailedCreate", f"Error creating: {message}")]


def unfit(message: str, **more: Any) -> Objects:
    return workload("cart", pending=message, **more)


CART = workload("cart")
ROUTE = """
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata: {{name: front, namespace: shop}}
spec: {{ingressClassName: {ingress_class}, rules: [{{http: {{paths: [{{path: /, pathType: Prefix, backend: {{service: {{name: {service}, port: {{{port}}}}}}}}}]}}}}]}}
---
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata: {{name: nginx}}
spec: {{controller: k8s.io/ingress-nginx}}
"""
CLAIM = """
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: data, namespace: shop, creationTimestamp: 2026-03-01T11:00:00Z}
spec: {storageClassName: standrad, accessModes: [ReadWriteOnce], resources: {requests: {storage: 1Gi}}}
status: {phase: Pending}
---
apiVersion: storage.k8s.io/v1
kind: StorageClass
metadata: {name: standard}
provisioner: csi.example.com
"""
HPA = """
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: cart, namespace: shop, creationTimestamp: 2026-03-01T10:00:00Z}
spec: {maxReplicas: 3, scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: carts}}
status: {conditions: [{type: AbleToScale, status: "False", reason: FailedGetScale, message: 'deployments.apps "carts" not found', lastTransitionTime: 2026-03-01T11:00:00Z}]}
"""
HTTP_ROUTE = """
apiVersion: gateway.networking.k8s.io/v1
kind: HTTPRoute
metadata: {name: front, namespace: shop, creationTimestamp: 2026-03-01T10:00:00Z}
spec: {rules: [{backendRefs: [{name: catr, port: 80}]}]}
"""
BINDING = """
apiVersion: rbac.authorization.k8s.io/v1
kind: RoleBinding
metadata: {name: cart, namespace: shop}
roleRef: {apiGroup: rbac.authorization.k8s.io, kind: Role, name: reeder}
subjects: [{kind: ServiceAccount, name: cart, namespace: shop}]
---
apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: shop}
"""


def selector(value: str) -> Objects:
    made = workload("cart")
    made[-1]["spec"]["selector"] = {"app": value}
    return made


def port_named(name: str) -> Objects:
    made = workload("cart", container={"ports": [{"name": "http", "containerPort": 8080}]})
    made[-1]["spec"]["ports"] = [{"port": 80, "targetPort": name}]
    return made


def pulled(name: str, image: str) -> Objects:
    made = workload(name, container={"image": image})
    made[2]["status"]["containerStatuses"][0]["imageID"] = f"{image}@sha256:0"
    return made


def env_from(kind: str, name: str) -> dict[str, Any]:
    return {"container": {"envFrom": [{f"{kind}Ref": {"name": name}}]}}


def env_key(kind: str, name: str, key: str) -> dict[str, Any]:
    return {"container": {"env": [{"name": "MODE", "valueFrom": {f"{kind}KeyRef": {"name": name, "key": key}}}]}}


CASES: dict[str, tuple[Objects, str]] = {
    "a ConfigMap, a letter off": (
        [*workload("cart", state=waits('configmap "setings" not found'), **env_from("configMap", "setings")), *named("ConfigMap", "settings")],
        'did you mean "settings"',
    ),
    "a ConfigMap, two as near": (
        [
            *workload("cart", state=waits('configmap "app-config" not found'), **env_from("configMap", "app-config")),
            *named("ConfigMap", "app-confog"),
            *named("ConfigMap", "app-confit"),
        ],
        'did you mean "app-confit" or "app-confog" in this namespace',
    ),
    "a ConfigMap, elsewhere": (
        [
            *workload("cart", state=waits('configmap "settings" not found'), **env_from("configMap", "settings")),
            *named("ConfigMap", "settings", namespace="shop-old"),
        ],
        'there is one in namespace "shop-old"',
    ),
    "a key of a ConfigMap": (
        [
            *workload("cart", state=waits("couldn't find key MDOE in ConfigMap shop/app"), **env_key("configMap", "app", "MDOE")),
            *named("ConfigMap", "app", data={"MODE": "fast"}),
        ],
        'did you mean "MODE"',
    ),
    "a Secret, plural": (
        [*workload("cart", state=waits('secret "credential" not found'), **env_from("secret", "credential")), *named("Secret", "credentials")],
        'did you mean "credentials"',
    ),
    "a key of a Secret, another case": (
        [
            *workload("cart", state=waits("couldn't find key Password in Secret shop/db"), **env_key("secret", "db", "Password")),
            *named("Secret", "db", data={"password": ""}),
        ],
        'did you mean "password"',
    ),
    "a ServiceAccount": (
        [
            *rejected('pods "x" is forbidden: error looking up service account shop/carts: serviceaccount "carts" not found', serviceAccountName="carts"),
            *named("ServiceAccount", "cart"),
        ],
        'did you mean "cart"',
    ),
    "a PriorityClass": (
        [
            *rejected('pods "x" is forbidden: no PriorityClass with name hgih was found', priorityClassName="hgih"),
            *named("PriorityClass", "high", version="scheduling.k8s.io/v1", namespace="", value=1000),
        ],
        'did you mean "high"',
    ),
    "a RuntimeClass": (
        [
            *rejected('pods "x" is forbidden: pod rejected: RuntimeClass "gvisro" not found', runtimeClassName="gvisro"),
            *named("RuntimeClass", "gvisor", version="node.k8s.io/v1", namespace="", handler="runsc"),
        ],
        'did you mean "gvisor"',
    ),
    "a claim": (
        [
            *unfit('0/1 nodes are available: persistentvolumeclaim "dta" not found.', volumes=[{"name": "d", "persistentVolumeClaim": {"claimName": "cart-dta"}}]),
            *named("PersistentVolumeClaim", "cart-data", status={"phase": "Bound"}, spec={"volumeName": "v"}),
        ],
        'did you mean "cart-data"',
    ),
    "a StorageClass": (
        [
            *objects(CLAIM),
            *unfit(
                "0/1 nodes are available: pod has unbound immediate PersistentVolumeClaims.",
                volumes=[{"name": "d", "persistentVolumeClaim": {"claimName": "data"}}],
            ),
        ],
        'did you mean "standard"',
    ),
    "an IngressClass": ([*CART, *objects(ROUTE.format(ingress_class="ngnix", service="cart", port="number: 80"))], 'did you mean "nginx"'),
    "a Service of an Ingress": ([*CART, *objects(ROUTE.format(ingress_class="nginx", service="catr", port="number: 80"))], 'did you mean "cart"'),
    "a port of a Service of an Ingress": (
        [*CART, *objects(ROUTE.format(ingress_class="nginx", service="cart", port="name: htpp"))],
        "http",
    ),
    "a Service of a route": ([*CART, *objects(HTTP_ROUTE)], 'did you mean "cart"'),
    "a name of a port": (port_named("htpp"), "they declare http (8080)"),
    "a label of a selector": (selector("carts"), "app=cart"),
    "a label of nodes": (
        [*unfit("0/1 nodes are available: 1 node(s) didn't match Pod's node affinity/selector.", nodeSelector={"disk": "sdd"})],
        "disk=ssd",
    ),
    "a target of an autoscaler": ([*CART, *objects(HPA)], 'did you mean "cart"'),
    "a Role": (objects(BINDING), 'did you mean "reader"'),
    "a called Service": ([*CART, *workload("web", env={"CART_URL": "http://catr:80"}, state=CRASHES)], 'did you mean "cart"'),
    "a namespace of a called Service": (
        [*CART, *workload("web", namespace="front", env={"CART_URL": "http://cart.shops.svc:80"}, state=CRASHES)],
        'there is one in namespace "shop"',
    ),
    "an official image": (
        [*workload("web", state={"waiting": {"reason": "ImagePullBackOff", "message": 'Back-off pulling image "ngnix:1.27"'}}, container={"image": "ngnix:1.27"})],
        "nginx",
    ),
    "an image that siblings run": (
        [
            *workload("web", state=NO_SUCH_IMAGE, container={"image": "registry.example.com/shop/wbe:2"}),
            *pulled("other", "registry.example.com/shop/web:2"),
        ],
        "registry.example.com/shop/web",
    ),
    "a topology key": (
        [
            *unfit(
                "0/1 nodes are available: 1 node(s) didn't match pod topology spread constraints (missing required label).",
                topologySpreadConstraints=[
                    {"maxSkew": 1, "topologyKey": "topology.kubernetes.io/zones", "whenUnsatisfiable": "DoNotSchedule", "labelSelector": {"matchLabels": {"app": "cart"}}}
                ],
            )
        ],
        "topology.kubernetes.io/zone",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", CASES)
def test_what_was_meant_is_said(case: str) -> None:
    cluster, words = CASES[case]
    labelled = node("n1")
    labelled["metadata"]["labels"] = {"disk": "ssd", "topology.kubernetes.io/zone": "a"}
    found = incidents_of([labelled, *cluster])

    said = [f"{one.root_cause.code}: {one.title}" for one in found]
    assert any(words in one for one in said), said
