"""What preflight says of manifests is what a real API server does with them: both refuse, or both take."""

import io

import msgspec
import pytest

from apiserver.cluster import Cluster
from kubedx.inventory import Inventory
from kubedx.kube import ClusterInfo, Origin, api_fields
from kubedx.remedy import manifest_faults
from kubedx.source import parse_yaml, read_manifests
from kubedx.testing import reading_from_yaml
from remedy.test_manifest_faults import CART, WRONG

POD = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: default}\nspec: {SPEC}\n"
CONTAINER = "containers: [{name: a, image: a}]"
OTHERS = {
    "rbac": "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: 'a:B', namespace: default}\n",
    "scaler": "apiVersion: autoscaling/v2\nkind: HorizontalPodAutoscaler\nmetadata: {name: a, namespace: default}\n",
    "ingress": "apiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {name: a, namespace: default}\n",
    "job": "apiVersion: batch/v1\nkind: Job\nmetadata: {name: a, namespace: default}\n",
    "cron": "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: a, namespace: default}\n",
    "service": "apiVersion: v1\nkind: Service\nmetadata: {name: a, namespace: default}\n",
    "set": "apiVersion: apps/v1\nkind: StatefulSet\nmetadata: {name: a, namespace: default}\n",
    "daemon": "apiVersion: apps/v1\nkind: DaemonSet\nmetadata: {name: a, namespace: default}\n",
    "role": "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: a, namespace: default}\n",
    "class": "apiVersion: storage.k8s.io/v1\nkind: StorageClass\nmetadata: {name: a}\n",
    "config": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a, namespace: default, labels: {x: LABEL}}\n",
    "secret": "apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: default}\n",
}
TEMPLATE = "template: {metadata: {labels: {x: y}}, spec: {containers: [{name: a, image: a}]}}"
ONCE = "template: {metadata: {labels: {x: y}}, spec: {restartPolicy: Never, containers: [{name: a, image: a}]}}"
BACKEND = "backend: {service: {name: a, port: {number: 80}}}"

REFUSED = [
    POD.replace("SPEC", "volumes: []"),
    POD.replace("SPEC", "containers: []"),
    POD.replace("SPEC", "containers: [{image: a}]"),
    POD.replace("SPEC", "containers: [{name: a, image: a, env: [{value: b}]}]"),
    POD.replace("SPEC", "containers: [{name: a, image: a, env: [{name: b, valueFrom: {configMapKeyRef: {name: c}}}]}]"),
    POD.replace("SPEC", "containers: [{name: a, image: a, env: [{name: b, valueFrom: {secretKeyRef: {name: c}}}]}]"),
    POD.replace("SPEC", "containers: [{name: a, image: a, ports: [{containerPort: 70000}]}]"),
    POD.replace("SPEC", "containers: [{name: a, image: a, livenessProbe: {tcpSocket: {}}}]"),
    POD.replace("SPEC", "containers: [{name: a, image: a, volumeMounts: [{mountPath: /a}]}], volumes: [{name: v}]"),
    POD.replace("SPEC", f"{CONTAINER}, volumes: [{{emptyDir: {{}}}}]"),
    POD.replace("SPEC", f"{CONTAINER}, volumes: [{{name: v}}, {{name: v}}]"),
    POD.replace("SPEC", f"{CONTAINER}, volumes: [{{name: v, hostPath: {{type: Directory}}}}]"),
    POD.replace("SPEC", f"{CONTAINER}, volumes: [{{name: v, persistentVolumeClaim: {{readOnly: true}}}}]"),
    POD.replace("SPEC", f"{CONTAINER}, volumes: [{{name: v, configMap: {{name: c, items: [{{path: x}}]}}}}]"),
    POD.replace("SPEC", f"{CONTAINER}, topologySpreadConstraints: [{{maxSkew: 1, topologyKey: zone}}]"),
    POD.replace(
        "SPEC", f"{CONTAINER}, affinity: {{podAffinity: {{requiredDuringSchedulingIgnoredDuringExecution: [{{labelSelector: {{}}}}]}}}}"
    ),
    POD.replace("SPEC", f"{CONTAINER}, restartPolicy: Sometimes"),
    f"{OTHERS['rbac']}subjects: []",
    f"{OTHERS['rbac']}roleRef: {{kind: Role}}",
    f"{OTHERS['rbac']}roleRef: {{kind: Role, name: a}}\nsubjects: [{{kind: Group}}]",
    f"{OTHERS['scaler']}spec: {{scaleTargetRef: {{kind: Deployment, name: a}}}}",
    f"{OTHERS['scaler']}spec: {{maxReplicas: 2}}",
    f"{OTHERS['scaler']}spec: {{maxReplicas: 2, scaleTargetRef: {{name: a}}}}",
    f"{OTHERS['ingress']}spec: {{rules: [{{http: {{paths: [{{path: /, {BACKEND}}}]}}}}]}}",
    f"{OTHERS['ingress']}spec: {{rules: [{{http: {{paths: [{{path: /, pathType: Prefix}}]}}}}]}}",
    f"{OTHERS['ingress']}spec: {{rules: [{{http: {{}}}}]}}",
    f"{OTHERS['job']}spec: {{{TEMPLATE}}}",
    f"{OTHERS['job']}spec: {{completions: 1}}",
    f"{OTHERS['cron']}spec: {{jobTemplate: {{spec: {{{ONCE}}}}}}}",
    f"{OTHERS['cron']}spec: {{schedule: '* * * * *'}}",
    f"{OTHERS['service']}spec: {{selector: {{a: b}}}}",
    f"{OTHERS['service']}spec: {{ports: [{{name: a}}]}}",
    f"{OTHERS['service']}spec: {{ports: [{{port: 80}}, {{port: 81}}]}}",
    f"{OTHERS['service']}spec: {{ports: [{{port: 80, name: a}}, {{port: 81, name: a}}]}}",
    f"{OTHERS['service']}spec: {{ports: [{{port: 80}}], type: Loadbalancer}}",
    f"{OTHERS['set']}spec: {{selector: {{matchLabels: {{x: y}}}}}}",
    f"{OTHERS['daemon']}spec: {{{TEMPLATE}}}",
    f"{OTHERS['daemon']}spec: {{selector: {{matchExpressions: [{{key: x}}]}}, {TEMPLATE}}}",
    f"{OTHERS['role']}rules: [{{apiGroups: [''], resources: [pods]}}]",
    f"{OTHERS['class']}parameters: {{}}",
    OTHERS["config"].replace("LABEL", "'no good'"),
    OTHERS["config"].replace("LABEL", "1"),
    OTHERS["config"].replace("LABEL", "y") + "data: {a: 1}",
    f"{OTHERS['secret']}data: {{a: plain}}",
    f"{OTHERS['secret']}stringData: {{a: 1}}",
]

TAKEN = [
    CART,
    CART.replace("apps/v1", "apps/v1").replace("image: shop/cart:1", "image: shop/cart:1\n        resources: {requests: {cpu: 1, memory: 1e3}, limits: null}"),
    POD.replace("SPEC", f"{CONTAINER}, restartPolicy: '', volumes: [{{name: v, hostPath: {{path: /a}}}}], tolerations: [{{operator: Exists}}]"),
    POD.replace("SPEC", "containers: [{name: a, image: a, env: null, ports: [], args: ['1'], livenessProbe: {httpGet: {port: web}}}]"),
    f"{OTHERS['rbac']}roleRef: {{kind: Role, name: a}}\nsubjects: [{{kind: ServiceAccount, name: a}}]",
    f"{OTHERS['job']}spec: {{{ONCE}}}",
    f"{OTHERS['service']}spec: {{clusterIP: None}}",
    f"{OTHERS['service']}spec: {{type: ExternalName, externalName: example.com}}",
    f"{OTHERS['set']}spec: {{selector: {{matchLabels: {{x: y}}}}, {TEMPLATE}}}",
    f"{OTHERS['secret']}data: {{a: 'YWJj'}}\nstringData: {{b: ''}}",
    OTHERS["config"].replace("LABEL", "''"),
    "apiVersion: policy/v1\nkind: PodDisruptionBudget\nmetadata: {name: a, namespace: default}\nspec: {maxUnavailable: 10%, selector: {}}",
]  # fmt: skip


def is_refused_by(cluster: Cluster, text: str) -> bool:
    """Whether the API server would take it, as kubectl asks: strictly, and without keeping it."""
    (document,) = parse_yaml(text)
    api_version, kind = document["apiVersion"], document["kind"]
    place = f"/api/{api_version}" if "/" not in api_version else f"/apis/{api_version}"
    scope = "namespaces/default/" if kind != "StorageClass" else ""
    resource = f"{kind.lower()}es" if kind.endswith("s") else f"{kind.lower()}s"
    status, answer = cluster.request("POST", f"{place}/{scope}{resource}?dryRun=All&fieldValidation=Strict", document)
    assert status in {200, 201, 400, 404, 422}, answer
    return status >= 400


def faults(text: str) -> tuple[str, ...]:
    info = ClusterInfo(source=Origin.LIVE, name="c", version=api_fields().version)
    inventory = Inventory(msgspec.structs.replace(reading_from_yaml("kind: Namespace\nmetadata: {name: default}"), cluster=info))
    return manifest_faults(read_manifests(["-"], stdin=io.BytesIO(text.encode())).manifests, inventory)


def _carts() -> list[str]:
    return [CART.replace("namespace: shop", "namespace: default").replace(right, wrong) for right, wrong, _fault in WRONG]


@pytest.mark.parametrize("text", [*_carts(), *REFUSED], ids=range(len([*_carts(), *REFUSED])))
def test_both_refuse(cluster: Cluster, text: str) -> None:
    assert is_refused_by(cluster, text)
    assert faults(text)


@pytest.mark.parametrize("text", [one.replace("namespace: shop", "namespace: default") for one in TAKEN], ids=range(len(TAKEN)))
def test_both_take(cluster: Cluster, text: str) -> None:
    assert not is_refused_by(cluster, text)
    assert faults(text) == ()


def test_the_table_is_of_this_api_server_or_an_older_one(cluster: Cluster) -> None:
    """Every kind that is served by a built-in group under a stable version is in the table."""
    _status, groups = cluster.request("GET", "/apis")
    served = {version["groupVersion"] for group in groups["groups"] for version in group["versions"]}
    held = {kind.rpartition("/")[0] for kind in api_fields().kinds}
    built_in = {one for one in served if one.partition("/")[0].endswith("k8s.io") or "." not in one.partition("/")[0]}
    assert built_in <= held
