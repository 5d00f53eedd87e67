"""What other rooms may import from `kubedx.kube`."""

import importlib
import inspect
import pkgutil

import msgspec

import kubedx.kube
from kubedx.kube import TYPES, GroupKind, Kind, Pod, kind_of, type_of

# What only this room uses: how the bytes look, before they are an object.
INSIDE = {"SecretOnWire", "ConfigMapOnWire", "ListMeta", "Wire"}


def test_every_public_struct_is_on_the_face() -> None:
    structs = set()
    for module in pkgutil.iter_modules(kubedx.kube.__path__):
        loaded = importlib.import_module(f"kubedx.kube.{module.name}")
        members = inspect.getmembers(loaded, lambda member: isinstance(member, type) and issubclass(member, msgspec.Struct))
        structs |= {name for name, member in members if member.__module__ == loaded.__name__ and not name.startswith("_")}

    assert structs - INSIDE <= set(kubedx.kube.__all__)


def test_the_face_holds_what_it_promises() -> None:
    assert all(hasattr(kubedx.kube, name) for name in kubedx.kube.__all__)
    assert len(set(kubedx.kube.__all__)) == len(kubedx.kube.__all__)


def test_kinds_are_found_by_group_and_kind_whatever_the_version() -> None:
    assert type_of(Kind("v1", "Pod", "pods").group_kind) is Pod
    assert kind_of(GroupKind("autoscaling", "HorizontalPodAutoscaler")) == Kind(
        "autoscaling/v2", "HorizontalPodAutoscaler", "horizontalpodautoscalers"
    )
    assert type_of(GroupKind("serving.knative.dev", "Service")) is None
    assert kind_of(GroupKind("", "Deployment")) is None
    assert len({kind_type.KIND.group_kind for kind_type in TYPES}) == len(TYPES)


def test_an_object_tells_what_it_is() -> None:
    for kind_type in TYPES:
        obj = kind_type(metadata=kubedx.kube.ObjectMeta(name="a", uid="u"))
        assert (obj.kind, obj.name, obj.namespace, obj.uid) == (kind_type.KIND, "a", "", "u")
        assert obj.ref == kind_type.KIND.ref("", "a")
