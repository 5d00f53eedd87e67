"""Nothing in a redacted recording tells whose it is, and everything in it still fits together."""

import re
from datetime import UTC, datetime
from functools import cache
from typing import Any

import msgspec
import pytest

from kubedx.kube import (
    ClusterInfo,
    ConfigMap,
    ContainerLog,
    Gap,
    GapReason,
    GroupKind,
    Kind,
    KubeObject,
    LogKey,
    Origin,
    Pod,
    RawObject,
    Recording,
    Secret,
    encode_object,
)
from kubedx.redact import MASK, redact_recording
from kubedx.source import MemorySource, RecordingSource, Scope

NOW = datetime(2026, 1, 2, tzinfo=UTC)
UID = "0f3a6b1c-1111-2222-3333-444455556666"
NODE = "ip-10-31-7-9.eu-west-1.compute.internal"
WIDGET = Kind("stores.acme-corp.example/v1", "Widget", "widgets")
POD = "kiosk-api-7d9f8b6c5d-x2x4z"


def obj(kind: str, name: str, namespace: str = "", api_version: str = "v1", **fields: Any) -> dict[str, Any]:
    metadata = {"name": name, "uid": UID, **({"namespace": namespace} if namespace else {}), **fields.pop("metadata", {})}
    return {"apiVersion": api_version, "kind": kind, "metadata": metadata, **fields}


CONTAINER = {
    "name": "kiosk-api",
    "image": "registry.acme-corp.example:5000/team-blue/kiosk-api:1.4.2@sha256:" + "e7" * 32,
    "args": ["--tallybook=http://tallybook.backoffice:8080/v1", "--password", "hunter2-hunter2", "--config=/etc/kiosk-api/app.yaml"],
    "env": [
        {"name": "TALLYBOOK_URL", "value": "http://svc-user:s3cr3tpass@tallybook.backoffice.svc.cluster.local:8080"},
        {"name": "KIOSK_API_TOKEN", "value": "aVeryPrivateValue42"},
        {"name": "OWNER", "value": "jane.doe@acme-corp.example"},
        {"name": "DSN", "valueFrom": {"secretKeyRef": {"name": "kiosk-db", "key": "kiosk-dsn"}}},
    ],
    "ports": [{"name": "http", "containerPort": 8080}],
}
OBJECTS = [
    obj("Namespace", "backoffice", metadata={"labels": {"team": "blue-whales", "acme-corp.example/cost-centre": "cc-4711"}}),
    obj("Namespace", "kube-system"),
    obj(
        "Node",
        NODE,
        status={"addresses": [{"type": "InternalIP", "address": "10.31.7.9"}, {"type": "ExternalIP", "address": "203.99.1.7"}]},
    ),
    obj("Deployment", "kiosk-api", "backoffice", "apps/v1"),
    obj("ReplicaSet", "kiosk-api-7d9f8b6c5d", "backoffice", "apps/v1"),
    obj(
        "Pod",
        POD,
        "backoffice",
        metadata={
            "labels": {"app": "kiosk-api", "pod-template-hash": "7d9f8b6c5d", "app.kubernetes.io/name": "kiosk-api"},
            "annotations": {"acme-corp.example/contact": "Jane Doe <jane.doe@acme-corp.example>, kiosk-api on 10.31.7.9"},
            "ownerReferences": [
                {"apiVersion": "apps/v1", "kind": "ReplicaSet", "name": "kiosk-api-7d9f8b6c5d", "uid": UID, "controller": True}
            ],
        },
        spec={"nodeName": NODE, "containers": [CONTAINER], "serviceAccountName": "kiosk-runner"},
        status={
            "podIP": "10.244.3.17",
            "podIPs": [{"ip": "10.244.3.17"}, {"ip": "fd00:244::17"}],
            "containerStatuses": [
                {"name": "kiosk-api", "containerID": "containerd://" + "f9" * 32, "state": {"waiting": {"reason": "CrashLoopBackOff"}}}
            ],
        },
    ),
    obj(
        "Service",
        "tallybook",
        "backoffice",
        spec={"selector": {"app": "tallybook"}, "clusterIP": "10.96.14.3", "ports": [{"port": 8080, "targetPort": "http"}]},
    ),
    obj("Secret", "kiosk-db", "backoffice", data={"kiosk-dsn": "dmFsdWU="}),
    obj(
        "ConfigMap",
        "kiosk-conf",
        "backoffice",
        data={"nginx.conf": "upstream tallybook.backoffice:8080; # asked by jane.doe@acme-corp.example\n"},
    ),
    obj(
        "Event",
        f"{POD}.17f3a2b9c1d4e5f6",
        "backoffice",
        involvedObject={"kind": "Pod", "name": POD, "namespace": "backoffice", "uid": UID, "fieldPath": "spec.containers{kiosk-api}"},
        message=f"Back-off restarting failed container kiosk-api in pod {POD}_backoffice({UID})",
        reason="BackOff",
        source={"component": "kubelet", "host": NODE},
    ),
    obj(
        "Ingress",
        "frontdoor",
        "backoffice",
        "networking.k8s.io/v1",
        spec={
            "rules": [
                {
                    "host": "pay.acme-corp.example",
                    "http": {"paths": [{"backend": {"service": {"name": "tallybook", "port": {"name": "http"}}}}]},
                }
            ]
        },
    ),
    obj(
        "NetworkPolicy",
        "only-office",
        "backoffice",
        "networking.k8s.io/v1",
        spec={"ingress": [{"from": [{"ipBlock": {"cidr": "10.244.0.0/16"}}]}]},
    ),
    obj(
        "CustomResourceDefinition",
        "widgets.stores.acme-corp.example",
        "",
        "apiextensions.k8s.io/v1",
        spec={"group": "stores.acme-corp.example", "names": {"plural": "widgets", "kind": "Widget"}},
    ),
    obj("Widget", "kiosk-widget", "backoffice", WIDGET.api_version, spec={"storageClassName": "acme-fast", "target": "kiosk-api"}),
    obj("ClusterRole", "view", "", "rbac.authorization.k8s.io/v1", metadata={"labels": {"kubernetes.io/bootstrapping": "rbac-defaults"}}),
]
LOG = (
    "2026-01-01T00:00:00Z dial tcp: lookup tallybook.backoffice.svc.cluster.local on 10.96.0.10:53: no such host",
    "Kiosk-API of acme-corp failed for jane.doe@acme-corp.example, password=hunter2hunter2",
    "KIOSK_API_TOKEN is not set; kioskApi gives up",
    "-----BEGIN RSA PRIVATE KEY-----",
    "MIIEpAIBAAKCAQEAwJ8k",
    "-----END RSA PRIVATE KEY-----",
    "the pod cannot view the list of all nodes: default action is to wait",
)
GONE = (
    "kiosk", "tallybook", "backoffice", "acme-corp", "acme", "blue-whales", "blue", "cc-4711", "jane", "doe", "10.31.7.9", "10-31-7-9", "203.99.1.7",
    "10.244.3.17", "fd00:244", "10.96.14.3", "10.96.0.10", UID, "hunter2", "s3cr3tpass", "aVeryPrivateValue42", "MIIEpAIBAAKCAQEAwJ8k", "frontdoor",
    "x2x4z", "7d9f8b6c5d", "only-office", "office", "kiosk-runner", "e7e7e7e7", "f9f9f9f9", "team-blue", "pay.", "production", "acme-fast",
)  # fmt: skip
KEY = LogKey(Pod.KIND.ref("backoffice", POD), "kiosk-api")


@cache
def original() -> Recording:
    info = ClusterInfo(Origin.LIVE, "production", "v1.34.4")
    gap = Gap(
        "v1",
        "Secret",
        "backoffice",
        "list",
        GapReason.FORBIDDEN,
        'secrets is forbidden: User "jane.doe" cannot list in the namespace "backoffice"',
    )
    source = MemorySource(documents=OBJECTS, gaps=[gap], now=NOW, cluster=info, confirmed=False)
    recorder = RecordingSource(source)
    kinds = [kind for kind in source.kinds if kind.group_kind != WIDGET.group_kind]
    custom = recorder.custom_kinds()
    recorder.read((*kinds, *custom), Scope(namespaces=("backoffice",)))
    recorder.get(ConfigMap.KIND, ConfigMap.KIND.ref("backoffice", "kiosk-conf"))
    recorder.get(Secret.KIND, Secret.KIND.ref("backoffice", "kiosk-absent"))
    recording = recorder.recording()
    logs = {KEY: ContainerLog(KEY, LOG), LogKey(KEY.pod, "kiosk-api", previous=True): None}
    return msgspec.structs.replace(recording, logs=logs)


@cache
def redacted() -> Recording:
    return redact_recording(original()).recording


def mask(name: str) -> str:
    return redact_recording(original()).mask(name)


def objects(recording: Recording, kind: str) -> list[Any]:
    return [found for key, group in recording.reading.objects.items() if key.kind == kind for found in group]


def everything(recording: Recording) -> str:
    """All text of a recording."""
    held = [encode_object(found).decode() for group in recording.reading.objects.values() for found in group]
    held += [encode_object(answer).decode() for answer in recording.answers.values() if isinstance(answer, KubeObject)]
    rest = (
        recording.reading.gaps,
        recording.reading.cluster,
        recording.kinds,
        recording.custom,
        recording.namespaces,
        list(recording.answers),
    )
    held += [repr(rest), repr(recording.logs), repr(sorted(recording.reading.listed)), repr(list(recording.reading.objects))]
    return "\n".join(held)


@pytest.mark.parametrize("word", GONE)
def test_nothing_tells_whose_it_is(word: str) -> None:
    text = everything(redacted())
    found = re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}", text, re.IGNORECASE)
    assert found is None, text[max(0, found.start() - 80) : found.end() + 40]
    assert re.search(rf"(?<![A-Za-z0-9]){re.escape(word)}", everything(original()), re.IGNORECASE), "the word was never there"


def test_what_is_everybodys_stays() -> None:
    text = everything(redacted())
    for word in (
        "kube-system",
        "CrashLoopBackOff",
        "kubelet",
        "svc.cluster.local",
        ":1.4.2",
        "app.kubernetes.io/name",
        "8080",
        "v1.34.4",
        '"view"',
    ):
        assert word in text, word
    assert redacted().reading.cluster.name == "redacted"
    assert redacted().redacted


def test_sentences_stay_sentences() -> None:
    (log,) = (answer for answer in redacted().logs.values() if isinstance(answer, ContainerLog))
    assert log.lines[0].endswith(":53: no such host")
    assert log.lines[-1] == LOG[-1]
    assert MASK in "\n".join(log.lines)


class TestEverythingFits:
    def pod(self) -> Pod:
        (pod,) = objects(redacted(), "Pod")
        assert isinstance(pod, Pod)
        return pod

    def test_owners(self) -> None:
        (replica_set,) = objects(redacted(), "ReplicaSet")
        (deployment,) = objects(redacted(), "Deployment")
        owner = self.pod().metadata.controller
        assert owner is not None
        assert (owner.name, owner.uid) == (replica_set.name, replica_set.uid)
        assert self.pod().name.startswith(f"{replica_set.name}-")
        assert replica_set.name.startswith(f"{deployment.name}-")

    def test_labels_selectors_and_hashes(self) -> None:
        (service,) = objects(redacted(), "Service")
        pod = self.pod()
        assert pod.metadata.labels["app"] == pod.metadata.labels["app.kubernetes.io/name"] == mask("kiosk-api")
        assert service.spec.selector == {"app": service.name}
        assert pod.name.split("-")[-2] == pod.metadata.labels["pod-template-hash"]

    def test_events_and_the_words_in_them(self) -> None:
        (event,) = objects(redacted(), "Event")
        pod = self.pod()
        container = pod.spec.containers[0].name
        assert (event.involved_object.name, event.involved_object.uid) == (pod.name, pod.uid)
        assert event.involved_object.field_path == f"spec.containers{{{container}}}"
        assert event.message == f"Back-off restarting failed container {container} in pod {pod.name}_{pod.namespace}({pod.uid})"
        assert event.source.host == pod.spec.node_name == objects(redacted(), "Node")[0].name

    def test_addresses_of_callees(self) -> None:
        (service,) = objects(redacted(), "Service")
        container = self.pod().spec.containers[0]
        (log,) = (answer for answer in redacted().logs.values() if isinstance(answer, ContainerLog))
        assert container.args[0] == f"--{service.name}=http://{service.name}.{service.namespace}:8080/v1"
        assert f"@{service.name}.{service.namespace}.svc.cluster.local:8080" in container.env[0].value
        assert f"lookup {service.name}.{service.namespace}.svc.cluster.local on " in log.lines[0]

    def test_secrets_go_alone(self) -> None:
        container = self.pod().spec.containers[0]
        assert container.args[2] == MASK
        assert container.env[1].value == MASK
        assert f":{MASK}@" in container.env[0].value
        assert container.env[0].name == f"{mask('tallybook').upper()}_URL"

    def test_references_that_exist_and_that_do_not(self) -> None:
        (secret,) = objects(redacted(), "Secret")
        reference = self.pod().spec.containers[0].env[3].value_from
        assert reference is not None
        assert reference.secret_key_ref is not None
        assert (reference.secret_key_ref.name, reference.secret_key_ref.key) == (secret.name, secret.keys[0])
        assert Secret.KIND.ref(mask("backoffice"), mask("kiosk-absent")) in redacted().answers

    def test_custom_resources_and_their_definition(self) -> None:
        (definition,) = objects(redacted(), "CustomResourceDefinition")
        (widget,) = objects(redacted(), "Widget")
        (kind,) = redacted().custom
        assert isinstance(widget, RawObject)
        assert definition.name == f"widgets.{definition.spec.group}"
        assert kind.group == definition.spec.group == widget.kind.group
        assert widget.data["apiVersion"] == kind.api_version
        assert widget.data["metadata"]["name"] == widget.name
        assert GroupKind(kind.group, "Widget") in redacted().reading.objects

    def test_networks(self) -> None:
        import ipaddress

        (policy,) = objects(redacted(), "NetworkPolicy")
        network = policy.spec.ingress[0].from_[0].ip_block.cidr
        assert ipaddress.ip_address(self.pod().status.pod_ip) in ipaddress.ip_network(network)
        assert self.pod().status.pod_ip == self.pod().status.pod_ips[0].ip

    def test_scope_gaps_logs_and_answers(self) -> None:
        recording, namespace = redacted(), self.pod().namespace
        assert recording.namespaces == (namespace,)
        (gap,) = recording.reading.gaps
        assert gap.namespace == namespace
        assert f'the namespace "{namespace}"' in gap.message
        assert LogKey(self.pod().ref, self.pod().spec.containers[0].name) in recording.logs
        assert {(each.group_kind.kind, each.namespace) for each in recording.reading.listed} >= {("Pod", namespace)}
        values = next(answer for answer in recording.answers.values() if isinstance(answer, ConfigMap)).data
        assert values is not None
        assert "upstream" in values["nginx.conf"]


def test_the_same_recording_gives_the_same() -> None:
    assert everything(redact_recording(original()).recording) == everything(redacted())


def test_a_second_masking_changes_only_names() -> None:
    again = redact_recording(redacted()).recording
    assert [len(group) for group in again.reading.objects.values()] == [len(group) for group in redacted().reading.objects.values()]


def masked_line(line: str, *documents: dict[str, Any]) -> str:
    """A line of a log of the recording of a cluster with these objects, as it is masked."""
    source = MemorySource(documents=list(documents), now=NOW)
    recorder = RecordingSource(source)
    recorder.read(source.kinds, Scope())
    recording = msgspec.structs.replace(recorder.recording(), logs={KEY: ContainerLog(KEY, (line,))})
    (log,) = redact_recording(recording).recording.logs.values()
    assert isinstance(log, ContainerLog)
    return log.lines[0]


@pytest.mark.parametrize("kind", ["APIService", "ServiceAccount", "CartWidget"])
def test_kinds_are_no_names_though_a_word_of_them_is_one(kind: str) -> None:
    names = {"plural": "cartwidgets", "kind": "CartWidget"}
    definition = obj("CustomResourceDefinition", "cartwidgets.kubedx.dev", "", "apiextensions.k8s.io/v1", spec={"names": names})
    services = [obj("Service", name, "backoffice") for name in ("api", "cart", "widget", "account")]
    line = f'no matches for kind "{kind}" of cart'
    masked = masked_line(line, definition, *services)
    assert masked.startswith(f'no matches for kind "{kind}" of ')
    assert not masked.endswith("cart")


def test_a_name_in_the_plural_is_the_name() -> None:
    service = obj("Service", "kiosk", "backoffice")
    assert "kiosk" not in masked_line("cleaned 3 kiosks, GET /v1/kiosks", service)


@pytest.mark.parametrize("name", ["i", "volume", "secret", "need"])
def test_words_of_sentences_are_no_plurals_of_names(name: str) -> None:
    line = f"it is not clear which {name}s it wants: get /api/v1/secrets"
    assert masked_line(line, obj("Service", name, "backoffice")) == line


@pytest.mark.parametrize("name", ["pods", "node", "error", "a", "web", "api", "default-2", "true", "kubernetes-shop", "x.y"])
def test_awkward_names(name: str) -> None:
    documents = [obj("Namespace", name), obj("Pod", f"{name}-0", name, spec={"containers": [{"name": name, "image": f"{name}:1"}]})]
    source = MemorySource(documents=documents, now=NOW)
    recorder = RecordingSource(source)
    recorder.read(source.kinds, Scope())
    recording = redact_recording(recorder.recording()).recording
    (namespace,), (pod,) = objects(recording, "Namespace"), objects(recording, "Pod")
    assert pod.namespace == namespace.name
    assert pod.name == f"{namespace.name}-0"


def test_nothing_to_mask() -> None:
    recorder = RecordingSource(MemorySource(now=NOW))
    recorder.read([Pod.KIND], Scope())
    assert redact_recording(recorder.recording()).recording.reading.objects == {Pod.KIND.group_kind: ()}
