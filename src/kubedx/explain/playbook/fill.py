"""Filling names into the playbook's sentences and commands. Values come from the cluster and are never trusted."""

import shlex
from collections.abc import Mapping

from kubedx.explain.clean import clean_line
from kubedx.explain.playbook.entry import PLACEHOLDER
from kubedx.findings import RootCause
from kubedx.kube import Ref, pattern_of

MAX_VALUE = 300
"""Characters of a value that a sentence shows."""

# The groups that kubectl resolves by the bare kind; every other group must be named, since kinds recur (Knative has a Service too).
_BUILT_IN_GROUPS = frozenset({"", "apps", "batch", "autoscaling", "policy", "extensions"})
_ROLLOUT_KINDS = frozenset({"Deployment", "DaemonSet", "StatefulSet"})
_CONTAINER = pattern_of(r"(?:(?:init|ephemeral|sidecar) )?container \"?([a-z0-9]([a-z0-9-]*[a-z0-9])?)\"?")
_SENTENCE_END = pattern_of("(?<=[.!?]) +|(?<=[\u3002\uff01\uff1f])")
_FULL_WIDTH_ENDS = ("\u3002", "\uff01", "\uff1f")
_CODE_SPAN = pattern_of(r"(`[^`]*`)")


def words_of(root_cause: RootCause) -> dict[str, str]:
    """The words of a root cause by the name of their placeholder; what has no value is not among them."""
    subject, cause, observed = root_cause.subject, root_cause.cause, root_cause.observed
    container = _CONTAINER.fullmatch(root_cause.part)
    words = {
        "namespace": subject.namespace,
        "name": subject.name,
        "kind": kubectl_kind(subject),
        "subject": str(subject),
        "part": root_cause.part,
        "container": container[1] if container else "",
        "pod": observed.name if observed.kind == "Pod" else "",
        "message": root_cause.message,
        "observed": str(observed),
        "observed_name": observed.name,
        "observed_kind": kubectl_kind(observed),
    }
    if subject.kind in _ROLLOUT_KINDS and subject.group == "apps":
        words["workload"] = f"{subject.kind.lower()}/{subject.name}"
    if cause is not None:
        words |= {"cause": str(cause), "cause_kind": kubectl_kind(cause), "cause_name": cause.name, "cause_namespace": cause.namespace}
    return {name: value for name, value in {**words, **root_cause.values}.items() if value}


def kubectl_kind(ref: Ref) -> str:
    """The kind as kubectl takes it: `deployment`, and `service.serving.knative.dev` where the bare word is ambiguous."""
    kind = ref.kind.lower()
    return kind if ref.group in _BUILT_IN_GROUPS or ref.group.endswith(".k8s.io") else f"{kind}.{ref.group}"


def fill_text(template: str, words: Mapping[str, str], limit: int = MAX_VALUE) -> str:
    """A text with its words filled in, without the sentences that lack one; empty when the first does, on which the others rest."""
    whole = _fill_sentence(template, words, limit)
    if whole is not None:
        return whole.strip()
    filled = [_fill_sentence(sentence, words, limit) for sentence in _SENTENCE_END.split(template)]
    if not filled[0]:
        return ""
    kept = [sentence.strip() for sentence in filled if sentence]
    return ("" if any(sentence.endswith(_FULL_WIDTH_ENDS) for sentence in kept) else " ").join(kept)


def fill_command(template: str, words: Mapping[str, str]) -> str:
    """A command with its words filled in and quoted for a shell; empty when a word is missing or would not be safe there."""
    quoted: dict[str, str] = {}
    for match in PLACEHOLDER.finditer(template):
        value = words.get(match[1], "")
        starts_word = match.start() == 0 or template[match.start() - 1].isspace()
        if not value or not value.isprintable() or (starts_word and value.startswith("-")):
            return ""
        quoted[match[1]] = shlex.quote(value)
    return PLACEHOLDER.sub(lambda match: quoted[match[1]], template)


def _fill_sentence(template: str, words: Mapping[str, str], limit: int) -> str | None:
    parts = []
    for part in _CODE_SPAN.split(template):
        if len(part) > 1 and part.startswith("`") and part.endswith("`"):
            command = fill_command(part[1:-1], words)
            if not command:
                return None
            parts.append(f"`{command}`")
        elif all(words.get(name) for name in PLACEHOLDER.findall(part)):
            parts.append(PLACEHOLDER.sub(lambda match: clean_line(words[match[1]], limit), part))
        else:
            return None
    return "".join(parts)
