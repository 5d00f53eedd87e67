"""What is wrong with the fields of a manifest, as the API server's strict validation tells it: names that no field has, values of
another type, words that are none of those it takes, fields that must be there.

Sources: https://kubernetes.io/docs/reference/using-api/api-concepts/#field-validation and, for what must be there,
pkg/apis/*/validation in kubernetes/kubernetes: a schema marks more fields as required than the server insists on.
"""

from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from typing import Any, NamedTuple

from kubedx.analyzers import nearest_few
from kubedx.kube import ApiFields, FieldType, api_fields, is_newer
from kubedx.remedy.field_form import is_of, printable, wanted

MOST_FAULTS = 20
"""Faults that are told of one manifest: a template of another program has hundreds."""

_MAX_DEPTH = 100
_SEARCHED = 4
"""How many levels further down a misplaced field is looked for."""

_ALIKE = 0.8
"""How much of an abbreviated name (`minReadySecs`) and of a field's must be the same."""

_METADATA = "apimachinery.pkg.apis.meta.v1.ObjectMeta"
_INSISTED = frozenset(
    f"{schema}.{field}"
    for schema, fields in {
        "api.apps.v1.DaemonSetSpec": ("selector", "template"),
        "api.apps.v1.DeploymentSpec": ("selector", "template"),
        "api.apps.v1.ReplicaSetSpec": ("selector",),
        "api.apps.v1.StatefulSetSpec": ("selector", "template"),
        "api.autoscaling.v2.CrossVersionObjectReference": ("kind", "name"),
        "api.autoscaling.v2.HorizontalPodAutoscalerSpec": ("maxReplicas", "scaleTargetRef"),
        "api.batch.v1.CronJobSpec": ("jobTemplate", "schedule"),
        "api.batch.v1.JobSpec": ("template",),
        "api.core.v1.ConfigMapKeySelector": ("key",),
        "api.core.v1.Container": ("name",),
        "api.core.v1.ContainerPort": ("containerPort",),
        "api.core.v1.EnvVar": ("name",),
        "api.core.v1.HTTPGetAction": ("port",),
        "api.core.v1.HostPathVolumeSource": ("path",),
        "api.core.v1.KeyToPath": ("key", "path"),
        "api.core.v1.PersistentVolumeClaimVolumeSource": ("claimName",),
        "api.core.v1.PodAffinityTerm": ("topologyKey",),
        "api.core.v1.PodSpec": ("containers",),
        "api.core.v1.SecretKeySelector": ("key",),
        "api.core.v1.ServicePort": ("port",),
        "api.core.v1.TCPSocketAction": ("port",),
        "api.core.v1.TopologySpreadConstraint": ("maxSkew", "topologyKey", "whenUnsatisfiable"),
        "api.core.v1.Volume": ("name",),
        "api.core.v1.VolumeMount": ("mountPath", "name"),
        "api.networking.v1.HTTPIngressPath": ("backend", "pathType"),
        "api.networking.v1.HTTPIngressRuleValue": ("paths",),
        "api.rbac.v1.PolicyRule": ("verbs",),
        "api.rbac.v1.RoleBinding": ("roleRef",),
        "api.rbac.v1.ClusterRoleBinding": ("roleRef",),
        "api.rbac.v1.RoleRef": ("kind", "name"),
        "api.rbac.v1.Subject": ("kind", "name"),
        "api.storage.v1.StorageClass": ("provisioner",),
        "apimachinery.pkg.apis.meta.v1.LabelSelectorRequirement": ("key", "operator"),
    }.items()
    for field in fields
)
"""Required fields without which the server refuses an object of a built-in kind (tests/apiserver asks one)."""


class _Level(NamedTuple):
    """An object on the way down, for fields that stand at the wrong level."""

    path: str
    schema: str


def field_faults(document: Mapping[str, Any], custom: Mapping[str, ApiFields], version: str = "") -> tuple[str, ...]:
    """What the API server would refuse of an object's fields, each in a clause that begins with the path.

    `custom` are the fields of custom kinds by apiVersion; a kind that neither holds has no faults. `version` is that of the cluster:
    of a newer one than the table knows, only misspelt names are told, since fields are added with every version.
    """
    api_version, kind = str(document.get("apiVersion")), str(document.get("kind"))
    own = custom.get(api_version)
    fields = own if own is not None and own.schema_of(api_version, kind) else api_fields()
    schema = fields.schema_of(api_version, kind)
    if not schema:
        return ()
    check = _Check(fields, quotes=kind != "Secret", certain=not is_newer(version, fields.version or version))
    faults = [*check.object(document, schema, "", ())]
    metadata = document.get("metadata")
    if fields is own and isinstance(metadata, dict):
        faults += _Check(api_fields(), quotes=True, certain=True).object(metadata, _METADATA, "metadata", ())
    return tuple(faults[:MOST_FAULTS])


class _Check:
    """Goes through an object. `quotes`: values may be shown; `certain`: no field is unknown for being too new."""

    def __init__(self, fields: ApiFields, *, quotes: bool, certain: bool) -> None:
        self._fields, self._quotes, self._certain = fields, quotes, certain

    def object(self, value: Mapping[str, Any], schema: str, path: str, above: tuple[_Level, ...]) -> Iterator[str]:
        """The faults of an object and of all that is in it."""
        if len(above) > _MAX_DEPTH or schema not in self._fields.schemas:
            return
        fields = self._fields.fields(schema)
        levels = (*above, _Level(path, schema))
        misspelt: set[str] = set()
        for name, inner in value.items():
            if name not in fields:
                meant = nearest_few(name, fields) or tuple(get_close_matches(name, fields, 1, _ALIKE))
                misspelt.update(meant)
                yield from self._unknown(name, meant, levels)
            elif inner is not None:
                yield from self._value(inner, fields[name], _under(path, name), levels)
        for name, field in fields.items():
            if field.required and value.get(name) is None and name not in misspelt and self._is_insisted_on(schema, name):
                yield f"{_under(path, name)} is missing, and must be there"

    def _is_insisted_on(self, schema: str, name: str) -> bool:
        return not self._fields.version or f"{schema}.{name}" in _INSISTED

    def _unknown(self, name: str, meant: tuple[str, ...], levels: tuple[_Level, ...]) -> Iterator[str]:
        place, elsewhere = _under(levels[-1].path, name), "" if meant else self._elsewhere(name, levels)
        if meant:
            yield f"{place} is no field; did you mean {_or(meant)}?"
        elif elsewhere:
            yield f"{place} is no field here; did you mean {elsewhere}?"
        elif self._certain:
            yield f"{place} is no field"

    def _elsewhere(self, name: str, levels: tuple[_Level, ...]) -> str:
        """Where a field of that name does stand: further up on the way, or in a single place not far below."""
        for level in reversed(levels[:-1]):
            if name in self._fields.fields(level.schema):
                return _under(level.path, name)
        places = [(levels[-1].path, levels[-1].schema)]
        for _level in range(_SEARCHED):
            places = [one for path, schema in places for one in self._below(path, schema)]
            found = [path for path, schema in places if name in self._fields.fields(schema)]
            if found:
                return f"{found[0]}.{name}" if len(found) == 1 else ""
        return ""

    def _below(self, path: str, schema: str) -> Iterator[tuple[str, str]]:
        for name, field in self._fields.fields(schema).items():
            inner, place = field, _under(path, name)
            while inner.element is not None:
                inner, place = inner.element, f"{place}[]"
            if inner.form == "object" and name not in {"metadata", "status"}:
                yield place, inner.schema

    def _value(self, value: Any, field: FieldType, place: str, levels: tuple[_Level, ...]) -> Iterator[str]:
        if not is_of(value, field.form):
            yield f"{place} must be {wanted(value, field.form, quotes=self._quotes)}"
        elif field.form == "object":
            yield from self.object(value, field.schema, place, levels)
        elif field.element is not None:
            items: Iterable[tuple[str, Any]] = value.items() if field.form == "map" else _named(value)
            for name, inner in items:
                if inner is not None or (field.element.form == "string" and field.form == "list"):
                    yield from self._value(inner, field.element, f"{place}[{printable(name)}]", levels)
        elif field.words and value and value not in field.words and self._certain:
            meant = nearest_few(value, field.words)
            hint = f"; did you mean {_or(meant)}?" if meant else ""
            yield f'{place} is "{printable(value)}", which is none of {", ".join(field.words)}{hint}'


def _under(path: str, name: str) -> str:
    return f"{path}.{printable(name)}" if path else printable(name)


def _or(words: Iterable[str]) -> str:
    return " or ".join(f'"{word}"' for word in words)


def _named(items: list[Any]) -> Iterator[tuple[str, Any]]:
    """Elements of a list by their names, as evidence names them, or by their positions."""
    for number, item in enumerate(items):
        name = item.get("name") if isinstance(item, dict) else None
        yield name if isinstance(name, str) and name else str(number), item
