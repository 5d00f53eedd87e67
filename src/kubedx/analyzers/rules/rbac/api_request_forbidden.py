"""api-request-forbidden"""

from collections.abc import Iterable, Iterator

from kubedx.analyzers import AskLog, Hit, Outcome, rule
from kubedx.analyzers.evidence import field, log_lines
from kubedx.analyzers.rules.rbac._grants import READS, Request, grants, is_allowed
from kubedx.analyzers.starting import is_ready
from kubedx.findings import Confidence, Effect, Evidence, Severity
from kubedx.inventory import Found, Inventory, Unknown
from kubedx.kube import ClusterRole, LogKey, Origin, Pod, PolicyRule, Role, pattern_of

AnyRole = Role | ClusterRole
MAX_REQUESTS = 3
MAX_LINES = 500

# The words of k8s.io/apiserver/pkg/endpoints/handlers/responsewriters/errors.go, forbiddenMessage.
_FORBIDDEN = pattern_of(
    r'User \\?"system:serviceaccount:(?P<account_namespace>[^:"\\]+):(?P<account>[^"\\]+)\\?" cannot (?P<verb>\w+) resource '
    r'\\?"(?P<resource>[^"\\]+)\\?" in API group \\?"(?P<group>[^"\\]*)\\?"'
    r'(?: (?:in the namespace \\?"(?P<namespace>[^"\\]+)\\?"|at the cluster scope))?'
)


@rule(
    filter="Pod",
    also=("RBAC",),
    on=Pod,
    reads=READS,
    severity=Severity.WARNING,
    confidence=Confidence.LIKELY,
    produces=(Effect.CRASHES, Effect.NOT_READY, Effect.UNAVAILABLE, Effect.FAILS, Effect.REQUESTS_FAIL),
    added="0.1",
)
def api_request_forbidden(pod: Pod, inventory: Inventory) -> Iterator[Outcome]:
    """A program logs that the API server forbids it something, and it still does.

    ## What it means
    The program uses its ServiceAccount to talk to the Kubernetes API, and the roles bound to the account do not grant what it asks for.
    The pod may look healthy all the while. The role that is bound to the account already is named: it is the one to extend.

    ## When it is not reported
    When the roles grant the request by now, and when the roles cannot be read. For ready pods whose account has no role at all it is for
    information, as many programs do without: it is told where others complain of the program. The logs of ready pods of a live cluster
    are read only where a role looks too narrow.

    ## How to fix it
    Add the named verb and resource to the role.
    """
    account = pod.spec.service_account_name or "default"
    own = _own_roles(pod.namespace, account, inventory)
    if pod.metadata.deletion_timestamp is not None or pod.namespace == "kube-system" or not _is_suspect(pod, own, inventory):
        return
    told: dict[Request, tuple[str, str, bool, int]] = {}
    for status in pod.status.container_statuses:
        for previous in (False, True) if status.restart_count else (False,):
            match inventory.log(pod.ref, status.name, previous=previous):
                case Unknown(reason=""):
                    yield AskLog(LogKey(pod.ref, status.name, previous))
                case Found(object=log):
                    for request, line in _requests(log.lines[-MAX_LINES:]):
                        count = told[request][3] if request in told else 0
                        told[request] = (status.name, line, previous, count + 1)
    for request, (container, line, previous, count) in list(told.items())[:MAX_REQUESTS]:
        if is_allowed(request, inventory) is False:
            evidence = log_lines(pod.ref, container, line, previous=previous, count=count)
            yield _hit(pod, request, _to_extend(own, request), container, evidence, has_role=bool(own))


def _own_roles(namespace: str, account: str, inventory: Inventory) -> list[tuple[str, AnyRole]]:
    """The roles of an account, each with the namespace where it holds, without those that come with the cluster."""
    bound = ((grant.namespace, grant.role) for grant in grants(namespace, account, inventory))
    return [(place, role) for place, role in bound if role is not None and not role.name.startswith("system:")]


def _is_suspect(pod: Pod, own: list[tuple[str, AnyRole]], inventory: Inventory) -> bool:
    """Whether the log is worth reading: a live cluster is only asked for logs of pods that are not well, or whose role looks too narrow.

    Clients of the API list what they watch and nearly always list what they get; a role that lets them get any object but list none is rare
    on purpose.
    """
    if not is_ready(pod):
        return True
    if inventory.cluster.source is not Origin.LIVE:
        return True
    return any(_is_narrow(one) for _place, role in own for one in role.rules)


def _is_narrow(one: PolicyRule) -> bool:
    return not one.resource_names and not {"get", "watch"}.isdisjoint(one.verbs) and {"list", "*"}.isdisjoint(one.verbs)


def _requests(lines: Iterable[str]) -> Iterator[tuple[Request, str]]:
    """The refused requests that a log tells of, with the line."""
    for line in lines:
        match = _FORBIDDEN.search(line)
        if match is not None:
            yield Request(**{name: value or "" for name, value in match.groupdict().items()}), line


def _hit(  # a request, who made it, and what should have granted it
    pod: Pod, request: Request, role: AnyRole | None, container: str, evidence: Evidence, *, has_role: bool
) -> Hit:
    resource = f"{request.resource}.{request.group}" if request.group else request.resource
    where = f'in namespace "{request.namespace}"' if request.namespace else "at the cluster scope"
    granted = f"; {role.kind.kind} {role.name} does not grant it" if role is not None else "; no role grants it"
    return Hit(
        message=(
            f'container "{container}" logs that it is forbidden: ServiceAccount {request.account_namespace}/{request.account} '
            f"cannot {request.verb} {resource} {where}{granted}"
        ),
        evidence=(evidence, *((field(role, "rules", _written(role, request)),) if role is not None else ())),
        part=f"container {container}",
        cause=role.ref if role is not None else None,
        severity=Severity.ERROR if not is_ready(pod) else Severity.WARNING if has_role else Severity.INFO,
        error_class=f"{request.verb} {resource} {request.namespace}",
        values={
            "container": container,
            "account": request.account,
            "account_namespace": request.account_namespace,
            "verb": request.verb,
            "resource": resource,
            "request_namespace": request.namespace,
            "role": role.name if role is not None else "",
        },
    )


def _written(role: AnyRole, request: Request) -> str:
    """What the role grants on that resource, or else on everything."""
    rules = [one for one in role.rules if request.resource in one.resources] or list(role.rules)
    return "; ".join(f"{', '.join(one.verbs)} on {', '.join(one.resources)}" for one in rules[:5])


def _to_extend(own: list[tuple[str, AnyRole]], request: Request) -> AnyRole | None:
    """The role that is bound to the account where the request was made, rather one that speaks of the resource already."""
    fitting = [role for place, role in own if place in {"", request.namespace}]
    speaking = [role for role in fitting if any(request.resource in one.resources for one in role.rules)]
    return next(iter(speaking or fitting), None)
