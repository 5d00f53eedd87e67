"""container-misconfigured"""

from collections.abc import Iterator

import msgspec

from kubedx.analyzers import AskLog, Outcome, rule
from kubedx.analyzers.crashes import Crash, Kind, crashes
from kubedx.analyzers.effects import WITHOUT_PODS
from kubedx.analyzers.evidence import field
from kubedx.analyzers.log_classes import COMMAND, ENV, FILE, MEANINGS, PERMISSION, SYNTAX
from kubedx.analyzers.log_words import file_in, variable_in
from kubedx.analyzers.mounted_file import MountedFile, mounted_file
from kubedx.analyzers.near_miss import nearest
from kubedx.findings import Evidence, Severity
from kubedx.inventory import Found, Inventory
from kubedx.kube import ConfigMap, Container, CronJob, Job, Pod, Ref, Secret


class _Fault(msgspec.Struct, frozen=True):
    """What is wrong, in a clause; the object to change, when it is another one; and the words for the playbook."""

    words: str = ""
    cause: Ref | None = None
    evidence: tuple[Evidence, ...] = ()
    values: dict[str, str] = {}


@rule(
    filter="Pod",
    on=Pod,
    consults=(ConfigMap, Secret, Job, CronJob),
    severity=Severity.ERROR,
    produces=WITHOUT_PODS,
    added="0.1",
)
def container_misconfigured(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A container ends because of how it is set up: a setting, file or right that it lacks, or a configuration that it cannot read.

    ## What it means
    The log of the container that ends names what it misses: an environment variable, a file, a module, a permission, a free port; or it
    rejects its configuration. Where the file in question comes from a ConfigMap or Secret, that object is the cause.

    ## When it is not reported
    When the log tells of something outside of the container, or of nothing; when the container restarted long ago and is ready.

    ## How to fix it
    Give the container what the quoted line asks for: set the variable, correct the file in its ConfigMap, mount the volume, set `fsGroup`.
    """
    for crash in crashes(pod, inventory, Kind.MISCONFIGURED):
        if isinstance(crash, AskLog):
            yield crash
        elif crash.told is not None:
            fault = _fault(crash, crash.told.error_class, crash.told.words, inventory)
            yield crash.hit(
                f"{crash.words}{crash.log_words}{fault.words}",
                cause=fault.cause,
                evidence=fault.evidence,
                values={"class_meaning": MEANINGS.get(crash.told.error_class, ""), **fault.values},
            )


def _fault(crash: Crash, error_class: str, line: str, inventory: Inventory) -> _Fault:
    if error_class == ENV:
        return _variable(crash.view.container, crash.pod, variable_in(line))
    path = file_in(line) if error_class != COMMAND else ""
    if not path:
        return _Fault()
    mounted = mounted_file(crash.pod, crash.view.container, path)
    if error_class == SYNTAX:
        return _content(crash.pod, path, mounted)
    if error_class == FILE:
        return _missing(crash.pod, path, mounted, inventory)
    return _permission(crash, path, mounted) if error_class == PERMISSION else _Fault(values={"file": path})


def _variable(container: Container, pod: Pod, name: str) -> _Fault:
    """What the pod template says of a variable."""
    if not name:
        return _Fault()
    given = {variable.name: variable for variable in container.env}
    path = f"spec.containers[{container.name}].env"
    if name in given:
        what = "sets it to an empty value" if not given[name].value and given[name].value_from is None else "sets it"
        return _Fault(f"; the pod template {what}", values={"variable": name})
    meant = nearest(name, given)
    near = f', but it sets "{meant}"' if meant else ""
    sources = "" if not container.env_from else " by name"
    evidence = (field(pod, path, ", ".join(sorted(given)) or "no variable"),)
    return _Fault(f"; the pod template does not set {name}{sources}{near}", None, evidence, {"variable": name, "meant": meant or ""})


def _content(pod: Pod, path: str, mounted: MountedFile | None) -> _Fault:
    if mounted is None or mounted.source is None or mounted.source.kind not in {"ConfigMap", "Secret"}:
        return _Fault(values={"file": path})
    source = mounted.source
    key = f'key "{mounted.key}" of ' if mounted.key else ""
    evidence = (field(pod, f"spec.volumes[{mounted.volume}]", f"{source.kind} {source.name}"),)
    values = {"file": path, "key": mounted.key, "source": source.name, "source_kind": source.kind}
    return _Fault(f"; {path} is {key}{source.kind} {source.name}", source, evidence, values)


def _missing(pod: Pod, path: str, mounted: MountedFile | None, inventory: Inventory) -> _Fault:
    values = {"file": path}
    if mounted is None:
        return _Fault("; no volume is mounted there", values=values)
    if mounted.source is None or mounted.source.kind not in {"ConfigMap", "Secret"}:
        return _Fault(f'; volume "{mounted.volume}" is mounted at {mounted.mount_path}', values=values)
    source = mounted.source
    found = inventory.find(source)
    holder = found.object if isinstance(found, Found) else None
    if not isinstance(holder, ConfigMap | Secret) or not holder.keys_known or not mounted.key or mounted.key in holder.keys:
        return _Fault(f"; {source.kind} {source.name} is mounted at {mounted.mount_path}", values=values)
    meant = nearest(mounted.key, holder.keys)
    near = f'; it has "{meant}"' if meant else ""
    evidence = (field(pod, f"spec.volumes[{mounted.volume}]", f"{source.kind} {source.name}"),)
    values |= {"key": mounted.key, "source": source.name, "source_kind": source.kind, "meant": meant or ""}
    return _Fault(
        f'; {source.kind} {source.name}, mounted at {mounted.mount_path}, has no key "{mounted.key}"{near}', source, evidence, values
    )


def _permission(crash: Crash, path: str, mounted: MountedFile | None) -> _Fault:
    """Who the program runs as, and whose files the volume holds."""
    own, whole = crash.view.container.security_context, crash.pod.spec.security_context
    user = own.run_as_user if own is not None and own.run_as_user is not None else whole.run_as_user if whole is not None else None
    group = whole.fs_group if whole is not None else None
    who = f"it runs as user {user}" if user is not None else "it runs as the user of its image"
    values = {"file": path, "user": str(user) if user is not None else "", "volume": mounted.volume if mounted else ""}
    if own is not None and own.read_only_root_filesystem and mounted is None:
        return _Fault("; its root file system is read-only and no volume is mounted there", values=values)
    if mounted is None:
        return _Fault(f"; {who}", values=values)
    if mounted.read_only:
        return _Fault(f'; volume "{mounted.volume}" is mounted read-only at {mounted.mount_path}', values=values)
    groups = f"fsGroup is {group}" if group is not None else "fsGroup is not set"
    evidence = (field(crash.pod, "spec.securityContext", f"runAsUser: {user}, fsGroup: {group}"),)
    return _Fault(f'; volume "{mounted.volume}" is mounted at {mounted.mount_path}, {who}, {groups}', None, evidence, values)
