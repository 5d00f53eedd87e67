"""What Amazon EKS says of the health of a cluster and of its node groups, as objects for rules.

They have the kinds and the shape of Amazon's own custom resources (ACK, eks.services.k8s.aws), so that a cluster which manages EKS by
these is judged by the same rule. The cluster is found by the address of its API server, never by a likeness of names.
https://docs.aws.amazon.com/eks/latest/APIReference/API_DescribeCluster.html
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from kubedx.errors import KubedxError
from kubedx.kube import Kind, ObjectMeta, RawObject, pattern_of

CLUSTER = Kind("eks.services.k8s.aws/v1alpha1", "Cluster", "clusters")
NODE_GROUP = Kind("eks.services.k8s.aws/v1alpha1", "Nodegroup", "nodegroups")
EKS_KINDS = (CLUSTER, NODE_GROUP)

MAX_CLUSTERS = 200
"""Clusters of a region that are looked at before it is given up."""
SECONDS = 10
"""How long one call to the cloud may take."""

_ENDPOINT = pattern_of(
    r"https://[0-9A-Za-z]+\.(?:[a-z0-9]+\.)?(?P<region>[a-z]{2}(?:-[a-z]+)+-\d)\.eks\.amazonaws\.com(?:\.cn)?(?::443)?/?$"
)

Client = Any
"""A botocore client of the service `eks`, which has no types of its own."""


class EksError(KubedxError):
    """The health of an EKS cluster could not be asked for."""


def eks_objects(server: str, make_client: Callable[[str], Client] | None = None) -> tuple[RawObject, ...]:
    """The cluster whose API server has this address, and its node groups.

    `make_client` makes a client for a region. Raises EksError when the address is not one of EKS, the SDK is not installed, the
    credentials are missing or refused, or no cluster of the region has that address.
    """
    match = _ENDPOINT.match(server)
    if match is None:
        raise EksError(f"{server} is not the address of an EKS cluster, so filter EKS has nothing to judge; use the cluster's own context")
    region = match["region"]
    client = (make_client or _client)(region)
    try:
        cluster = _find(client, server.rstrip("/").removesuffix(":443"), region)
        return (_object(CLUSTER, cluster), *(_object(NODE_GROUP, group) for group in _node_groups(client, str(cluster["name"]))))
    except EksError:
        raise
    except Exception as error:
        raise EksError(
            f"EKS of region {region} did not tell the health of {server}: {_first_line(error)}; check the AWS credentials (AWS_PROFILE) "
            "and the rights eks:ListClusters, eks:DescribeCluster, eks:ListNodegroups and eks:DescribeNodegroup"
        ) from error


def _client(region: str) -> Client:
    try:
        import boto3
        from botocore.config import Config
    except ImportError as error:
        raise EksError("filter EKS needs the AWS SDK, which is not installed; pip install 'kubedx[eks]'") from error
    config = Config(connect_timeout=SECONDS, read_timeout=SECONDS, retries={"max_attempts": 2})
    try:
        return boto3.client("eks", region_name=region, config=config)
    except Exception as error:
        raise EksError(f"the AWS SDK cannot be set up: {_first_line(error)}; check AWS_PROFILE and the AWS config file") from error


def _find(client: Client, server: str, region: str) -> Mapping[str, Any]:
    for count, name in enumerate(_pages(client.list_clusters, "clusters")):
        if count == MAX_CLUSTERS:
            raise EksError(f"region {region} has more than {MAX_CLUSTERS} EKS clusters, and none of the first is at {server}")
        cluster: Mapping[str, Any] = client.describe_cluster(name=name)["cluster"]
        if str(cluster.get("endpoint", "")).lower() == server.lower():
            return cluster
    raise EksError(f"no EKS cluster of region {region} that these AWS credentials see is at {server}; use those of the cluster's account")


def _node_groups(client: Client, cluster: str) -> Iterator[Mapping[str, Any]]:
    for name in _pages(client.list_nodegroups, "nodegroups", clusterName=cluster):
        group: Mapping[str, Any] = client.describe_nodegroup(clusterName=cluster, nodegroupName=name)["nodegroup"]
        yield {"name": group.get("nodegroupName", name), **group}


def _pages(call: Callable[..., Mapping[str, Any]], key: str, **asked: str) -> Iterator[str]:
    answer = call(**asked)
    yield from answer.get(key, ())
    while token := answer.get("nextToken"):
        answer = call(**asked, nextToken=token)
        yield from answer.get(key, ())


def _object(kind: Kind, told: Mapping[str, Any]) -> RawObject:
    name = str(told.get("name", ""))
    issues = [
        {"code": issue.get("code", ""), "message": issue.get("message", ""), "resourceIDs": list(issue.get("resourceIds", ()))}
        for issue in (told.get("health") or {}).get("issues") or ()
    ]
    status = {"status": told.get("status", ""), "health": {"issues": issues}}
    data = {"apiVersion": kind.api_version, "kind": kind.kind, "metadata": {"name": name}, "spec": {"name": name}, "status": status}
    return RawObject(metadata=ObjectMeta(name=name), served_as=kind, data=data)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0].rstrip(".") or type(error).__name__
