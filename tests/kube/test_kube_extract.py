"""What rules ask of an object without caring for its kind."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from kubedx.kube import (
    ConfigMap,
    ContainerRole,
    CronJob,
    DaemonSet,
    Deployment,
    Event,
    Gap,
    Job,
    Kind,
    KubeObject,
    Namespace,
    PersistentVolumeClaim,
    Pod,
    PodTemplateSpec,
    Reference,
    ReferenceUse,
    ReplicaSet,
    ReplicationController,
    Secret,
    StatefulSet,
    condition,
    conditions,
    container_statuses,
    containers,
    decode_object,
    event_count,
    exit_code_meaning,
    first_seen,
    last_seen,
    pod_spec,
    pod_template,
    references,
    reporter,
)


def _decoded(kind: Kind, document: dict[str, Any]) -> KubeObject:
    decoded = decode_object(kind, document)
    assert not isinstance(decoded, Gap)
    return decoded


def _pod(spec: dict[str, Any], status: dict[str, Any] | None = None) -> Pod:
    pod = _decoded(Pod.KIND, {"metadata": {"name": "cart-0"}, "spec": spec, "status": status or {}})
    assert isinstance(pod, Pod)
    return pod


TEMPLATE = {"metadata": {"labels": {"app": "cart"}}, "spec": {"containers": [{"name": "api"}]}}


@pytest.mark.parametrize("kind_type", [Deployment, ReplicaSet, StatefulSet, DaemonSet, ReplicationController, Job])
def test_the_template_of_a_workload(kind_type: type[KubeObject]) -> None:
    workload = _decoded(kind_type.KIND, {"spec": {"template": TEMPLATE}})
    template, spec = pod_template(workload), pod_spec(workload)

    assert isinstance(template, PodTemplateSpec)
    assert template.metadata.labels == {"app": "cart"}
    assert spec is not None
    assert [container.name for container in spec.containers] == ["api"]


def test_the_template_of_a_cron_job() -> None:
    template = pod_template(_decoded(CronJob.KIND, {"spec": {"jobTemplate": {"spec": {"template": TEMPLATE}}}}))

    assert template is not None
    assert template.spec.containers[0].name == "api"


ROLLOUT = Kind("argoproj.io/v1alpha1", "Rollout", "rollouts")


def test_the_template_of_a_custom_workload() -> None:
    template = pod_template(_decoded(ROLLOUT, {"spec": {"template": TEMPLATE}}))

    assert template is not None
    assert template.spec.containers[0].name == "api"


@pytest.mark.parametrize(
    "spec", [None, 7, {}, {"template": 7}, {"template": {"spec": {"containers": 7}}}, {"template": {"spec": {"containers": [7]}}}]
)
def test_no_template(spec: Any) -> None:
    assert pod_template(_decoded(ROLLOUT, {"spec": spec})) is None


def test_a_pod_has_a_spec_and_makes_no_pods() -> None:
    pod = _pod({"nodeName": "node-a"})

    assert pod_template(pod) is None
    assert pod_spec(pod) is pod.spec
    assert pod_spec(Namespace()) is None


# https://kubernetes.io/docs/concepts/workloads/pods/sidecar-containers/#sidecar-example
SIDECAR = {
    "initContainers": [{"name": "migrate"}, {"name": "logshipper", "restartPolicy": "Always"}],
    "containers": [{"name": "myapp"}, {"name": "proxy"}],
    "ephemeralContainers": [{"name": "debugger", "targetContainerName": "myapp"}],
}


def test_containers_in_the_order_of_their_start() -> None:
    roles = [(container.name, role) for container, role in containers(_pod(SIDECAR).spec)]

    assert roles == [
        ("migrate", ContainerRole.INIT),
        ("logshipper", ContainerRole.SIDECAR),
        ("myapp", ContainerRole.APP),
        ("proxy", ContainerRole.APP),
        ("debugger", ContainerRole.EPHEMERAL),
    ]


def test_each_container_with_its_status() -> None:
    status = {
        "initContainerStatuses": [{"name": "logshipper", "restartCount": 2}],
        "containerStatuses": [
            {"name": "proxy", "ready": True},
            {"name": "myapp", "state": {"waiting": {"reason": "CrashLoopBackOff"}}, "lastState": {"terminated": {"exitCode": 2}}},
        ],
        "ephemeralContainerStatuses": [{"name": "debugger", "ready": False}],
    }
    views = {view.container.name: view for view in container_statuses(_pod(SIDECAR, status))}

    assert views["migrate"].status is None
    assert views["migrate"].path == "status.initContainerStatuses[migrate]"
    shipper, app = views["logshipper"], views["myapp"].status
    assert shipper.status is not None
    assert (shipper.role, shipper.status.restart_count) == (ContainerRole.SIDECAR, 2)
    assert app is not None
    assert app.state.waiting is not None
    assert app.state.waiting.reason == "CrashLoopBackOff"
    assert app.last_state.terminated is not None
    assert app.last_state.terminated.exit_code == 2
    assert views["proxy"].status == next(each for each in _pod(SIDECAR, status).status.container_statuses if each.name == "proxy")
    assert views["debugger"].path == "status.ephemeralContainerStatuses[debugger]"


def test_conditions_of_typed_objects() -> None:
    pod = _pod({}, {"conditions": [{"type": "Ready", "status": "False", "reason": "ContainersNotReady", "lastProbeTime": None}]})
    ready = condition(pod, "Ready")

    assert ready is not None
    assert (ready.status, ready.reason) == ("False", "ContainersNotReady")
    assert condition(pod, "Initialized") is None
    assert conditions(ConfigMap()) == ()


def test_conditions_of_custom_resources_as_far_as_they_go() -> None:
    entries = [
        {"type": "Ready", "status": "False", "message": "no route", "lastTransitionTime": "2026-01-01T00:00:00Z"},
        {"type": "Synced", "status": "True", "lastTransitionTime": "yesterday", "reason": 7},
        "odd",
        7,
    ]
    ready, synced = conditions(_decoded(ROLLOUT, {"status": {"conditions": entries}}))

    assert (ready.type, ready.message, ready.last_transition_time) == ("Ready", "no route", datetime(2026, 1, 1, tzinfo=UTC))
    assert (synced.type, synced.status, synced.reason, synced.last_transition_time) == ("Synced", "True", "", None)


@pytest.mark.parametrize("status", [None, 7, [], {"conditions": None}, {"conditions": {"Ready": True}}])
def test_custom_resources_without_conditions(status: Any) -> None:
    assert conditions(_decoded(ROLLOUT, {"status": status})) == ()


def test_references_of_the_environment() -> None:
    # https://kubernetes.io/docs/concepts/configuration/configmap/ and .../secret/#optional-secrets
    spec = _pod(
        {
            "initContainers": [{"name": "init", "envFrom": [{"configMapRef": {"name": "special-config"}}]}],
            "containers": [
                {
                    "name": "api",
                    "envFrom": [{"prefix": "DB_", "secretRef": {"name": "db", "optional": True}}],
                    "env": [
                        {"name": "PLAIN", "value": "text"},
                        {"name": "LIVES", "valueFrom": {"configMapKeyRef": {"name": "game-demo", "key": "player_initial_lives"}}},
                        {"name": "DSN", "valueFrom": {"secretKeyRef": {"name": "db", "key": "dsn", "optional": True}}},
                        {"name": "NODE", "valueFrom": {"fieldRef": {"fieldPath": "spec.nodeName"}}},
                        {"name": "NAMELESS", "valueFrom": {"secretKeyRef": {"key": "dsn"}}},
                    ],
                }
            ],
        }
    ).spec

    assert list(references(spec)) == [
        Reference(
            ConfigMap.KIND, "special-config", ReferenceUse.ENV_FROM, "init", "initContainers[init].envFrom[special-config].configMapRef"
        ),
        Reference(Secret.KIND, "db", ReferenceUse.ENV_FROM, "api", "containers[api].envFrom[db].secretRef", optional=True),
        Reference(
            ConfigMap.KIND,
            "game-demo",
            ReferenceUse.ENV,
            "api",
            "containers[api].env[LIVES].valueFrom.configMapKeyRef",
            key="player_initial_lives",
        ),
        Reference(Secret.KIND, "db", ReferenceUse.ENV, "api", "containers[api].env[DSN].valueFrom.secretKeyRef", key="dsn", optional=True),
    ]


VOLUMES = [
    {
        "name": "conf",
        "configMap": {"name": "app", "items": [{"key": "app.yaml", "path": "a"}, {"key": "b", "path": "b"}], "optional": True},
    },
    {"name": "tls", "secret": {"secretName": "cert"}},
    {"name": "data", "persistentVolumeClaim": {"claimName": "cart-data"}},
    {"name": "scratch", "ephemeral": {"volumeClaimTemplate": {"spec": {"storageClassName": "fast"}}}},
    {
        "name": "all",
        "projected": {
            "sources": [
                {"serviceAccountToken": {"path": "token"}},
                {"secret": {"name": "mysecret", "items": [{"key": "username", "path": "u"}]}},
                {"configMap": {"name": "myconfigmap", "optional": True}},
            ]
        },
    },
    {"name": "csi", "csi": {"driver": "csi.example", "nodePublishSecretRef": {"name": "driver-login"}}},
    {"name": "share", "azureFile": {"secretName": "share-login", "shareName": "s"}},
    {"name": "disk", "rbd": {"image": "i", "secretRef": {"name": "ceph-login"}}},
    {"name": "tmp", "emptyDir": {}},
]


def test_references_of_volumes() -> None:
    spec = _pod({"imagePullSecrets": [{"name": "pull"}], "volumes": VOLUMES}).spec
    found = [(each.kind, each.name, each.key, each.optional, each.use, each.path) for each in references(spec, "cart-0")]

    volume, projected = ReferenceUse.VOLUME, ReferenceUse.PROJECTED
    assert found == [
        (Secret.KIND, "pull", "", True, ReferenceUse.IMAGE_PULL, "imagePullSecrets[pull]"),
        (ConfigMap.KIND, "app", "app.yaml", True, volume, "volumes[conf].configMap.items[app.yaml]"),
        (ConfigMap.KIND, "app", "b", True, volume, "volumes[conf].configMap.items[b]"),
        (Secret.KIND, "cert", "", False, volume, "volumes[tls].secret"),
        (PersistentVolumeClaim.KIND, "cart-data", "", False, volume, "volumes[data].persistentVolumeClaim"),
        (PersistentVolumeClaim.KIND, "cart-0-scratch", "", False, volume, "volumes[scratch].ephemeral"),
        (Secret.KIND, "mysecret", "username", False, projected, "volumes[all].projected.sources[mysecret].secret.items[username]"),
        (ConfigMap.KIND, "myconfigmap", "", True, projected, "volumes[all].projected.sources[myconfigmap].configMap"),
        (Secret.KIND, "driver-login", "", False, volume, "volumes[csi].csi.nodePublishSecretRef"),
        (Secret.KIND, "share-login", "", False, volume, "volumes[share].azureFile.secretName"),
        (Secret.KIND, "ceph-login", "", False, volume, "volumes[disk].rbd.secretRef"),
    ]
    assert "cart-0-scratch" not in {each.name for each in references(spec)}


T0 = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("document", "count", "first", "last"),
    [
        ({"count": 5, "firstTimestamp": "2026-01-01T00:00:00Z", "lastTimestamp": "2026-01-01T00:05:00Z"}, 5, 0, 5),
        ({"eventTime": "2026-01-01T00:01:00.000000Z", "firstTimestamp": None, "lastTimestamp": None}, 1, 1, 1),
        ({"eventTime": "2026-01-01T00:01:00Z", "series": {"count": 9, "lastObservedTime": "2026-01-01T00:09:00Z"}}, 9, 1, 9),
        ({"metadata": {"creationTimestamp": "2026-01-01T00:02:00Z"}}, 1, 2, 2),
        ({}, 1, None, None),
    ],
)
def test_events_of_every_reporter(document: dict[str, Any], count: int, first: int | None, last: int | None) -> None:
    event = _decoded(Event.KIND, document)

    assert isinstance(event, Event)
    assert event_count(event) == count
    assert first_seen(event) == (None if first is None else T0 + timedelta(minutes=first))
    assert last_seen(event) == (None if last is None else T0 + timedelta(minutes=last))


def test_who_reports() -> None:
    old, new = (_decoded(Event.KIND, each) for each in ({"source": {"component": "kubelet"}}, {"reportingComponent": "default-scheduler"}))

    assert isinstance(old, Event)
    assert isinstance(new, Event)
    assert (reporter(old), reporter(new)) == ("kubelet", "default-scheduler")


@pytest.mark.parametrize(
    ("code", "word"),
    [
        (0, "without an error"),
        (1, "error"),
        (126, "cannot be executed"),
        (127, "not found"),
        (137, "SIGKILL"),
        (139, "SIGSEGV"),
        (143, "SIGTERM"),
        (134, "SIGABRT"),
        (2, "panicked"),
        (255, "out of range"),
        (162, "signal 34"),
    ],
)
def test_exit_codes(code: int, word: str) -> None:
    assert word in exit_code_meaning(code)


@pytest.mark.parametrize("code", [3, 42, 200, 256, -1, 3221225781])
def test_exit_codes_that_only_the_program_knows(code: int) -> None:
    assert exit_code_meaning(code) == ""
