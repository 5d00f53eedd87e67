"""The health of EKS clusters, asked with the real SDK against stubbed answers."""

import sys
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from kubedx.kube import ClusterInfo, Origin
from kubedx.plugins import EKS_KINDS, EksError, eks_objects
from kubedx.plugins.eks import _client

SERVER = "https://ABCDEF0123.gr7.eu-west-1.eks.amazonaws.com"
ISSUE = {"code": "InsufficientFreeAddresses", "message": "subnet-1 has no free addresses.", "resourceIds": ["subnet-1"]}


def stubbed() -> tuple[Any, Stubber]:
    client = boto3.client("eks", region_name="eu-west-1", aws_access_key_id="x", aws_secret_access_key="x")
    return client, Stubber(client)


def test_the_cluster_at_the_address_is_asked_and_no_other_of_a_like_name() -> None:
    client, stub = stubbed()
    stub.add_response("list_clusters", {"clusters": ["shop"], "nextToken": "2"}, {})
    stub.add_response("describe_cluster", {"cluster": {"name": "shop", "endpoint": "https://OTHER.eks.amazonaws.com"}}, {"name": "shop"})
    stub.add_response("list_clusters", {"clusters": ["shop-2"]}, {"nextToken": "2"})
    stub.add_response(
        "describe_cluster",
        {"cluster": {"name": "shop-2", "endpoint": SERVER, "status": "ACTIVE", "health": {"issues": []}}},
        {"name": "shop-2"},
    )
    stub.add_response("list_nodegroups", {"nodegroups": ["blue"]}, {"clusterName": "shop-2"})
    stub.add_response(
        "describe_nodegroup",
        {"nodegroup": {"nodegroupName": "blue", "status": "DEGRADED", "health": {"issues": [ISSUE]}}},
        {"clusterName": "shop-2", "nodegroupName": "blue"},
    )
    with stub:
        cluster, group = eks_objects(SERVER, {"eu-west-1": client}.__getitem__)
    assert (cluster.kind, group.kind) == EKS_KINDS
    assert (cluster.name, group.name) == ("shop-2", "blue")
    assert group.data["status"]["health"]["issues"][0]["code"] == "InsufficientFreeAddresses"
    assert cluster.data["status"]["health"] == {"issues": []}


def test_a_cluster_without_health_is_no_crash() -> None:
    client, stub = stubbed()
    stub.add_response("list_clusters", {"clusters": ["shop"]}, {})
    stub.add_response("describe_cluster", {"cluster": {"name": "shop", "endpoint": SERVER}}, {"name": "shop"})
    stub.add_response("list_nodegroups", {}, {"clusterName": "shop"})
    with stub:
        (cluster,) = eks_objects(SERVER, lambda _region: client)
    assert cluster.data["status"]["health"] == {"issues": []}


@pytest.mark.parametrize("server", ["https://10.0.0.1:443", "https://eks.example.com", "https://a.eu-west-1.eks.amazonaws.com.example.com"])
def test_another_cluster_is_one_sentence(server: str) -> None:
    with pytest.raises(EksError, match="is not the address of an EKS cluster"):
        eks_objects(server)


def test_refused_credentials_are_one_sentence() -> None:
    client, stub = stubbed()
    stub.add_client_error("list_clusters", "UnrecognizedClientException", "The security token is invalid.", 403)
    with stub, pytest.raises(EksError, match=r"security token is invalid; check the AWS credentials"):
        eks_objects(SERVER, lambda _region: client)


def test_no_cluster_at_the_address_is_one_sentence() -> None:
    client, stub = stubbed()
    stub.add_response("list_clusters", {"clusters": []}, {})
    with stub, pytest.raises(EksError, match="no EKS cluster of region eu-west-1"):
        eks_objects(SERVER, lambda _region: client)


def test_without_the_sdk_it_names_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "boto3", None)
    with pytest.raises(EksError, match=r"pip install 'kubedx\[eks\]'"):
        _client("eu-west-1")


def test_what_the_cloud_says_is_judged_with_the_cluster() -> None:
    from kubedx.cli.cloud import CloudSource
    from kubedx.pipeline import Request, diagnose
    from kubedx.source import MemorySource

    client, stub = stubbed()
    stub.add_response("list_clusters", {"clusters": ["shop"]}, {})
    stub.add_response(
        "describe_cluster", {"cluster": {"name": "shop", "endpoint": SERVER, "health": {"issues": [ISSUE]}}}, {"name": "shop"}
    )
    stub.add_response("list_nodegroups", {}, {"clusterName": "shop"})
    with stub:
        objects = eks_objects(SERVER, lambda _region: client)
    source = CloudSource(MemorySource(cluster=ClusterInfo(source=Origin.LIVE, name="shop")), objects, EKS_KINDS)
    diagnosis = diagnose(source, Request(filters=("EKS",)))
    assert [(one.kind, one.name) for one in diagnosis.results] == [("EKS", "AWS/EKS")]
    assert "InsufficientFreeAddresses of cluster shop (subnet-1)" in diagnosis.incidents[0].root_cause.message
