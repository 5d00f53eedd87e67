"""The logs of a dump: which file is the log of which container, by its path and the pods that the dump holds.

Understood are `…/<namespace>/<pod>/<container>.log`, with `.previous.log` for the run before; `…/<pod>/<container>/…`
with any file name, `previous` in it for the run before (must-gather: `<container>/logs/current.log`); what lies on a
node, `<namespace>_<pod>_<uid>/<container>/<restarts>.log`, the highest number being the present run; and the `logs.txt`
of `kubectl cluster-info dump`, which holds all containers of a pod; what sosreport writes,
`<namespace>/podlogs/<pod>/kubectl_…_logs_<pod>_-c_<container>`. A path without a namespace counts where only one pod
of the dump has that name.
"""

import re
from collections import defaultdict
from collections.abc import Iterable

from kubedx.kube import ContainerLog, ContainerStatus, Gap, GapReason, LogKey, Pod, container_statuses, pattern_of
from kubedx.source.contract import LogLimit
from kubedx.source.dump_entry import Entry, Refused
from kubedx.source.log_lines import container_log

ALL_CONTAINERS = 64 * 1024 * 1024
"""How large a file may be that holds the logs of all containers of a pod, in bytes."""

_EXTENSIONS = (".gz", ".log", ".txt")
_PREVIOUS = "previous"
_MARK = b"==== %s logs for container %s of pod %s/%s ===="  # kubectl/pkg/cmd/clusterinfo/clusterinfo_dump.go
# What stands in place of a log that could not be had, by kubectl's own words (clusterinfo_dump.go).
_ERRORS = (b"Request log error: ", b"Create log request error: ")
_SOS = pattern_of(r"(?:kubectl|oc)_(?:.*_)?logs_.*_-c_([a-z0-9-]+)")
_NUMBER = pattern_of(r"\d{1,9}")

_Place = tuple[str, str, str]
"""Namespace, pod and container; no container for a file with the logs of all."""


def may_be_log(parts: tuple[str, ...]) -> bool:
    """Whether a text file lies where a log may lie, by the end of its name."""
    return len(parts) > 1 and (parts[-1].endswith(_EXTENSIONS) or "." not in parts[-1] or _SOS.fullmatch(parts[-1]) is not None)


def is_log_error(text: bytes) -> bool:
    """Whether it is not the log of a container, but kubectl's word of why it has none."""
    return text.startswith(_ERRORS) and text.rstrip().count(b"\n") == 0


class DumpLogs:
    """The logs that were found, by container."""

    def __init__(self, entries: Iterable[Entry], pods: Iterable[Pod]) -> None:
        self._pods = {(pod.namespace, pod.name): pod for pod in pods}
        self._namespaces: defaultdict[str, list[str]] = defaultdict(list)
        for namespace, name in self._pods:
            self._namespaces[name].append(namespace)
        self._known_namespaces = {namespace for namespace, _ in self._pods}
        self._logs: dict[tuple[_Place, bool], Entry] = {}
        self._by_run: defaultdict[_Place, dict[int, Entry]] = defaultdict(dict)
        # A must-gather has `current.insecure.log` for kubelets whose certificate it could not check; mostly it is empty.
        for entry in sorted(entries, key=lambda entry: ".insecure" in entry.parts[-1]):
            self._place(entry)
        for place, runs in self._by_run.items():
            for previous, run in enumerate(sorted(runs, reverse=True)[:2]):
                self._logs.setdefault((place, bool(previous)), runs[run])

    def read(self, key: LogKey, limit: LogLimit) -> ContainerLog | Gap | None:
        """The end of a log; None when the pod's status says that there can be none; a Gap when the dump lacks it."""
        place = key.pod.namespace, key.pod.name, key.container
        entry, of_all = self._logs.get((place, key.previous)), None
        if entry is None and not key.previous:
            entry = of_all = self._logs.get(((*place[:2], ""), False))
        found = None
        if entry is not None:
            try:
                found = _all_of(entry, place) if of_all else entry.tail(limit.size)
            except (Refused, OSError, ValueError) as error:  # ValueError: the archive is closed
                return _gap(
                    key, GapReason.UNREADABLE, f"{entry.name} {error if isinstance(error, Refused) else f'cannot be read: {error}'}"
                )
        if found is not None:
            return container_log(key, found[0], limit, truncated=found[1])
        return None if self._never_ran(key) else _gap(key, GapReason.NOT_IN_DUMP, "the dump does not hold it")

    def __len__(self) -> int:
        """How many logs were found."""
        return len(self._logs)

    def _never_ran(self, key: LogKey) -> bool:
        """Whether the status of the pod proves that there is no such log."""
        pod = self._pods.get((key.pod.namespace, key.pod.name))
        if pod is None:
            return False
        containers = _containers(pod)
        if key.container not in containers:
            return True
        status = containers[key.container]
        if status is None or status.restart_count or status.last_state.terminated:
            return False
        return key.previous or not (status.state.running or status.state.terminated)

    def _place(self, entry: Entry) -> None:
        """Find the container whose log the file is, from the end of its path."""
        parts = entry.parts
        for at in range(len(parts) - 2, -1, -1):
            pod = self._pod_at(parts, at)
            if pod and self._place_below(entry, pod, parts[at + 1 :]):
                return

    def _pod_at(self, parts: tuple[str, ...], at: int) -> tuple[str, str] | None:
        name = parts[at]
        if name.count("_") == 2:
            namespace, name, _ = name.split("_")
            return (namespace, name) if (namespace, name) in self._pods else None
        namespaces = self._namespaces.get(name)
        if not namespaces:
            return None
        # Right above the pod, or one higher: namespaces/<namespace>/pods/<pod>.
        above = next((part for part in reversed(parts[max(0, at - 2) : at]) if part in self._known_namespaces), "")
        if above in namespaces:
            return above, name
        return (namespaces[0], name) if not above and len(namespaces) == 1 else None

    def _place_below(self, entry: Entry, pod: tuple[str, str], below: tuple[str, ...]) -> bool:
        *folders, last = below
        stem = _stem(last)
        containers = _containers(self._pods[pod])
        folder = next((folder for folder in folders if folder in containers), "")
        if folder:
            place = (*pod, folder)
            if _NUMBER.fullmatch(stem):
                self._by_run[place][int(stem)] = entry
                return True
            return self._keep(place, entry, previous=_PREVIOUS in (*folders, *re.split(r"[.\-_]", stem)))
        if (sos := _SOS.fullmatch(last)) and sos[1] in containers:
            return self._keep((*pod, sos[1]), entry, previous=False)
        current = re.sub(rf"[.\-_]{_PREVIOUS}$", "", stem)
        if stem in containers:
            return self._keep((*pod, stem), entry, previous=False)
        if current in containers:
            return self._keep((*pod, current), entry, previous=True)
        return stem == "logs" and not folders and self._keep((*pod, ""), entry, previous=False)

    def _keep(self, place: _Place, entry: Entry, *, previous: bool) -> bool:
        self._logs.setdefault((place, previous), entry)
        return True


def _containers(pod: Pod) -> dict[str, ContainerStatus | None]:
    return {view.container.name: view.status for view in container_statuses(pod)}


def _stem(name: str) -> str:
    for extension in _EXTENSIONS:
        name = name.removesuffix(extension)
    return name


def _all_of(entry: Entry, place: _Place) -> tuple[bytes, bool] | None:
    """The log of one container in a file that holds those of all containers of a pod."""
    text = entry.read(ALL_CONTAINERS)
    namespace, pod, container = (part.encode() for part in place)
    start = text.find(_MARK % (b"START", container, namespace, pod))
    if start < 0:
        return None
    begin = text.find(b"\n", start) + 1
    end = text.find(_MARK % (b"END", container, namespace, pod), begin)
    log = text[begin:] if end < 0 else text[begin:end]
    return None if is_log_error(log) else (log, False)


def _gap(key: LogKey, reason: GapReason, message: str) -> Gap:
    run = "previous log" if key.previous else "log"
    told = f"{run} of container {key.container}: {message}"
    return Gap(key.pod.api_version, key.pod.kind, key.pod.namespace, "get log", reason, told, key.pod.name)
