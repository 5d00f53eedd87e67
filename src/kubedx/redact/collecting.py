"""The first reading of a recording that is redacted: what it calls its things."""

import re
from collections.abc import Iterator

from kubedx.kube import (
    Container,
    ContainerLog,
    CustomResourceDefinition,
    EphemeralContainer,
    Gap,
    KubeObject,
    Recording,
    certificates_in_bundle,
    containers,
    pattern_of,
    pod_spec,
)
from kubedx.redact.fields import Way
from kubedx.redact.lexicon import Lexicon, Tier, is_common_key, is_public_domain
from kubedx.redact.vocabulary import COMMON_VALUES
from kubedx.redact.walk import walked

# Names of these are Kubernetes' own, words of an API, or those of other objects with something appended.
_UNNAMED_GROUPS = frozenset(("apiregistration.k8s.io", "flowcontrol.apiserver.k8s.io", "internal.apiserver.k8s.io", "apiextensions.k8s.io"))
_UNNAMED = frozenset(("ComponentStatus", "ControllerRevision", "Endpoints", "EndpointSlice", "Event", "IPAddress", "Lease", "ServiceCIDR"))
_OF_RBAC = frozenset(("ClusterRole", "ClusterRoleBinding", "Role", "RoleBinding", "ServiceAccount"))
_SYSTEM = frozenset(("kube-system", "kube-public", "kube-node-lease"))
# In sentences, names of these are words like others: `standard`, `view`, `fast`.
_QUIET = _OF_RBAC | frozenset(
    [
        "CSIDriver",
        "IngressClass",
        "GatewayClass",
        "MutatingWebhookConfiguration",
        "PriorityClass",
        "RuntimeClass",
        "StorageClass",
        "ValidatingAdmissionPolicy",
        "ValidatingAdmissionPolicyBinding",
        "ValidatingWebhookConfiguration",
    ]
)
_BOOTSTRAP = "kubernetes.io/bootstrapping"
_ENDPOINT = pattern_of(r"[a-z0-9][a-z0-9.-]{0,252}:[0-9]{2,5}")
_HOST = pattern_of(r"[a-z0-9][a-z0-9-]{0,62}")
_OF_HOST = pattern_of(r"(?:HOST|HOSTNAME|ADDR|ADDRESS|SERVER|SERVICE|ENDPOINT|BROKER|PEER|UPSTREAM)S?$", re.IGNORECASE)
_HASHES = frozenset(("pod-template-hash", "controller-revision-hash"))


class _Collecting:
    """The first reading: every string stays, and what it tells is taken down."""

    def __init__(self, lexicon: Lexicon) -> None:
        self._lexicon = lexicon
        self._seen: set[tuple[Way, str]] = set()

    def string(self, way: Way, text: str, struct: str) -> str:  # noqa: ARG002  # a visitor's
        """See `Visitor`."""
        if way is Way.API or (way, text) in self._seen:
            return text
        self._seen.add((way, text))
        lexicon = self._lexicon
        if way is Way.CERTIFICATES:
            for certificate in certificates_in_bundle(text) or ():
                walked(certificate, self)
        elif way is Way.DOMAIN:
            domain = text.partition("/")[0]
            if not is_public_domain(domain):
                lexicon.add_host(domain)
        else:
            lexicon.add_text(text, structural=not any(char.isspace() for char in text))
        if way is Way.NAME:
            lexicon.add_name(text)
        elif way is Way.QUIET_NAME:
            lexicon.add_name(text, Tier.VALUE)
        elif way is Way.IMAGE:
            lexicon.add_image(text)
        return text

    def key(self, text: str) -> str:
        """See `Visitor`."""
        prefix, slash, _ = text.rpartition("/")
        if slash and not is_public_domain(prefix):
            self._lexicon.add_host(prefix)
        return text

    def label(self, key: str, value: str) -> str:
        """See `Visitor`."""
        if key.rpartition("/")[2] in _HASHES:
            self._lexicon.add_random(value)
        elif (not is_common_key(key) or "/" not in key or key.startswith("app.kubernetes.io/")) and value.lower() not in COMMON_VALUES:
            self._lexicon.add_words(value, Tier.VALUE)
        self._lexicon.add_text(value, structural=True)
        return value

    def variable(self, name: str, value: str) -> str:
        """See `Visitor`. What is called has a name, also where nothing is called so: a Service that does not exist."""
        if _ENDPOINT.fullmatch(value) or (_OF_HOST.search(name) and _HOST.fullmatch(value)):
            self._lexicon.add_words(value, Tier.VALUE)
        self._lexicon.add_text(value, structural=not any(char.isspace() for char in value))
        return value


def collected(recording: Recording) -> Lexicon:
    """The lexicon of a recording."""
    lexicon = Lexicon()
    lexicon.kinds.update(kind.kind for kind in recording.reading.objects)
    visitor = _Collecting(lexicon)
    for found in _objects(recording):
        _collect_names(found, lexicon)
        if not _is_own_object(found):
            walked(found, visitor)
    for text in _texts(recording):
        lexicon.add_text(text, structural=False)
    for namespace in (*recording.namespaces, *recording.excluded):
        lexicon.add_name(namespace)
    return lexicon


def _collect_names(found: KubeObject, lexicon: Lexicon) -> None:
    """What an object is called, what was appended to its owner's name, and the images of its containers."""
    meta = found.metadata
    if meta.uid:
        lexicon.uids.add(meta.uid.lower())
    owner = meta.controller
    if owner is not None and meta.name.startswith(f"{owner.name}-"):
        lexicon.add_random(meta.name.removeprefix(owner.name))
    elif meta.generate_name and meta.name.startswith(meta.generate_name):
        lexicon.add_random(meta.name.removeprefix(meta.generate_name))
    if found.kind.kind == "Event":
        lexicon.add_random(meta.name.rpartition(".")[2])
    if isinstance(found, CustomResourceDefinition):
        lexicon.whole[meta.name] = ""
        lexicon.kinds.add(found.spec.names.kind)
    if meta.namespace:
        lexicon.places.add(meta.namespace)
    if not _is_own_object(found) and found.kind.kind not in _UNNAMED:
        lexicon.add_name(meta.name, Tier.VALUE if found.kind.kind in _QUIET else Tier.NAME)
        if found.kind.kind == "Namespace":
            lexicon.places.add(meta.name)
    spec = pod_spec(found)
    for container in (one for one, _ in containers(spec)) if spec else ():
        _collect_container(container, lexicon)


def _collect_container(container: Container | EphemeralContainer, lexicon: Lexicon) -> None:
    """A container named after its public image, as `kubectl create deployment` names it, is no name of anybody's."""
    repository = container.image.partition(":")[0].partition("@")[0]
    if "/" in repository or container.name != repository:
        lexicon.add_name(container.name)


def _is_own_object(found: KubeObject) -> bool:
    """Whether it is an object that Kubernetes makes in every cluster, whose words are those of its API."""
    kind, meta = found.kind, found.metadata
    if kind.group in _UNNAMED_GROUPS:
        return True
    return kind.kind in _OF_RBAC and (_BOOTSTRAP in meta.labels or meta.namespace in _SYSTEM or meta.name.startswith("system:"))


def _objects(recording: Recording) -> Iterator[KubeObject]:
    for objects in recording.reading.objects.values():
        yield from objects
    yield from (answer for answer in recording.answers.values() if isinstance(answer, KubeObject))


def _texts(recording: Recording) -> Iterator[str]:
    yield from (gap.message for gap in recording.reading.gaps)
    for answer in (*recording.logs.values(), *recording.answers.values()):
        if isinstance(answer, ContainerLog):
            yield from answer.lines
        elif isinstance(answer, Gap):
            yield answer.message
