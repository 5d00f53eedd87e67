"""What the API server lets us list in a namespace, asked in one request instead of tried kind by kind."""

from collections.abc import Callable, Iterable

import msgspec

from kubedx.errors import ClusterUnreachable
from kubedx.kube import Kind
from kubedx.source.http_client import ApiClient

_PATH = "/apis/authorization.k8s.io/v1/selfsubjectrulesreviews"


class _Rule(msgspec.Struct, frozen=True, rename="camel"):
    verbs: tuple[str, ...] | None = None
    api_groups: tuple[str, ...] | None = None
    resources: tuple[str, ...] | None = None
    resource_names: tuple[str, ...] | None = None

    def lets_list(self, kind: Kind) -> bool:
        if self.resource_names:
            return False
        wanted = ((self.verbs, "list"), (self.api_groups, kind.group), (self.resources, kind.plural))
        return all(has and ("*" in has or name in has) for has, name in wanted)


class _Status(msgspec.Struct, frozen=True, rename="camel"):
    resource_rules: tuple[_Rule, ...] | None = None
    incomplete: bool = False


class _Review(msgspec.Struct, frozen=True):
    status: _Status


_REVIEW = msgspec.json.Decoder(_Review)


def listable_in(client: ApiClient, namespace: str, deadline: float | None) -> Callable[[Kind], bool]:
    """Whether kinds may be listed in a namespace; all may where the API server cannot say for sure.

    https://kubernetes.io/docs/reference/kubernetes-api/authorization-resources/self-subject-rules-review-v1/
    """
    rules = _rules(client, namespace, deadline)
    return lambda kind: rules is None or any(rule.lets_list(kind) for rule in rules)


def _rules(client: ApiClient, namespace: str, deadline: float | None) -> Iterable[_Rule] | None:
    question = {"apiVersion": "authorization.k8s.io/v1", "kind": "SelfSubjectRulesReview", "spec": {"namespace": namespace}}
    try:
        response = client.review(_PATH, msgspec.json.encode(question), deadline)
        status = _REVIEW.decode(response.body).status
    except (ClusterUnreachable, msgspec.DecodeError, UnicodeDecodeError):
        return None
    if response.status not in {200, 201} or status.incomplete:
        return None
    return status.resource_rules or ()
