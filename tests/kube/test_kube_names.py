"""Every field name that we decode exists in the API, with a type that we accept. A misspelt one would be silently empty for ever."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from msgspec import inspect

from kubedx.kube import TYPES, Condition, ConfigMap, KubeObject, ObjectMeta, Secret
from kubedx.kube.config import ConfigMapOnWire, SecretOnWire

# Written by scripts/openapi-names from a real kube-apiserver.
NAMES = json.loads(Path(__file__).with_name("openapi-names.json").read_text(encoding="utf-8"))
SCHEMAS: dict[str, dict[str, str]] = NAMES["schemas"]

# Kinds that are served by others, by their public documentation.
# https://gateway-api.sigs.k8s.io/reference/spec/
# https://github.com/kubernetes/metrics/blob/master/pkg/apis/metrics/v1beta1/types.go
META = "io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta"
CONDITION = "io.k8s.apimachinery.pkg.apis.meta.v1.Condition"
SELECTOR = "io.k8s.apimachinery.pkg.apis.meta.v1.LabelSelector"
OTHERS: dict[str, dict[str, str]] = {
    # A field set: https://kubernetes.io/docs/reference/using-api/server-side-apply/#field-management
    "FieldSet": {"f:spec": "Owned"},
    "Owned": {},
    "PodMetrics": {"metadata": META, "timestamp": "time", "window": "string", "containers": "[ContainerMetrics]"},
    "ContainerMetrics": {"name": "string", "usage": "{quantity}"},
    "NodeMetrics": {"metadata": META, "timestamp": "time", "window": "string", "usage": "{quantity}"},
    "GatewayClass": {"metadata": META, "spec": "GatewayClassSpec", "status": "GatewayClassStatus"},
    "GatewayClassSpec": {"controllerName": "string", "parametersRef": "ParametersReference", "description": "string"},
    "ParametersReference": {"group": "string", "kind": "string", "name": "string", "namespace": "string"},
    "GatewayClassStatus": {"conditions": f"[{CONDITION}]", "supportedFeatures": "any"},
    "Gateway": {"metadata": META, "spec": "GatewaySpec", "status": "GatewayStatus"},
    "GatewaySpec": {
        "gatewayClassName": "string",
        "listeners": "[Listener]",
        "addresses": "[GatewayAddress]",
        "infrastructure": "GatewayInfrastructure",
    },
    "Listener": {
        "name": "string",
        "hostname": "string",
        "port": "integer",
        "protocol": "string",
        "tls": "ListenerTLSConfig",
        "allowedRoutes": "AllowedRoutes",
    },
    "ListenerTLSConfig": {"mode": "string", "certificateRefs": "[SecretObjectReference]", "options": "{string}"},
    "SecretObjectReference": {"group": "string", "kind": "string", "name": "string", "namespace": "string"},
    "AllowedRoutes": {"namespaces": "RouteNamespaces", "kinds": "[RouteGroupKind]"},
    "RouteNamespaces": {"from": "string", "selector": SELECTOR},
    "RouteGroupKind": {"group": "string", "kind": "string"},
    "GatewayAddress": {"type": "string", "value": "string"},
    "GatewayInfrastructure": {"labels": "{string}", "annotations": "{string}", "parametersRef": "ParametersReference"},
    "GatewayStatus": {"addresses": "[GatewayAddress]", "conditions": f"[{CONDITION}]", "listeners": "[ListenerStatus]"},
    "ListenerStatus": {
        "name": "string",
        "supportedKinds": "[RouteGroupKind]",
        "attachedRoutes": "integer",
        "conditions": f"[{CONDITION}]",
    },
    "HTTPRoute": {"metadata": META, "spec": "HTTPRouteSpec", "status": "HTTPRouteStatus"},
    "HTTPRouteSpec": {"parentRefs": "[ParentReference]", "hostnames": "[string]", "rules": "[HTTPRouteRule]"},
    "ParentReference": {
        "group": "string",
        "kind": "string",
        "namespace": "string",
        "name": "string",
        "sectionName": "string",
        "port": "integer",
    },
    "HTTPRouteRule": {
        "name": "string",
        "matches": "[HTTPRouteMatch]",
        "filters": "[HTTPRouteFilter]",
        "backendRefs": "[HTTPBackendRef]",
        "timeouts": "HTTPRouteTimeouts",
    },
    "HTTPRouteMatch": {
        "path": "HTTPPathMatch",
        "headers": "[HTTPValueMatch]",
        "queryParams": "[HTTPValueMatch]",
        "method": "string",
    },
    "HTTPPathMatch": {"type": "string", "value": "string"},
    "HTTPValueMatch": {"type": "string", "name": "string", "value": "string"},
    "HTTPRouteFilter": {"type": "string", "requestMirror": "HTTPRequestMirrorFilter", "extensionRef": "LocalObjectReference"},
    "HTTPRequestMirrorFilter": {"backendRef": "BackendObjectReference"},
    "LocalObjectReference": {"group": "string", "kind": "string", "name": "string"},
    "BackendObjectReference": {"group": "string", "kind": "string", "name": "string", "namespace": "string", "port": "integer"},
    "HTTPBackendRef": {
        "group": "string",
        "kind": "string",
        "name": "string",
        "namespace": "string",
        "port": "integer",
        "weight": "integer",
    },
    "HTTPRouteTimeouts": {"request": "string", "backendRequest": "string"},
    "HTTPRouteStatus": {"parents": "[RouteParentStatus]"},
    # What its controllers put into the `data` of a ControllerRevision, which the API leaves open.
    "RevisionPatch": {"spec": "RevisionSpec"},
    "RevisionSpec": {"template": "io.k8s.api.core.v1.PodTemplateSpec"},
    "RouteParentStatus": {"parentRef": "ParentReference", "controllerName": "string", "conditions": f"[{CONDITION}]"},
}

# Our one type of a condition serves all kinds; only some have this field.
ONLY_SOMETIMES = {(Condition, "observedGeneration")}

SAMPLES: dict[str, list[Any]] = {
    "string": ["x"],
    "integer": [1],
    "number": [1, 1.5],
    "boolean": [True],
    "int-or-string": [1, "1"],
    "quantity": ["1", 1],
    "time": ["2026-01-01T00:00:00Z", "2026-01-01T00:00:00.123456Z"],
    "any": [],
}


def _fields(schema: str) -> dict[str, str]:
    return SCHEMAS[schema] if schema in SCHEMAS else OTHERS[schema]


def _samples(written: str) -> list[Any]:
    """Values of the type that the API gives to a field."""
    inner = written[1:-1]
    if written.startswith("["):
        return [[sample] for sample in _samples(inner)]
    if written.startswith("{"):
        return [{"k": sample} for sample in _samples(inner)]
    return SAMPLES.get(written, [{}])


def _structs(info: inspect.Type) -> list[type[msgspec.Struct]]:
    """The structs directly inside a type: itself, an element, a value, a member of a union."""
    match info:
        case inspect.StructType():
            return [info.cls]
        case inspect.UnionType():
            return [struct for member in info.types for struct in _structs(member)]
        case inspect.VarTupleType():
            return _structs(info.item_type)
        case inspect.DictType():
            return _structs(info.value_type)
        case inspect.Metadata():
            return _structs(info.type)
        case _:
            return []


def _faults(struct: type[msgspec.Struct], schema: str, seen: set[tuple[type, str]]) -> list[str]:
    if (struct, schema) in seen:
        return []
    seen.add((struct, schema))
    api, faults = _fields(schema), []
    for field in msgspec.structs.fields(struct):
        name = field.encode_name
        if name not in api:
            if not any(issubclass(struct, base) and name == only for base, only in ONLY_SOMETIMES):
                faults.append(f"{struct.__name__}.{field.name}: {schema} has no {name}")
            continue
        for sample in _samples(api[name]):
            try:
                msgspec.json.decode(msgspec.json.encode({name: sample}), type=struct)
            except msgspec.ValidationError as refusal:
                faults.append(f"{struct.__name__}.{field.name} refuses {api[name]}: {refusal}")
        inner_schema = api[name].strip("[]{}")
        for inner in _structs(inspect.type_info(field.type)):
            faults += _faults(inner, inner.__name__ if inner_schema == "any" else inner_schema, seen)
    return faults


def _schema(kind_type: type[KubeObject]) -> str:
    kind = kind_type.KIND
    return str(NAMES["kinds"].get(f"{kind.api_version}/{kind.kind}", kind.kind))


WIRE: dict[type[KubeObject], type[msgspec.Struct]] = {Secret: SecretOnWire, ConfigMap: ConfigMapOnWire}


@pytest.mark.parametrize("kind_type", TYPES, ids=lambda kind_type: kind_type.__name__)
def test_every_name_is_the_apis(kind_type: type[KubeObject]) -> None:
    assert _faults(WIRE.get(kind_type, kind_type), _schema(kind_type), set()) == []


def test_only_what_others_serve_is_listed_by_hand() -> None:
    by_hand = {kind_type.__name__ for kind_type in TYPES if _schema(kind_type) in OTHERS}
    assert by_hand == {"Gateway", "GatewayClass", "HTTPRoute", "NodeMetrics", "PodMetrics"}


def test_a_wrong_name_is_found() -> None:
    class Wrong(msgspec.Struct, rename="camel"):
        host_ip: str = ""

    assert _faults(Wrong, "io.k8s.api.core.v1.PodStatus", set()) == ["Wrong.host_ip: io.k8s.api.core.v1.PodStatus has no hostIp"]


def test_a_wrong_type_is_found() -> None:
    class Wrong(msgspec.Struct, rename="camel"):
        replicas: str = ""

    assert len(_faults(Wrong, "io.k8s.api.apps.v1.DeploymentSpec", set())) == 1


def test_the_metadata_that_we_read_is_walked_too() -> None:
    seen: set[tuple[type, str]] = set()
    _faults(TYPES[0], _schema(TYPES[0]), seen)

    assert (ObjectMeta, META) in seen
