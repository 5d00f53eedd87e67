"""When the spec of an object was last written, and by whom."""

from kubedx.kube import KubeObject, spec_changed_at, spec_writes
from kubedx.testing import objects_from_yaml

MADE = "2026-02-01T00:00:00+00:00"


def service(*writes: str) -> KubeObject:
    entries = "".join(f"\n  - {{{write}}}" for write in writes) or " []"
    (found,) = objects_from_yaml(f"""
apiVersion: v1
kind: Service
metadata:
  name: cart
  namespace: shop
  creationTimestamp: '2026-02-01T00:00:00Z'
  managedFields:{entries}
""")
    return found


def changed(*writes: str) -> str:
    moment = spec_changed_at(service(*writes))
    return moment.isoformat() if moment else ""


def write(manager: str, time: str, fields: str = "f:spec", more: str = "") -> str:
    return f"manager: {manager}, operation: Update, time: '{time}', fieldsV1: {{{fields}: {{}}}}{more}"


def test_the_last_write_of_the_spec() -> None:
    assert changed(write("helm", "2026-02-01T00:00:00Z"), write("kubectl-edit", "2026-03-01T11:00:00Z")) == "2026-03-01T11:00:00+00:00"


def test_what_writes_only_metadata_or_the_status_or_belongs_to_the_cluster_does_not_count() -> None:
    assert (
        changed(
            write("helm", "2026-02-01T00:00:00Z"),
            write("kubectl-annotate", "2026-03-01T11:00:00Z", "f:metadata"),
            write("kube-controller-manager", "2026-03-01T11:10:00Z"),
            write("cloud", "2026-03-01T11:20:00Z", "f:status", ", subresource: status"),
        )
        == MADE
    )


def test_without_managers_it_is_as_it_was_made() -> None:
    assert changed() == MADE
    assert list(spec_writes(service())) == []


def test_where_no_field_sets_are_told_every_write_counts() -> None:
    assert changed("manager: argocd-controller, operation: Apply, time: '2026-03-01T11:00:00Z'") == "2026-03-01T11:00:00+00:00"
