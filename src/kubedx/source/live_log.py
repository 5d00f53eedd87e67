"""The end of a container's log, from the kubelet through the API server."""

from kubedx.errors import ClusterUnreachable
from kubedx.kube import ContainerLog, Gap, GapReason, Kind, LogKey
from kubedx.source.contract import LogLimit
from kubedx.source.http_client import ApiClient
from kubedx.source.http_retry import Response
from kubedx.source.live_list import object_path
from kubedx.source.live_status import gap, refused, status_of, unanswered
from kubedx.source.log_lines import container_log

_POD = Kind("v1", "Pod", "pods")
_VERB = "get log"

# `limitBytes` cuts from the end, where the news is. So more than is wanted is asked for, and where even that is cut,
# fewer lines.
_SLACK = 8
_FEWER_LINES = 10

# The kubelet's words, with status 200, for a container whose log file is gone (kuberuntime, GetContainerLogs).
_GONE = b"unable to retrieve container logs for "


def read_log(client: ApiClient, key: LogKey, limit: LogLimit, deadline: float | None) -> ContainerLog | Gap | None:
    """The last lines of a log, within the limit; None where the pod, the container or that run of it has none."""
    lines = max(1, limit.lines)
    most = max(1, limit.size) * _SLACK
    while True:
        # One line more than wanted tells whether there were more.
        response = _tail(client, key, lines + 1 if lines > 1 else 1, most, deadline)
        if isinstance(response, Gap):
            return response
        if response.status != 200:
            return _refusal(key, response)
        cut = len(response.body) >= most
        if not cut or lines == 1:
            break
        lines = max(1, lines // _FEWER_LINES)
    if response.body.startswith(_GONE) and response.body.count(b"\n") <= 1:
        return None
    if cut:
        # One line longer than everything that is wanted: its beginning tells most.
        return container_log(key, response.body[: limit.size], limit, truncated=True)
    return container_log(key, response.body, LogLimit(min(lines, limit.lines), limit.size), truncated=lines == 1 < limit.lines)


def _tail(client: ApiClient, key: LogKey, lines: int, size: int, deadline: float | None) -> Response | Gap:
    query = {"container": key.container, "tailLines": str(lines), "limitBytes": str(size)}
    if key.previous:
        query["previous"] = "true"
    path = object_path(_POD, key.pod.namespace, key.pod.name) + "/log"
    try:
        # A kubelet that is gone costs a long wait each time.
        return client.get(path, query, accept="*/*", deadline=deadline, patient=False)
    except ClusterUnreachable as error:
        return unanswered(_POD, _VERB, error, key.pod.namespace, key.pod.name)


def _refusal(key: LogKey, response: Response) -> Gap | None:
    # 204: the pod has no node yet. 400: the container is not of the pod, has not started, or has no previous run.
    # 404: there is no such pod.
    if response.status == 204 or (response.status in {400, 404} and status_of(response)):
        return None
    missing = refused(_POD, _VERB, response, key.pod.namespace, key.pod.name)
    if missing.reason is GapReason.ABSENT_API:
        return gap(_POD, _VERB, GapReason.SERVER_ERROR, missing.message, key.pod.namespace, key.pod.name)
    return missing
