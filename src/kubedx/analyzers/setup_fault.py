"""What is wrong with how a container is set up, by a line of its log: a variable, a file, a right."""

import msgspec

from kubedx.analyzers.evidence import field
from kubedx.analyzers.log_classes import COMMAND, ENV, FILE, PERMISSION, SYNTAX
from kubedx.analyzers.log_words import file_in, variable_in
from kubedx.analyzers.mounted_file import MountedFile, mounted_file
from kubedx.analyzers.near_miss import nearest
from kubedx.findings import Evidence
from kubedx.inventory import Found, Inventory
from kubedx.kube import ConfigMap, Container, Pod, Ref, Secret


class SetupFault(msgspec.Struct, frozen=True):
    """What is wrong, in a clause; the object to change, when it is another one; and the words for the playbook."""

    words: str = ""
    cause: Ref | None = None
    evidence: tuple[Evidence, ...] = ()
    values: dict[str, str] = {}


def setup_fault(pod: Pod, container: Container, error_class: str, line: str, inventory: Inventory) -> SetupFault:
    """What the pod's spec says of what an error line names. The rule that asks has to consult ConfigMaps and Secrets."""
    if error_class == ENV:
        return _variable(container, pod, variable_in(line))
    path = file_in(line) if error_class != COMMAND else ""
    if not path:
        return SetupFault()
    mounted = mounted_file(pod, container, path)
    if error_class == SYNTAX:
        return _content(pod, path, mounted)
    if error_class == FILE:
        return _missing(pod, path, mounted, inventory)
    return _permission(pod, container, path, mounted) if error_class == PERMISSION else SetupFault(values={"file": path})


def _variable(container: Container, pod: Pod, name: str) -> SetupFault:
    """What the pod template says of a variable."""
    if not name:
        return SetupFault()
    given = {variable.name: variable for variable in container.env}
    path = f"spec.containers[{container.name}].env"
    if name in given:
        what = "sets it to an empty value" if not given[name].value and given[name].value_from is None else "sets it"
        return SetupFault(f"; the pod template {what}", values={"variable": name})
    meant = nearest(name, given)
    near = f', but it sets "{meant}"' if meant else ""
    sources = "" if not container.env_from else " by name"
    evidence = (field(pod, path, ", ".join(sorted(given)) or "no variable"),)
    return SetupFault(f"; the pod template does not set {name}{sources}{near}", None, evidence, {"variable": name, "meant": meant or ""})


def _content(pod: Pod, path: str, mounted: MountedFile | None) -> SetupFault:
    if mounted is None or mounted.source is None or mounted.source.kind not in {"ConfigMap", "Secret"}:
        return SetupFault(values={"file": path})
    source = mounted.source
    key = f'key "{mounted.key}" of ' if mounted.key else ""
    evidence = (field(pod, f"spec.volumes[{mounted.volume}]", f"{source.kind} {source.name}"),)
    values = {"file": path, "key": mounted.key, "source": source.name, "source_kind": source.kind}
    return SetupFault(f"; {path} is {key}{source.kind} {source.name}", source, evidence, values)


def _missing(pod: Pod, path: str, mounted: MountedFile | None, inventory: Inventory) -> SetupFault:
    values = {"file": path}
    if mounted is None:
        return SetupFault("; no volume is mounted there", values=values)
    if mounted.source is None or mounted.source.kind not in {"ConfigMap", "Secret"}:
        return SetupFault(f'; volume "{mounted.volume}" is mounted at {mounted.mount_path}', values=values)
    source = mounted.source
    found = inventory.find(source)
    holder = found.object if isinstance(found, Found) else None
    if not isinstance(holder, ConfigMap | Secret) or not holder.keys_known or not mounted.key or mounted.key in holder.keys:
        return SetupFault(f"; {source.kind} {source.name} is mounted at {mounted.mount_path}", values=values)
    meant = nearest(mounted.key, holder.keys)
    near = f'; it has "{meant}"' if meant else ""
    evidence = (field(pod, f"spec.volumes[{mounted.volume}]", f"{source.kind} {source.name}"),)
    values |= {"key": mounted.key, "source": source.name, "source_kind": source.kind, "meant": meant or ""}
    return SetupFault(
        f'; {source.kind} {source.name}, mounted at {mounted.mount_path}, has no key "{mounted.key}"{near}', source, evidence, values
    )


def _permission(pod: Pod, container: Container, path: str, mounted: MountedFile | None) -> SetupFault:
    """Who the program runs as, and whose files the volume holds."""
    own, whole = container.security_context, pod.spec.security_context
    user = own.run_as_user if own is not None and own.run_as_user is not None else whole.run_as_user if whole is not None else None
    group = whole.fs_group if whole is not None else None
    who = f"it runs as user {user}" if user is not None else "it runs as the user of its image"
    values = {"file": path, "user": str(user) if user is not None else "", "volume": mounted.volume if mounted else ""}
    if own is not None and own.read_only_root_filesystem and mounted is None:
        return SetupFault("; its root file system is read-only and no volume is mounted there", values=values)
    if mounted is None:
        return SetupFault(f"; {who}", values=values)
    if mounted.read_only:
        return SetupFault(f'; volume "{mounted.volume}" is mounted read-only at {mounted.mount_path}', values=values)
    groups = f"fsGroup is {group}" if group is not None else "fsGroup is not set"
    evidence = (field(pod, "spec.securityContext", f"runAsUser: {user}, fsGroup: {group}"),)
    return SetupFault(f'; volume "{mounted.volume}" is mounted at {mounted.mount_path}, {who}, {groups}', None, evidence, values)
