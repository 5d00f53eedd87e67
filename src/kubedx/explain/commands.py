"""Which objects a command names, so that a model's inventions can be told from what is there.

kubectl's grammar: https://kubernetes.io/docs/reference/kubectl/ (verbs, `KIND NAME`, `KIND/NAME`, flags). What is not understood
names nothing: a command is dropped only for an object that certainly does not exist.
"""

import re
import shlex
from collections.abc import Iterator, Sequence

from kubedx.kube import Kind, Ref

_TABLE = """
v1 Pod pods po
v1 Service services svc
v1 ConfigMap configmaps cm
v1 Secret secrets
v1 Node nodes no -
v1 Namespace namespaces ns -
v1 PersistentVolumeClaim persistentvolumeclaims pvc
v1 PersistentVolume persistentvolumes pv -
v1 ServiceAccount serviceaccounts sa
v1 ResourceQuota resourcequotas quota
v1 LimitRange limitranges limits
v1 ReplicationController replicationcontrollers rc
v1 Endpoints endpoints ep
apps/v1 Deployment deployments deploy
apps/v1 StatefulSet statefulsets sts
apps/v1 DaemonSet daemonsets ds
apps/v1 ReplicaSet replicasets rs
batch/v1 Job jobs
batch/v1 CronJob cronjobs cj
autoscaling/v2 HorizontalPodAutoscaler horizontalpodautoscalers hpa
policy/v1 PodDisruptionBudget poddisruptionbudgets pdb
networking.k8s.io/v1 Ingress ingresses ing
networking.k8s.io/v1 IngressClass ingressclasses -
networking.k8s.io/v1 NetworkPolicy networkpolicies netpol
storage.k8s.io/v1 StorageClass storageclasses sc -
scheduling.k8s.io/v1 PriorityClass priorityclasses pc -
rbac.authorization.k8s.io/v1 Role roles
rbac.authorization.k8s.io/v1 RoleBinding rolebindings
rbac.authorization.k8s.io/v1 ClusterRole clusterroles -
rbac.authorization.k8s.io/v1 ClusterRoleBinding clusterrolebindings -
"""


def _kinds() -> dict[str, Kind]:
    kinds: dict[str, Kind] = {}
    for line in _TABLE.split("\n"):
        if line:
            api_version, kind, plural, *rest = line.split()
            entry = Kind(api_version, kind, plural, namespaced="-" not in rest)
            kinds |= dict.fromkeys((kind.lower(), plural, *(word for word in rest if word != "-")), entry)
    return kinds


_KINDS = _kinds()
_NAME = re.compile(r"[A-Za-z0-9<\[{][A-Za-z0-9.<>\[\]{}_-]*")
_SEPARATORS = frozenset({"|", "||", "&&", ";", "&"})
_ON_PODS = frozenset({"logs", "exec", "attach", "port-forward", "debug", "cp"})
_ON_NODES = frozenset({"drain", "cordon", "uncordon"})
_ON_OBJECTS = frozenset({"get", "describe", "delete", "edit", "patch", "label", "annotate", "scale", "autoscale", "expose", "wait"})
_WITH_SUBVERB = frozenset({"rollout", "set", "top"})
# Flags that stand alone; any other flag without "=" takes the word after it.
_ALONE = frozenset(
    [
        *(
            "-A",
            "--all-namespaces",
            "-w",
            "--watch",
            "--watch-only",
            "--previous",
            "-i",
            "-t",
            "-it",
            "-ti",
            "--stdin",
            "--tty",
            "--all-containers",
        ),
        *(
            "--prefix",
            "--show-labels",
            "--force",
            "--now",
            "-h",
            "--help",
            "--overwrite",
            "--timestamps",
            "--ignore-not-found",
            "--all",
            "--all-pods",
        ),
        *(
            "--delete-emptydir-data",
            "--ignore-daemonsets",
            "--no-headers",
            "--show-managed-fields",
            "--list",
            "--local",
            "--record",
            "--server-side",
        ),
        *("--sum", "--containers", "--recursive", "-R", "--dry-run"),
    ]
)
_ALONE_FOR_LOGS = frozenset({"-p", "-f", "--follow"})


def objects_of(command: str, namespace: str) -> tuple[Ref, ...]:
    """The objects that the kubectl calls in a command line need to exist. `namespace` is where they are, without `-n`."""
    return tuple(ref for call in _calls(command) for ref in _objects_of_call(call, namespace))


def _calls(command: str) -> Iterator[list[str]]:
    """The words of each kubectl call in a line, without `kubectl`, and without what a container is told to run."""
    try:
        lexer = shlex.shlex(command, posix=True, punctuation_chars="|&;()")
        lexer.whitespace_split = True
        words = list(lexer)
    except ValueError:
        words = command.split()
    call: list[str] | None = None
    for word in words:
        if word in _SEPARATORS or set(word) <= set("|&;()"):
            yield from [call] if call else []
            call = None
        elif call is None:
            call = [] if word.rsplit("/", 1)[-1] in ("kubectl", "oc", "k") else None
        else:
            call.append(word)
    if call:
        yield call


def _objects_of_call(call: Sequence[str], namespace: str) -> Iterator[Ref]:
    flags, positions = _split_flags(call)
    verb, words = positions[:1], positions[1:]
    if not verb:
        return
    named = flags.get("-n") or flags.get("--namespace") or ""
    if named:
        yield Ref("v1", "Namespace", "", named)
    if flags.keys() & {"-A", "--all-namespaces", "-f", "--filename", "-k", "-l", "--selector"} and verb[0] != "logs":
        return
    where = named or namespace
    for kind, name in _names(verb[0], words):
        if where or not kind.namespaced:
            yield kind.ref(where, name)


def _split_flags(call: Sequence[str]) -> tuple[dict[str, str], list[str]]:
    """Flags with their values, and the words that are no flags. What follows `--` is another program's."""
    flags: dict[str, str] = {}
    positions: list[str] = []
    alone = _ALONE | _ALONE_FOR_LOGS if "logs" in call else _ALONE
    words = iter(call)
    for word in words:
        if word == "--":
            break
        if not word.startswith("-") or word == "-":
            positions.append(word)
        elif "=" in word:
            name, _, value = word.partition("=")
            flags[name] = value
        elif re.fullmatch(r"-n[a-z0-9].*", word):
            flags["-n"] = word[2:]
        else:
            flags[word] = "" if word in alone else next(words, "")
    return flags, positions


def _names(verb: str, words: list[str]) -> Iterator[tuple[Kind, str]]:
    if verb in _WITH_SUBVERB:
        verb, words = ("get", words) if verb == "top" else ("get", words[1:])
    if verb in _ON_NODES:
        yield from ((_KINDS["node"], word) for word in words if _NAME.fullmatch(word))
    elif verb in _ON_PODS:
        yield from _pod_or_slash(words[:1])
    elif verb in _ON_OBJECTS:
        yield from _kind_and_names(words)


def _pod_or_slash(words: list[str]) -> Iterator[tuple[Kind, str]]:
    for word in words:
        if "/" in word:
            yield from _slash(word)
        elif _NAME.fullmatch(word):
            yield _KINDS["pod"], word


def _kind_and_names(words: list[str]) -> Iterator[tuple[Kind, str]]:
    if not words:
        return
    if "/" in words[0]:
        for word in words:
            yield from _slash(word)
        return
    kind = _KINDS.get(words[0].split(".")[0].lower())
    if kind is None or "," in words[0]:
        return
    for word in words[1:]:
        if "=" in word or word.endswith("-") or not _NAME.fullmatch(word):
            return  # labels and settings begin
        yield kind, word


def _slash(word: str) -> Iterator[tuple[Kind, str]]:
    kind_word, _, name = word.partition("/")
    kind = _KINDS.get(kind_word.split(".")[0].lower())
    if kind is not None and _NAME.fullmatch(name):
        yield kind, name
