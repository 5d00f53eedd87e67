"""Programs and nodes that fail by themselves."""

from measure.application import SPACE, Application
from measure.fault import Fault, Wanted, crashes, wanted
from measure.voices import REFUSED, TIMEOUT


def readiness_path_wrong(app: Application) -> Wanted:
    """A readiness probe asks for a path that the program does not know."""
    app.change("account", lambda container: container["readinessProbe"]["httpGet"].update(path="/actuator/health/raediness"))
    app.unready("account")
    app.event(app.pod("account"), "Unhealthy", "Readiness probe failed: HTTP probe failed with statuscode: 404")
    app.cut("account")
    return wanted("Deployment account", words="raediness")


def config_unreadable(app: Application) -> Wanted:
    """A file of a ConfigMap is no YAML, and its reader ends."""
    text = "rates:\n  - from: EUR\n   to: USD\n"
    app.objects.append(
        {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {"name": "rates", "namespace": SPACE, "uid": "cm-rates"},
            "data": {"rates.yaml": text},
        }
    )
    app.change("currency", lambda container: container.update(volumeMounts=[{"name": "rates", "mountPath": "/etc/rates"}]))
    app.change_pods("currency", lambda spec: spec.update(volumes=[{"name": "rates", "configMap": {"name": "rates"}}]))
    crashes(
        app,
        "currency",
        1,
        (
            "YAMLException: bad indentation of a sequence entry in /etc/rates/rates.yaml (3:4)\nfailed to parse "
            "configuration file /etc/rates/rates.yaml"
        ),
    )
    app.cut("currency")
    return wanted("ConfigMap rates", "Deployment currency", words="rates.yaml")


def scaled_to_nothing(app: Application) -> Wanted:
    """A callee was scaled to nothing."""
    app.workload("fraud-model")["spec"]["replicas"] = 0
    app.find("ReplicaSet", "fraud-model-7c9d5f6b8")["spec"]["replicas"] = 0
    app.gone("fraud-model")
    app.workload("fraud-model")["status"] = {"observedGeneration": 1}
    app.find("ReplicaSet", "fraud-model-7c9d5f6b8")["status"] = {"replicas": 0}
    app.cut("fraud-model")
    return wanted("Deployment fraud-model", "Service fraud-model", words="0|scaled|no ")


def quota_spent(app: Application) -> Wanted:
    """A quota keeps a callee's pod from being made."""
    told = (
        'pods "templates-7c9d5f6b8-" is forbidden: exceeded quota: compute, requested: limits.memory=512Mi, used: '
        "limits.memory=24Gi, limited: limits.memory=24Gi"
    )
    hard = {"hard": {"limits.memory": "24Gi"}}
    quota = {
        "apiVersion": "v1",
        "kind": "ResourceQuota",
        "metadata": {"name": "compute", "namespace": SPACE, "uid": "q"},
        "spec": hard,
        "status": hard | {"used": {"limits.memory": "24Gi"}},
    }
    app.objects.append(quota)
    app.gone("templates")
    replicas = app.find("ReplicaSet", "templates-7c9d5f6b8")
    failed = {
        "type": "ReplicaFailure",
        "status": "True",
        "reason": "FailedCreate",
        "message": told,
        "lastTransitionTime": "2026-03-01T11:35:00Z",
    }
    replicas["status"] = {"replicas": 0, "conditions": [failed]}
    app.event(replicas, "FailedCreate", f"Error creating: {told}")
    app.cut("templates")
    return wanted("ResourceQuota compute", "Deployment templates", words="compute")


def out_of_memory(app: Application) -> Wanted:
    """A callee is killed again and again for its memory, and runs between."""
    ended = {"exitCode": 137, "reason": "OOMKilled", "startedAt": "2026-03-01T11:50:00Z", "finishedAt": "2026-03-01T11:57:10Z"}
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container=recommendation"}}
    app.unready("recommendation", waiting, {"terminated": ended}, 9)
    app.cut("recommendation")
    return wanted("Deployment recommendation", words="512Mi|memory")


def setting_missing(app: Application) -> Wanted:
    """A program is ready, and misses a setting at each request."""
    app.say(
        "sms",
        (
            'Traceback (most recent call last):\n  File "/app/views.py", line 41, in send\n    key = '
            "os.environ['GATEWAY_API_KEY']\nKeyError: 'GATEWAY_API_KEY'"
        ),
    )
    app.answers_fail("sms")
    return wanted("Deployment sms", words="GATEWAY_API_KEY")


def right_missing(app: Application) -> Wanted:
    """A program may not list what it needs of the API."""
    app.say(
        "push",
        (
            'failed to list *v1.ConfigMap: configmaps is forbidden: User "system:serviceaccount:shop:default" cannot '
            'list resource "configmaps" in API group "" in the namespace "shop"'
        ),
    )
    app.answers_fail("push")
    return wanted("Deployment push", "ServiceAccount default", "Role push", words="configmaps")


def file_system_read_only(app: Application) -> Wanted:
    """A program writes where it may not."""
    app.change("documents", lambda container: container.update(securityContext={"readOnlyRootFilesystem": True}))
    app.say("documents", "EROFS: read-only file system, open '/tmp/render-1.pdf'")
    app.answers_fail("documents")
    return wanted("Deployment documents", words="/tmp/render")  # noqa: S108  # a path in a log


def heap_spent(app: Application) -> Wanted:
    """A program has no heap left, and goes on."""
    app.say("search", "Handler dispatch failed; nested exception is java.lang.OutOfMemoryError: Java heap space")
    for caller in app.callers("search"):
        app.complain(caller, app.callee("search"), TIMEOUT)
    return wanted("Deployment search", words="heap space")


def image_missing(app: Application) -> Wanted:
    """The image of a callee is not in the registry."""
    image = "registry.example.com/shop/quote:4.2.0-rc"
    app.change("quote", lambda container: container.update(image=image))
    app.pod("quote")["status"]["phase"] = "Pending"
    app.unready("quote", {"waiting": {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{image}"'}})
    app.event(
        app.pod("quote"),
        "Failed",
        f'Failed to pull image "{image}": rpc error: code = NotFound desc = failed to pull and unpack image "{image}": {image}: not found',
    )
    app.logs.pop(app.log_key("quote"))
    app.cut("quote")
    return wanted("Deployment quote", words="4.2.0-rc")


def key_missing(app: Application) -> Wanted:
    """A callee reads a key that its ConfigMap lacks."""
    reference = {"name": "BROKER_VHOST", "valueFrom": {"configMapKeyRef": {"name": "warehouse-config", "key": "BROKER_VHOST"}}}
    app.change("warehouse", lambda container: container["env"].append(reference))
    app.pod("warehouse")["status"]["phase"] = "Pending"
    app.unready(
        "warehouse",
        {
            "waiting": {
                "reason": "CreateContainerConfigError",
                "message": "couldn't find key BROKER_VHOST in ConfigMap shop/warehouse-config",
            }
        },
    )
    app.logs.pop(app.log_key("warehouse"))
    app.cut("warehouse")
    return wanted("ConfigMap warehouse-config", "Deployment warehouse", words="BROKER_VHOST")


def code_fails(app: Application) -> Wanted:
    """A program has a fault of its own, and answers 500."""
    app.say(
        "templates",
        (
            "TypeError: Cannot read properties of undefined (reading 'subject')\n    at render "
            "(/app/lib/render.js:88:21)\n    at /app/server.js:40:5"
        ),
    )
    app.answers_fail("templates")
    return wanted("Deployment templates", words="render.js:88|reading 'subject'")


def liveness_too_strict(app: Application) -> Wanted:
    """A liveness probe gives up before the program answers, and kills it again and again."""
    probe = {"httpGet": {"path": "/healthz", "port": "main"}, "periodSeconds": 2, "failureThreshold": 1, "timeoutSeconds": 1}
    app.change("ad", lambda container: container.update(livenessProbe=probe))
    ended = {"exitCode": 143, "reason": "Error", "startedAt": "2026-03-01T11:56:00Z", "finishedAt": "2026-03-01T11:56:32Z"}
    waiting = {"waiting": {"reason": "CrashLoopBackOff", "message": "back-off 5m0s restarting failed container=ad"}}
    app.unready("ad", waiting, {"terminated": ended}, 14)
    app.event(
        app.pod("ad"),
        "Unhealthy",
        (
            'Liveness probe failed: Get "http://10.244.2.37:9555/healthz": context deadline exceeded (Client.Timeout '
            "exceeded while awaiting headers)"
        ),
    )
    app.event(app.pod("ad"), "Killing", "Container ad failed liveness probe, will be restarted")
    app.cut("ad")
    return wanted("Deployment ad", words="liveness")


def token_secret_differs(app: Application) -> Wanted:
    """A program does not accept the tokens that another signs."""
    app.say("profile", "JsonWebTokenError: invalid signature", "error")
    app.say("fraud", "requests.exceptions.HTTPError: 401 Client Error: Unauthorized for url: http://profile:8080/v1/items")
    app.answers_fail("fraud")
    return wanted("Deployment profile", "Deployment fraud", words="invalid signature|401")


def node_lost(app: Application) -> Wanted:
    """A node stopped reporting; what ran there is not reached."""
    node = app.find("Node", "node-1")
    node["status"]["conditions"][0] |= {
        "status": "Unknown",
        "reason": "NodeStatusUnknown",
        "message": "Kubelet stopped posting node status.",
        "lastTransitionTime": "2026-03-01T11:35:00Z",
    }
    lost = [name for name in app.programs if app.pod(name)["spec"]["nodeName"] == "node-1"]
    for name in lost:
        app.unready(name)
        app.logs.pop(app.log_key(name), None)
    for name in lost:
        for caller in app.callers(name):
            if caller not in lost:
                app.complain(caller, app.callee(name), TIMEOUT)
    app.logs = {key: text for key, text in app.logs.items() if key.rpartition("/")[2] not in lost}
    return wanted("Node node-1", words="node-1|stopped")


def heap_limit(app: Application) -> Wanted:
    """A program ends, because its heap has reached its limit."""
    crashes(
        app,
        "review",
        134,
        (
            "<--- Last few GCs --->\n[1:0x5] 48112 ms: Mark-sweep 254.1 (258.2) -> 253.9 (258.4) MB\nFATAL ERROR: "
            "Reached heap limit Allocation failed - JavaScript heap out of memory"
        ),
    )
    app.cut("review")
    return wanted("Deployment review", words="heap")


def files_spent(app: Application) -> Wanted:
    """A program has too many files open."""
    app.say("auth", "http: Accept error: accept tcp [::]:8080: accept4: too many open files; retrying in 1s")
    for caller in app.callers("auth"):
        app.complain(caller, app.callee("auth"), TIMEOUT)
    return wanted("Deployment auth", words="too many open files")


def secret_file_unreadable(app: Application) -> Wanted:
    """A program may not read a key that is mounted for another user."""
    app.objects.append(
        {
            "apiVersion": "v1",
            "kind": "Secret",
            "metadata": {"name": "auth-keys", "namespace": SPACE, "uid": "s-auth"},
            "type": "Opaque",
            "data": {"signing.key": ""},
        }
    )
    app.change(
        "auth",
        lambda container: container.update(volumeMounts=[{"name": "keys", "mountPath": "/run/keys"}], securityContext={"runAsUser": 1000}),
    )
    app.change_pods("auth", lambda spec: spec.update(volumes=[{"name": "keys", "secret": {"secretName": "auth-keys", "defaultMode": 256}}]))
    app.say("auth", "sign token: open /run/keys/signing.key: permission denied")
    app.answers_fail("auth")
    return wanted("Deployment auth", "Secret auth-keys", words="/run/keys/signing.key")


def grpc_of_node_refused(app: Application) -> Wanted:
    """A callee that ends at once, of which a caller says only an address."""
    crashes(
        app,
        "ledger",
        1,
        "Error: Could not find or load main class com.example.Ledgr\nCaused by: java.lang.ClassNotFoundException: com.example.Ledgr",
    )
    app.say("payment", "14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED 10.96.20.13:8080")
    app.answers_fail("payment")
    for caller in app.callers("ledger"):
        if caller != "payment":
            app.complain(caller, app.callee("ledger"), REFUSED)
    return wanted("Deployment ledger", words="Ledgr")


def quota_of_outside(app: Application) -> Wanted:
    """A service outside refuses further requests."""
    app.say("courier", "requests.exceptions.HTTPError: 429 Client Error: Too Many Requests for url: https://api.couriers.example/v2/track")
    app.answers_fail("courier")
    return wanted("Deployment courier", words="429")


def account_absent(app: Application) -> Wanted:
    """A callee's pods cannot be made, because their ServiceAccount is not there."""
    app.workload("sms")["spec"]["template"]["spec"]["serviceAccountName"] = "sms-sender"
    replicas = app.find("ReplicaSet", "sms-7c9d5f6b8")
    replicas["spec"]["template"]["spec"]["serviceAccountName"] = "sms-sender"
    app.gone("sms")
    told = 'pods "sms-7c9d5f6b8-" is forbidden: error looking up service account shop/sms-sender: serviceaccount "sms-sender" not found'
    failed = {
        "type": "ReplicaFailure",
        "status": "True",
        "reason": "FailedCreate",
        "message": told,
        "lastTransitionTime": "2026-03-01T11:35:00Z",
    }
    replicas["status"] = {"replicas": 0, "conditions": [failed]}
    app.event(replicas, "FailedCreate", f"Error creating: {told}")
    app.cut("sms")
    return wanted("ServiceAccount sms-sender", "Deployment sms", words="sms-sender")


def no_node_fits(app: Application) -> Wanted:
    """A callee asks for more memory than any node has."""
    app.change("fraud-model", lambda container: container["resources"]["requests"].update(memory="900Gi"))
    pod = app.pod("fraud-model")
    app.unready("fraud-model")
    message = (
        "0/3 nodes are available: 3 Insufficient memory. preemption: 0/3 nodes are available: 3 No preemption victims "
        "found for incoming pod."
    )
    pod["status"] = {
        "phase": "Pending",
        "conditions": [
            {
                "type": "PodScheduled",
                "status": "False",
                "reason": "Unschedulable",
                "message": message,
                "lastTransitionTime": "2026-03-01T11:35:00Z",
            }
        ],
    }
    pod["spec"].pop("nodeName")
    app.event(pod, "FailedScheduling", message)
    app.logs.pop(app.log_key("fraud-model"))
    app.cut("fraud-model")
    return wanted("Deployment fraud-model", words="900Gi|memory")


OF_PROGRAMS: tuple[Fault, ...] = (
    readiness_path_wrong,
    config_unreadable,
    scaled_to_nothing,
    quota_spent,
    out_of_memory,
    setting_missing,
    right_missing,
    file_system_read_only,
    heap_spent,
    image_missing,
    key_missing,
    code_fails,
    liveness_too_strict,
    token_secret_differs,
    node_lost,
    heap_limit,
    files_spent,
    secret_file_unreadable,
    grpc_of_node_refused,
    quota_of_outside,
    account_absent,
    no_node_fits,
)
