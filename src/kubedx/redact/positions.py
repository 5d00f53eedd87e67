"""Where names stand in sentences: quoted, in paths and addresses, and where Kubernetes' own sentences have them.

A word that stands where a name stands is one, though it may be a word of sentences, too: of `exceeded quota: compute, requested: …`
the second word is not, and the third is the name of a ResourceQuota.
"""

import re
from collections.abc import Collection, Iterator

from kubedx.kube import pattern_of

_QUOTES = "\"'`"
_BOUNDS = frozenset(" \t\n\r\"'`\\")
_LONGEST = 300
"""Characters around a word that are looked at."""

_KINDS = frozenset(
    """
    apps configmap configmaps container cronjob daemonset deploy deployment deployments endpoints ep ing ingress ingresses job jobs
    namespace namespaces node nodes ns persistentvolumeclaim persistentvolumeclaims po pod pods pv pvc replicaset replicasets rs sa
    secret secrets service serviceaccount serviceaccounts services statefulset statefulsets sts svc
    """.split()  # noqa: SIM905  # a page of words reads better than as many quotes
)
_BEFORE = pattern_of(r"([A-Za-z0-9._-]+)/$")
_PORT = pattern_of(r":[0-9]{1,5}(?![0-9.])")
_ROOTED = pattern_of(r"(?:^|[\s\"'`=:(\[,])(?:/[\w.@+-]*)*/$")

# `{}` is a name, `{*}` several. Of the sentences of Kubernetes those that do not quote their names: pkg/kubelet/events and
# pkg/kubelet/kuberuntime (containers), pkg/controller (pods, jobs, ReplicaSets, StatefulSets, HPAs), plugin/pkg/admission (quota,
# priority, namespaces), pkg/volume and pkg/scheduler (volumes). Then what resolvers and clients of common languages say of hosts.
_SENTENCES = (
    "exceeded quota: {}",
    "failed quota: {}",
    "PriorityClass with name {}",
    "in namespace {} because it is being terminated",
    "find key {} in ",
    "non-existent secret key: {}",
    "non-existent config key: {}",
    "ed pod: {}",
    "ed job: {}",
    "ed job {}",
    "replica set {} ",
    "container {} in pod {}",
    "ed container {}",
    "Stopping container {}",
    "container {} failed ",
    "container {} definition ",
    "in container {} of Pod {}",
    "create Pod {} in StatefulSet {} ",
    "create Claim {} ",
    "for Pod {} in StatefulSet {} ",
    "delete Pod {} in StatefulSet {} ",
    "driver name {} ",
    "used by pod(s) {*}",
    "volumes=[{*}]",
    "multiple HPAs: [{*}]",
    "assigned {} to {}",
    "lookup {}",
    "ENOTFOUND {}",
    "EAI_AGAIN {}",
    "UnknownHostException: {}",
    "resolve {}",
    "resolve host {}",
    "resolve host: {}",
    "resolve hostname {}",
    "resolve hostname: {}",
    "resolve address {}",
    "resolve name {}",
    "host={}",
    "hostname={}",
    "host: {}",
    "unknown host {}",
)
_NAME = r"([A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)"
_NAMES = r"([A-Za-z0-9 ,._-]+)"


def _pattern(sentence: str) -> str:
    """Words may begin in the midst of one (`ed job`), and white space may be any."""
    return re.escape(sentence).replace(r"\{\}", _NAME).replace(r"\{\*\}", _NAMES)


_SPOKEN = tuple(pattern_of(_pattern(sentence), re.IGNORECASE) for sentence in _SENTENCES)


def spoken_names(text: str) -> Iterator[tuple[int, int]]:
    """Where the sentences of Kubernetes and of resolvers have names, as spans."""
    for sentence in _SPOKEN:
        for match in sentence.finditer(text):
            yield from (match.span(group) for group in range(1, sentence.groups + 1))


def stands_as_name(match: re.Match[str], namespaces: Collection[str]) -> bool:
    """Whether a word in any sentence stands where names stand: quoted, in a path, behind a namespace or kind, before a port, in a URL."""
    text, start, end = match.string, match.start(), match.end()
    if _is_quoted(text, start, end):
        return True
    before, after = text[start - 1 : start], text[end : end + 1]
    if match.lastgroup == "authority" or _PORT.match(text, end):
        return True
    if before == "/":
        first = max(0, start - _LONGEST)
        place = _BEFORE.search(text, first, start)
        owner = place[1].lower() if place else ""
        return owner in namespaces or owner.partition(".")[0] in _KINDS or _ROOTED.search(text, first, start) is not None
    return after == "/" and match[0].lower() in namespaces


def _is_quoted(text: str, start: int, end: int) -> bool:
    """Whether a word stands between quotes, alone or among others without a space: `"system:serviceaccount:shop:cart"`.

    Not as the key of a JSON object: keys are what a program calls its own fields.
    """
    first, last = max(0, start - _LONGEST), min(len(text), end + _LONGEST)
    while start > first and text[start - 1] not in _BOUNDS:
        start -= 1
    while end < last and text[end] not in _BOUNDS:
        end += 1
    quoted = start > 0 and end < len(text) and text[start - 1] in _QUOTES and text[end] in _QUOTES + "\\"
    return quoted and not (text[end] == '"' and text[end + 1 : end + 2] == ":" and text[start - 2 : start - 1] in ("{", ",", " "))
