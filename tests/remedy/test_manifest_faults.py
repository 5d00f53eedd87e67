"""What is wrong with manifests as they are written."""

import io
from collections.abc import Callable
from typing import Any

import msgspec
import pytest

from kubedx.inventory import Inventory
from kubedx.kube import ClusterInfo, Manifest, Origin
from kubedx.remedy import manifest_faults
from kubedx.source import read_manifests
from kubedx.testing import reading_from_yaml

Shop = Callable[..., Inventory]

CART = """
apiVersion: apps/v1
kind: Deployment
metadata: {name: cart, namespace: shop}
spec:
  selector: {matchLabels: {app: cart}}
  template:
    metadata: {labels: {app: cart}}
    spec:
      containers:
      - name: api
        image: shop/cart:1
"""


def manifests(text: str) -> tuple[Manifest, ...]:
    return read_manifests(["-"], stdin=io.BytesIO(text.encode())).manifests


def faults(text: str, inventory: Inventory) -> list[str]:
    """What is wrong, without where."""
    return [fault.split(": ", 2)[2] for fault in manifest_faults(manifests(text), inventory)]


def test_a_right_manifest_has_no_fault(shop: Shop) -> None:
    assert faults(CART, shop()) == []


# fmt: off
WRONG = [
    ("containers:", "contaners:", 'spec.template.spec.contaners is no field; did you mean "containers"?'),
    ("image: shop/cart:1", "imge: shop/cart:1", 'spec.template.spec.containers[api].imge is no field; did you mean "image"?'),
    ("image: shop/cart:1", "volumes: []", "spec.template.spec.containers[api].volumes is no field here; did you mean spec.template.spec.volumes?"),
    ("image: shop/cart:1", "flavour: hot", "spec.template.spec.containers[api].flavour is no field"),
    ("spec:\n  sel", "spec:\n  strategy: {type: Recreat}\n  sel", 'spec.strategy.type is "Recreat", which is none of Recreate, RollingUpdate; did you mean "Recreate"?'),
    ("spec:\n  sel", "spec:\n  replicas: '3'\n  sel", 'spec.replicas must be a whole number, not the text "3"; leave the quotes out'),
    ("spec:\n  sel", "spec:\n  paused: maybe\n  sel", 'spec.paused must be true or false, not the text "maybe"'),
    ("spec:\n  sel", "spec:\n  replicas: 2.5\n  sel", "spec.replicas must be a whole number, not the number 2.5"),
    ("{matchLabels: {app: cart}}", "{matchLabels: {app: 1}}", "spec.selector.matchLabels[app] must be text, not the number 1; put it in quotes"),
    (
        "image: shop/cart:1",
        "env: [{name: A, value: true}]",
        "spec.template.spec.containers[api].env[A].value must be text, not the boolean true; put it in quotes",
    ),
    (
        "image: shop/cart:1",
        "resources: {limits: {memory: 5Gb}}",
        'spec.template.spec.containers[api].resources.limits[memory] must be a quantity such as 500m or 1Gi, not the text "5Gb"',
    ),
    ("image: shop/cart:1", "args: {a: b}", "spec.template.spec.containers[api].args must be a list, not an object"),
    ("image: shop/cart:1", "args: [null]", "spec.template.spec.containers[api].args[0] must be text, not nothing"),
    ("image: shop/cart:1", "ports: [{}]", "spec.template.spec.containers[api].ports[0].containerPort is missing, and must be there"),
    ("  selector: {matchLabels: {app: cart}}\n", "", "spec.selector is missing, and must be there"),
    ("labels: {app: cart}", "labels: {app: crat}", "spec.selector (app=cart) does not match the labels of the template (app=crat)"),
    (
        "image: shop/cart:1",
        "volumeMounts: [{name: datta, mountPath: /d}]\n      volumes: [{name: data}]",
        'spec.template.spec: container "api" mounts volume "datta", which the pod has not; did you mean data?',
    ),
    (
        "image: shop/cart:1",
        "readinessProbe: {periodSeconds: 3}",
        'spec.template.spec: container "api" has a readiness probe that says neither httpGet, tcpSocket, exec nor grpc',
    ),
    ("- name: api", "- name: api\n      - name: api", 'spec.template.spec has 2 containers of the name "api"'),
    ("name: cart,", "name: Cart,", 'metadata.name is "Cart", but a name has lower-case letters, digits, - and ., and ends with a letter or digit'),
    ("apps/v1", "v1", "v1 has no kind Deployment; did you mean apps/v1?"),
    ("apps/v1", "app/v1", "there is no API group app; did you mean apps/v1?"),
    ("apps/v1", "apps/v1beta1", "apps/v1beta1 is served no more; write apps/v1, whose fields may differ"),
    ("Deployment", "Deploymnet", "apps/v1 has no kind Deploymnet; did you mean Deployment?"),
]
# fmt: on
"""What of `CART` is replaced by what, and the fault that it then has. tests/apiserver asks an API server for the same."""


@pytest.mark.parametrize(("right", "wrong", "fault"), WRONG)
def test_a_wrong_manifest_has_one(shop: Shop, right: str, wrong: str, fault: str) -> None:
    assert right in CART
    assert faults(CART.replace(right, wrong), shop()) == [fault]


def test_a_fault_says_where_it_stands(shop: Shop) -> None:
    (told,) = manifest_faults(manifests(f"# one\n---{CART.replace('image', 'imgae')}"), shop())

    assert told.startswith("standard input, line 3: Deployment cart: spec.template.spec.")


def test_a_tie_is_two_suggestions(shop: Shop) -> None:
    (told,) = faults(CART.replace("image: shop/cart:1", "volumeMountes: []"), shop())
    assert told.endswith('did you mean "volumeMounts"?')
    (told,) = faults("apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {ports: [{port: 1}], externalIP: []}", shop())
    assert told == 'spec.externalIP is no field; did you mean "externalIPs"?'


def test_of_a_secret_no_value_is_shown(shop: Shop) -> None:
    text = "apiVersion: v1\nkind: Secret\nmetadata: {name: db}\ndata: {a: hunter-2}\nstringData: {pin: 4711}\n"

    assert faults(text, shop()) == [
        "data[a] must be text in base64, and is not; stringData takes plain text",
        "stringData[pin] must be text, not a number; put it in quotes",
    ]


def cluster(version: str) -> Inventory:
    told = ClusterInfo(source=Origin.LIVE, name="staging", version=version)
    return Inventory(msgspec.structs.replace(reading_from_yaml("kind: Namespace\nmetadata: {name: shop}"), cluster=told))


def test_a_newer_cluster_may_have_fields_that_are_not_known_here() -> None:
    newer = cluster("v1.99.0")

    assert faults(CART.replace("image: shop/cart:1", "flavour: hot"), newer) == []
    assert faults(CART.replace("spec:\n  sel", "spec:\n  strategy: {type: Canary}\n  sel"), newer) == []
    assert faults(CART.replace("apps/v1", "apps/v2"), newer) == []
    assert len(faults(CART.replace("image", "imgae"), newer)) == 1


def test_an_old_cluster_may_serve_what_is_served_no_more() -> None:
    budget = "apiVersion: policy/v1beta1\nkind: PodDisruptionBudget\nmetadata: {name: cart, namespace: shop}\n"

    assert faults(budget, cluster("v1.24.0")) == []
    assert faults(budget, cluster("v1.33.0")) == ["policy/v1beta1 is served no more; write policy/v1, whose fields may differ"]


WIDGET = """
apiVersion: apiextensions.k8s.io/v1
kind: CustomResourceDefinition
metadata: {name: widgets.example.com}
spec:
  group: example.com
  scope: Namespaced
  names: {kind: Widget, plural: widgets}
  versions:
  - name: v1
    served: true
    storage: true
    schema:
      openAPIV3Schema:
        type: object
        properties:
          spec: {type: object, required: [size], properties: {size: {type: integer}, colour: {type: string, enum: [red, blue]}}}
"""


def test_a_custom_resource_is_checked_by_its_definition(shop: Shop) -> None:
    wrong = "---\napiVersion: example.com/v1\nkind: Widget\nmetadata: {name: w, lables: {}}\nspec: {sise: 3, colour: bleu}\n"

    assert faults(WIDGET + wrong, shop()) == [
        'spec.sise is no field; did you mean "size"?',
        'spec.colour is "bleu", which is none of red, blue; did you mean "blue"?',
        'metadata.lables is no field; did you mean "labels"?',
    ]
    assert faults(wrong, shop()) == []


@pytest.mark.parametrize(
    ("there", "then", "fault"),
    [
        (CART, CART.replace("app: cart", "app: shop"), 'spec.selector cannot be changed once it is there ("app=cart" to "app=shop")'),
        (
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a, namespace: shop}\nroleRef: {kind: Role, name: x}",
            "apiVersion: rbac.authorization.k8s.io/v1\nkind: RoleBinding\nmetadata: {name: a, namespace: shop}\nroleRef: {kind: Role, name: y}",
            'roleRef cannot be changed once it is there ("x" to "y")',
        ),
    ],
)
def test_what_cannot_be_changed(shop: Shop, there: str, then: str, fault: str) -> None:
    (told,) = faults(then, shop(there))

    assert told == f"{fault}: the object must be deleted first"


def hostile() -> list[Any]:
    deep: Any = {}
    for _level in range(2000):
        deep = {"spec": deep}
    return [
        {"apiVersion": "apps/v1", "kind": "Deployment", "spec": 3},
        {"apiVersion": "apps/v1", "kind": "Deployment", "metadata": [], "spec": {"template": []}},
        {"apiVersion": "apps/v1", "kind": "Deployment", "spec": {"template": {"spec": {"containers": [None, 3, {"env": {}}]}}}},
        {"apiVersion": 3, "kind": None},
        {"apiVersion": "v1", "kind": "ConfigMap", "data": {"": None, "x\n": [1]}},
        {"apiVersion": "v1", "kind": "Pod", **deep},
        {"apiVersion": "v1", "kind": "Pod", "spec": {f"field{number}": 1 for number in range(5000)}},
    ]


@pytest.mark.parametrize("number", range(len(hostile())))
def test_hostile_documents(shop: Shop, number: int) -> None:
    told = manifest_faults((Manifest(where="x", document=hostile()[number]),), shop())

    assert len(told) <= 20
    assert all("\n" not in one for one in told)
