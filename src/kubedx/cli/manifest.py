"""The text of an RBAC manifest: what `kubedx rbac` prints. No I/O."""

import json
import textwrap
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from kubedx.analyzers import Access, Right
from kubedx.kube import pattern_of

NAME = "kubedx"
CLUSTER_SCOPED_NAME = "kubedx-cluster-scoped"
"""Another name than that of the wide ClusterRole, which must not shrink when a narrow manifest is applied."""

GROUP = "rbac.authorization.k8s.io"
WIDTH = 100

# https://yaml.org/type/bool.html and null: plain words that YAML 1.1 does not take for strings.
_NO_STRINGS = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})
_PLAIN = pattern_of(r"[a-z][a-z0-9./-]*")


class Wish(NamedTuple):
    """What was asked for: `command` is the command line, safe to print; `unnamed` says why custom resources are left out."""

    command: str
    namespaces: tuple[str, ...] = ()
    secrets: bool = False
    logs: bool = False
    unnamed: str = ""
    certificates: bool = False
    watch: bool = False


def manifest(access: Access, wish: Wish) -> str:
    """A ClusterRole, or a Role for each namespace and a ClusterRole for what no Role can grant; comments say what and why."""
    parts = [_comment(*_about(access, wish))]
    if wish.namespaces:
        own = Right("", ("get",), ("namespaces",))
        rights = (own, *access.namespaced)
        parts += [_role("Role", NAME, rights, _secrets(access, wish), namespace) for namespace in wish.namespaces]
        parts.append(_cluster_scoped_note(access) + _role("ClusterRole", CLUSTER_SCOPED_NAME, access.cluster_scoped))
    else:
        parts.append(_role("ClusterRole", NAME, _merged(access.cluster_scoped + access.namespaced), _secrets(access, wish)))
    return "---\n".join(parts) + _binding_example(wish.namespaces)


def _about(access: Access, wish: Wish) -> Iterable[str]:
    yield f"Written by: {wish.command}"
    yield (
        "The least rights with which kubedx analyze, with the same flags, reads everything that it wants: list what its rules declare, "
        f"and get single objects, by which an absence is confirmed{'; with --watch, watch what is listed' if wish.watch else ''}. "
        "Nothing is ever written."
    )
    yield (
        "Besides these it reads the API's version and discovery, and asks what it may do, which every authenticated user may by default "
        "(system:discovery, system:basic-user)."
    )
    if access.wants_secrets and not wish.secrets:
        yield (
            "Secrets are left out. kubedx lists their names, types and keys alone, but RBAC cannot grant that: who may list Secrets may "
            "read their values. Without it, whether a Secret exists is unknown, the kubelet's own message is the evidence, and the report "
            "says what was not judged. To add them: --secrets"
        )
    if wish.secrets and not access.wants_secrets:
        yield "Secrets are left out: no rule that these flags choose reads them."
    if access.wants_logs and not wish.logs:
        yield "Logs are left out: analyze with --logs=none, or else each log that is wanted is a gap. To add them: --logs"
    if wish.unnamed:
        yield f"Custom resources are left out, {wish.unnamed}; each kind of them that the cluster serves is a gap."


def _cluster_scoped_note(access: Access) -> str:
    names = ", ".join(sorted(name for right in access.cluster_scoped for name in right.resources))
    return _comment(
        f"These kinds belong to no namespace, so no Role can grant them: {names}. Leave this ClusterRole out where you may not make one; "
        "the scan works all the same, and says what it could not judge without them."
    )


def _secrets(access: Access, wish: Wish) -> str:
    """The rules on Secrets, with what they really grant; empty where there are none."""
    if not access.secrets:
        return ""
    reads = (
        "kubedx reads those of TLS Secrets in use alone, keeps what their certificates say, and throws the rest away"
        if wish.certificates
        else "though kubedx reads none"
    )
    return _comment(f"This grants the values of Secrets too, {reads}: RBAC has no right that does not.") + "".join(
        map(_rule, access.secrets)
    )


def _role(kind: str, name: str, rights: Sequence[Right], secrets: str = "", namespace: str = "") -> str:
    place = f"  namespace: {_word(namespace)}\n" if namespace else ""
    rules = "".join(map(_rule, rights)) + secrets
    return f"apiVersion: {GROUP}/v1\nkind: {kind}\nmetadata:\n  name: {name}\n{place}rules:\n{rules}"


def _rule(right: Right) -> str:
    resources = "".join(f"  - {_word(name)}\n" for name in right.resources)
    return f"- apiGroups: [{_word(right.group)}]\n  resources:\n{resources}  verbs: [{', '.join(right.verbs)}]\n"


def _merged(rights: Iterable[Right]) -> tuple[Right, ...]:
    """Rights of one group and the same verbs as one."""
    resources: dict[tuple[str, tuple[str, ...]], tuple[str, ...]] = {}
    for right in rights:
        key = right.group, right.verbs
        resources[key] = (*resources.get(key, ()), *right.resources)
    return tuple(Right(group, verbs, tuple(sorted(names))) for (group, verbs), names in sorted(resources.items()))


def _binding_example(namespaces: Sequence[str]) -> str:
    roles = [("Role", NAME, namespace) for namespace in namespaces] + [("ClusterRole", CLUSTER_SCOPED_NAME if namespaces else NAME, "")]
    example = "---\n".join(_binding(*role) for role in roles)
    lines = "".join(f"# {line}\n" for line in example.splitlines())
    return "#\n" + _comment("Bind it to whoever scans. For example, to the ServiceAccount kubedx in the namespace kubedx:") + "#\n" + lines


def _binding(kind: str, name: str, namespace: str) -> str:
    place = f"  namespace: {_word(namespace)}\n" if namespace else ""
    return (
        f"apiVersion: {GROUP}/v1\nkind: {kind}Binding\nmetadata:\n  name: {name}\n{place}"
        f"roleRef:\n  apiGroup: {GROUP}\n  kind: {kind}\n  name: {name}\n"
        "subjects:\n- kind: ServiceAccount\n  name: kubedx\n  namespace: kubedx\n"
    )


def _comment(*paragraphs: str) -> str:
    """The paragraphs, wrapped. No line break of theirs survives, so nothing in them can leave the comment."""
    wrapped = [textwrap.wrap(text, WIDTH - 2, break_long_words=False, break_on_hyphens=False) for text in paragraphs]
    return "#\n".join("".join(f"# {line}\n" for line in lines) for lines in wrapped)


def _word(text: str) -> str:
    """A YAML scalar that is a string, whatever the text: a namespace may be called 123 or null."""
    return text if _PLAIN.fullmatch(text) and text not in _NO_STRINGS else json.dumps(text)
