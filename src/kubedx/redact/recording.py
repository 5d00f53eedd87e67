"""A recording without what tells whose it is. Two readings: what it calls its things, then stand-ins in their place.

Every object keeps its type, its place and its edges; every string of it goes one of these ways (`fields`):

* words of the API (kinds, reasons, phases, verbs …) stay, but for hosts in them;
* names, references, images, keys and values of labels, paths: their words are masked;
* sentences (messages, annotations, logs, values of variables): secrets first, then names as far as they are names there.

Times, numbers, sizes, ports, kinds of custom resources and the versions of images stay: what is wrong is told by them. An image of
Docker's own library keeps its name, because a rule knows misspelt ones by the list of these, unless something else is called so.
"""

import base64
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import msgspec

from kubedx.kube import (
    ClusterInfo,
    ContainerLog,
    Gap,
    GroupKind,
    Kind,
    KubeObject,
    Listed,
    LogKey,
    Reading,
    Recording,
    Ref,
    bundle_of_stand_ins,
    certificates_in_bundle,
)
from kubedx.redact.collecting import collected
from kubedx.redact.fields import Way
from kubedx.redact.masker import Masker
from kubedx.redact.secrets import MASK, secret_spans
from kubedx.redact.walk import walked

NAME = "redacted"
"""What the cluster of a redacted recording is called."""

_NO_BUNDLE = base64.b64encode(b"redacted").decode()


class Redaction(NamedTuple):
    """A redacted recording, and what masks the names of anything that goes with it."""

    recording: Recording
    mask: Callable[[str], str]


def redact_recording(recording: Recording) -> Redaction:
    """The recording with stand-ins for names, hosts, addresses, e-mail addresses, uids and secrets. The same one gives the same."""
    lexicon = collected(recording)
    masker = Masker(lexicon)
    for name in lexicon.whole:
        plural, _, group = name.partition(".")
        lexicon.whole[name] = f"{plural}.{masker.domain(group)}"
    return Redaction(_rewritten(recording, masker), masker.value)


class _Masking:
    """The second reading: stand-ins."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker

    def string(self, way: Way, text: str, struct: str) -> str:  # noqa: ARG002  # the protocol's form
        """See `Visitor`."""
        match way:
            case Way.API:
                return self._masker.marks(text)
            case Way.DOMAIN:
                return self._masker.domain(text)
            case Way.KEY:
                return self._masker.key(text)
            case Way.CERTIFICATES:
                return self._bundle(text)
            case Way.NAME | Way.QUIET_NAME | Way.VALUE | Way.IMAGE:
                return self._masker.value(text)
            case Way.TEXT:
                return self._masker.text(text)

    def _bundle(self, text: str) -> str:
        """What is no bundle stays none, and what is one says the same under other names."""
        found = certificates_in_bundle(text)
        return _NO_BUNDLE if found is None else bundle_of_stand_ins(tuple(walked(one, self) for one in found))

    def key(self, text: str) -> str:
        """See `Visitor`."""
        return self._masker.key(text)

    def label(self, key: str, value: str) -> str:  # noqa: ARG002  # the protocol's form
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
