"""A recording without what tells whose it is. Two readings: what it calls its things, then stand-ins in their place.

Every object keeps its type, its place and its edges; every string of it goes one of these ways (`fields`):

* words of the API (kinds, reasons, phases, verbs …) stay, but for hosts in them;
* names, references, images, keys and values of labels, paths: their words are masked;
* sentences (messages, annotations, logs, values of variables): secrets first, then names as far as they are names there.

Times, numbers, sizes, ports, kinds of custom resources and the versions of images stay: what is wrong is told by them. An image of
Docker's own library keeps its name, because a rule knows misspelt ones by the list of these, unless something else is called so.
"""

from collections.abc import Callable, Iterator
from functools import partial
from typing import NamedTuple

import msgspec

from kubedx.kube import (
    ClusterInfo,
    Container,
    ContainerLog,
    CustomResourceDefinition,
    EphemeralContainer,
    Gap,
    GroupKind,
    Kind,
    KubeObject,
    Listed,
    LogKey,
    Reading,
    Recording,
    Ref,
    containers,
    pod_spec,
)
from kubedx.redact.fields import Way
from kubedx.redact.lexicon import Lexicon, Tier, is_common_key, is_public_domain
from kubedx.redact.masker import Masker
from kubedx.redact.secrets import MASK, secret_spans
from kubedx.redact.vocabulary import COMMON_VALUES
from kubedx.redact.walk import walked

NAME = "redacted"
"""What the cluster of a redacted recording is called."""

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
_HASHES = frozenset(("pod-template-hash", "controller-revision-hash"))


class Redaction(NamedTuple):
    """A redacted recording, and what masks the names of anything that goes with it."""

    recording: Recording
    mask: Callable[[str], str]


def redact_recording(recording: Recording) -> Redaction:
    """The recording with stand-ins for names, hosts, addresses, e-mail addresses, uids and secrets. The same one gives the same."""
    lexicon = _collected(recording)
    masker = Masker(lexicon)
    for name in lexicon.whole:
        plural, _, group = name.partition(".")
        lexicon.whole[name] = f"{plural}.{masker.domain(group)}"
    return Redaction(_rewritten(recording, masker), masker.value)


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
        if way is Way.DOMAIN:
            domain = text.partition("/")[0]
            if not is_public_domain(domain):
                lexicon.add_host(domain)
        else:
            lexicon.add_text(text, structural=not any(char.isspace() for char in text))
        if way is Way.NAME:
            lexicon.add_name(text)
        elif way is Way.QUIET_NAME:
            lexicon.add_name(text, Tier.VALUE)
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

    def variable(self, name: str, value: str) -> str:  # noqa: ARG002
        """See `Visitor`."""
        self._lexicon.add_text(value, structural=not any(char.isspace() for char in value))
        return value


def _collected(recording: Recording) -> Lexicon:
    lexicon = Lexicon()
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
    image_name = container.image.partition(":")[0].partition("@")[0]
    is_public = "/" not in image_name and container.name == image_name
    if not is_public:
        lexicon.add_name(container.name)
    lexicon.add_image(container.image, named_alike=frozenset({image_name}) if is_public else frozenset())


def _is_own_object(found: KubeObject) -> bool:
    """Whether it is an object that Kubernetes makes in every cluster, whose words are those of its API."""
    kind, meta = found.kind, found.metadata
    if kind.group in _UNNAMED_GROUPS:
        return True
    return kind.kind in _OF_RBAC and (_BOOTSTRAP in meta.labels or meta.namespace in _SYSTEM or meta.name.startswith("system:"))


class _Masking:
    """The second reading: stand-ins."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker

    def string(self, way: Way, text: str, struct: str) -> str:  # noqa: ARG002
        """See `Visitor`."""
        match way:
            case Way.API:
                return self._masker.marks(text)
            case Way.DOMAIN:
                return self._masker.domain(text)
            case Way.KEY:
                return self._masker.key(text)
            case Way.DROP:
                return ""
            case Way.NAME | Way.QUIET_NAME | Way.VALUE | Way.IMAGE:
                return self._masker.value(text)
            case Way.TEXT:
                return self._masker.text(text)

    def key(self, text: str) -> str:
        """See `Visitor`."""
        return self._masker.key(text)

    def label(self, key: str, value: str) -> str:  # noqa: ARG002
        """See `Visitor`."""
        return self._masker.value(value)

    def variable(self, name: str, value: str) -> str:
        """See `Visitor`. A secret is told by the name of its variable, unless the value is an address, whose own secret part goes."""
        if "://" not in value:
            start = len(name) + 1
            separator = " " if name.startswith("-") else "="
            if any(begin <= start and end > start for begin, end in secret_spans(f"{name}{separator}{value}")):
                return MASK
        return self._masker.text(value)


def _rewritten(recording: Recording, masker: Masker) -> Recording:
    visitor = _Masking(masker)
    reading = recording.reading
    ref, kind, gap = partial(_ref, masker), partial(_kind, masker), partial(_gap, masker)
    masked = Reading(
        cluster=ClusterInfo(reading.cluster.source, NAME, reading.cluster.version),
        now=reading.now,
        objects={_group_kind(masker, key): tuple(walked(one, visitor) for one in objects) for key, objects in reading.objects.items()},
        listed=frozenset(Listed(_group_kind(masker, one.group_kind), masker.value(one.namespace)) for one in reading.listed),
        gaps=tuple(sorted(map(gap, reading.gaps))),
        confirmed=reading.confirmed,
    )
    logs = {LogKey(ref(key.pod), masker.value(key.container), key.previous): answer for key, answer in recording.logs.items()}
    return Recording(
        reading=masked,
        kinds=tuple(map(kind, recording.kinds)),
        custom=tuple(map(kind, recording.custom)),
        namespaces=tuple(map(masker.value, recording.namespaces)),
        excluded=tuple(map(masker.value, recording.excluded)),
        logs={key: _log(masker, key, answer) for key, answer in logs.items()},
        answers={ref(key): _answer(masker, visitor, answer) for key, answer in recording.answers.items()},
        redacted=True,
    )


def _log(masker: Masker, key: LogKey, answer: ContainerLog | Gap | None) -> ContainerLog | Gap | None:
    if isinstance(answer, ContainerLog):
        # As one text, since a private key takes several lines.
        text = _without_secrets("\n".join(answer.lines))
        return ContainerLog(key, tuple(map(masker.text, text.split("\n"))) if answer.lines else (), answer.truncated)
    return _gap(masker, answer) if answer else None


def _without_secrets(text: str) -> str:
    pieces: list[str] = []
    end = 0
    for start, stop in secret_spans(text):
        pieces += (text[end:start], MASK)
        end = stop
    return "".join([*pieces, text[end:]])


def _answer(masker: Masker, visitor: _Masking, answer: KubeObject | Gap | None) -> KubeObject | Gap | None:
    if isinstance(answer, KubeObject):
        return walked(answer, visitor)
    return _gap(masker, answer) if answer else None


def _gap(masker: Masker, gap: Gap) -> Gap:
    return msgspec.structs.replace(
        gap,
        api_version=masker.domain(gap.api_version),
        namespace=masker.value(gap.namespace),
        name=masker.value(gap.name),
        message=masker.text(gap.message),
    )


def _ref(masker: Masker, ref: Ref) -> Ref:
    return Ref(masker.domain(ref.api_version), ref.kind, masker.value(ref.namespace), masker.value(ref.name))


def _kind(masker: Masker, kind: Kind) -> Kind:
    return Kind(masker.domain(kind.api_version), kind.kind, kind.plural, kind.namespaced)


def _group_kind(masker: Masker, group_kind: GroupKind) -> GroupKind:
    return GroupKind(masker.domain(group_kind.group), group_kind.kind)


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
