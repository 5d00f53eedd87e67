"""reference-grant-absent"""

from collections.abc import Iterator
from typing import Any

from kubedx.analyzers import Hit, Outcome, rule
from kubedx.analyzers.evidence import field
from kubedx.analyzers.memo import once_per_inventory
from kubedx.analyzers.rules.gateway._routes import GROUP, ROUTES, AnyRoute, Route, route_of
from kubedx.findings import Effect, Evidence, Severity
from kubedx.inventory import Inventory
from kubedx.kube import Gateway, GroupKind, RawObject, Ref, Secret, Service

GRANT = GroupKind(GROUP, "ReferenceGrant")
REFUSED = "RefNotPermitted"
MAX_NAMED = 3


@rule(filter="HTTPRoute", on=(Gateway, *ROUTES), severity=Severity.ERROR, produces=(Effect.CANNOT_CONNECT,), added="0.1")
def reference_grant_absent(subject: Gateway | AnyRoute, inventory: Inventory) -> Iterator[Outcome]:
    """A route or Gateway refers to an object in another namespace, which no ReferenceGrant there allows.

    ## What it means
    A Service behind a route, or the certificate of a listener, lies in another namespace. That namespace has to allow it by a
    ReferenceGrant that names the kind and namespace of the one who refers and the kind of what it refers to. None does, so requests are
    answered with an error, or the listener does not work.

    ## When it is not reported
    When a grant allows it; and where grants could not be read, unless the controller says `RefNotPermitted`.

    ## How to fix it
    Create the ReferenceGrant that is named in the other namespace, or move the object.
    """
    refused = _is_refused(subject)
    for target, path, value in _foreign(subject):
        if _is_granted(subject, target, inventory) or not (refused or _is_known(target.namespace, inventory)):
            continue
        source = f"{subject.kind.kind} from {subject.namespace}"
        yield Hit(
            message=(
                f"refers to {target.kind} {target.namespace}/{target.name} in another namespace, where no ReferenceGrant allows it "
                f"for {source}{_nearest_grant(subject, target, inventory)}"
            ),
            evidence=(field(subject, path, value), *_said(subject)),
            since=subject.metadata.creation_timestamp,
            values={
                "target": target.name,
                "target_kind": target.kind,
                "target_namespace": target.namespace,
                "source_kind": subject.kind.kind,
            },
        )
        return


def _foreign(subject: Gateway | AnyRoute) -> Iterator[tuple[Ref, str, str]]:
    """What a subject refers to in other namespaces, and where it does."""
    if isinstance(subject, Gateway):
        for listener in subject.spec.listeners if subject.metadata.deletion_timestamp is None else ():
            for one in listener.tls.certificate_refs if listener.tls is not None else ():
                if one.namespace and one.namespace != subject.namespace and (one.group, one.kind) == ("", "Secret"):
                    path = f"spec.listeners[{listener.name}].tls.certificateRefs"
                    yield Secret.KIND.ref(one.namespace, one.name), path, f"{one.namespace}/{one.name}"
        return
    route = route_of(subject)
    for backend in route.backends if route is not None else ():
        if backend.namespace != subject.namespace:
            yield Service.KIND.ref(backend.namespace, backend.name), f"{backend.path}.namespace", backend.namespace


def _is_refused(subject: Gateway | AnyRoute) -> bool:
    return bool(_said(subject))


def _said(subject: Gateway | AnyRoute) -> tuple[Evidence, ...]:
    """The condition by which a controller says that a reference is not permitted."""
    if isinstance(subject, Gateway):
        told = [(f"status.listeners[{one.name}]", one.conditions) for one in subject.status.listeners]
    else:
        route: Route | None = route_of(subject)
        told = [(f"status.parents[{one.parent_ref.name}]", one.conditions) for one in route.statuses] if route is not None else []
    return tuple(
        field(subject, f"{path}.conditions[{one.type}]", f"{one.status} {one.reason} {one.message}".strip())
        for path, conditions in told
        for one in conditions
        if one.status == "False" and one.reason == REFUSED
    )[:1]


def _is_known(namespace: str, inventory: Inventory) -> bool:
    return inventory.known(GRANT, namespace)


def _is_granted(subject: Gateway | AnyRoute, target: Ref, inventory: Inventory) -> bool:
    """Whether a grant in the target's namespace names the kind and namespace of the one, and the kind (and name) of the other."""
    return any(
        any(_is(one, subject.kind.group, subject.kind.kind) and one.get("namespace") == subject.namespace for one in sources)
        and any(_is(one, target.group_kind.group, target.kind) and one.get("name") in {None, "", target.name} for one in targets)
        for sources, targets in _grants(inventory).get(target.namespace, ())
    )


def _nearest_grant(subject: Gateway | AnyRoute, target: Ref, inventory: Inventory) -> str:
    """A clause on a grant that allows it from another namespace alone."""
    places = sorted(
        {
            str(one.get("namespace"))
            for sources, targets in _grants(inventory).get(target.namespace, ())
            for one in sources
            if _is(one, subject.kind.group, subject.kind.kind) and any(_is(each, target.group_kind.group, target.kind) for each in targets)
        }
    )
    return f"; one allows it from {', '.join(places[:MAX_NAMED])}" if places and subject.namespace not in places else ""


@once_per_inventory
def _grants(inventory: Inventory) -> dict[str, list[tuple[list[dict[str, Any]], list[dict[str, Any]]]]]:
    """What the grants of each namespace allow: from whom, and to what."""
    found: dict[str, list[tuple[list[dict[str, Any]], list[dict[str, Any]]]]] = {}
    for one in inventory.list(RawObject):
        spec = one.data.get("spec") if one.kind.group_kind == GRANT else None
        if isinstance(spec, dict):
            found.setdefault(one.namespace, []).append((_dicts(spec.get("from")), _dicts(spec.get("to"))))
    return found


def _dicts(value: Any) -> list[dict[str, Any]]:
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def _is(one: dict[str, Any], group: str, kind: str) -> bool:
    return (one.get("group") or "") == group and one.get("kind") == kind
