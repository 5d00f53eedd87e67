"""Databases, caches, queues and their clients."""

from measure.application import SPACE, Application
from measure.fault import Fault, Wanted, crashes, set_variable, wanted
from measure.voices import TIMEOUT


def password_wrong(app: Application) -> Wanted:
    """The password of a database is not what its client sends."""
    app.say(
        "orders",
        (
            "HikariPool-1 - Exception during pool initialization.\norg.postgresql.util.PSQLException: FATAL: password "
            'authentication failed for user "orders"'
        ),
    )
    app.say("orders-db", 'FATAL:  password authentication failed for user "orders"')
    app.answers_fail("orders")
    return wanted("Secret orders-db-login", "Deployment orders", words='user "orders"')


def user_refused(app: Application) -> Wanted:
    """A database refuses a user."""
    app.say("account", "java.sql.SQLException: Access denied for user 'account'@'10.244.1.42' (using password: YES)")
    app.answers_fail("account")
    return wanted("Deployment account", "Secret account-db-login", words="Access denied for user 'account'")


def cache_wants_password(app: Application) -> Wanted:
    """A cache asks for a password that its client does not send."""
    app.say("cart", "StackExchange.Redis.RedisServerException: NOAUTH Authentication required.")
    app.answers_fail("cart")
    return wanted("Deployment cart", words="NOAUTH")


def login_of_broker_wrong(app: Application) -> Wanted:
    """A broker refuses the login of a program."""
    refused = "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile."
    app.say("warehouse", f"amqp.exceptions.AccessRefused: (0, 0): (403) {refused}")
    app.say("broker", "[error] <0.712.0> PLAIN login refused: user 'warehouse' - invalid credentials")
    app.answers_fail("warehouse")
    return wanted("Deployment warehouse", words="ACCESS_REFUSED|Login was refused")


def database_name_wrong(app: Application) -> Wanted:
    """The URL of a database names one that was never made."""
    app.change("ledger", set_variable("SPRING_DATASOURCE_URL", "jdbc:postgresql://ledger-db:5432/legder"))
    app.say("ledger", 'org.postgresql.util.PSQLException: FATAL: database "legder" does not exist')
    app.say("ledger-db", 'FATAL:  database "legder" does not exist')
    app.answers_fail("ledger")
    return wanted("Deployment ledger", words="legder")


def migration_missing(app: Application) -> Wanted:
    """A program expects a table that nobody made."""
    app.say("inventory", 'org.postgresql.util.PSQLException: ERROR: relation "reservations" does not exist\n  Position: 42')
    app.say("inventory-db", 'ERROR:  relation "reservations" does not exist at character 42')
    app.answers_fail("inventory")
    return wanted("Deployment inventory", "StatefulSet inventory-db", words="reservations")


def migration_failed(app: Application) -> Wanted:
    """The Job that makes the tables failed; the program misses them."""
    job = {
        "apiVersion": "batch/v1",
        "kind": "Job",
        "metadata": {"name": "orders-migrate", "namespace": SPACE, "uid": "job-om", "creationTimestamp": "2026-03-01T11:30:00Z"},
    }
    container = {"name": "migrate", "image": "registry.example.com/shop/orders:4.2.0", "command": ["flyway", "migrate"]}
    job |= {"spec": {"backoffLimit": 0, "template": {"spec": {"containers": [container], "restartPolicy": "Never"}}}}
    failed = {
        "type": "Failed",
        "status": "True",
        "reason": "BackoffLimitExceeded",
        "message": "Job has reached the specified backoff limit",
        "lastTransitionTime": "2026-03-01T11:31:00Z",
    }
    job["status"] = {"failed": 1, "startTime": "2026-03-01T11:30:00Z", "conditions": [failed]}
    owner = {"apiVersion": "batch/v1", "kind": "Job", "name": "orders-migrate", "uid": "job-om", "controller": True}
    ended = {"terminated": {"exitCode": 1, "reason": "Error", "startedAt": "2026-03-01T11:30:02Z", "finishedAt": "2026-03-01T11:30:20Z"}}
    status = {"name": "migrate", "ready": False, "restartCount": 0, "state": ended, "image": container["image"]}
    pod = {
        "apiVersion": "v1",
        "kind": "Pod",
        "metadata": {
            "name": "orders-migrate-x1",
            "namespace": SPACE,
            "uid": "pod-om",
            "creationTimestamp": "2026-03-01T11:30:00Z",
            "ownerReferences": [owner],
        },
    }
    pod |= {
        "spec": {"containers": [container], "nodeName": "node-0", "restartPolicy": "Never"},
        "status": {"phase": "Failed", "containerStatuses": [status]},
    }
    app.objects += [job, pod]
    app.logs[f"{SPACE}/orders-migrate-x1/migrate"] = (
        'ERROR: Migration of schema "public" to version "42 - add refunds" failed! Changes successfully rolled '
        'back.\nERROR: syntax error at or near "NUL"'
    )
    app.say("orders", 'org.postgresql.util.PSQLException: ERROR: relation "refunds" does not exist')
    app.answers_fail("orders")
    return wanted("Job orders-migrate", "Deployment orders", words='refunds|"NUL"')


def topic_missing(app: Application) -> Wanted:
    """A program writes to a topic that was never made."""
    app.find("ConfigMap", "loyalty-config")["data"]["KAFKA_TOPIC"] = "loyalty-event"
    app.say(
        "loyalty",
        (
            "Confluent.Kafka.ProduceException`2[System.String,System.String]: Broker: Unknown topic or partition "
            "(loyalty-event) UNKNOWN_TOPIC_OR_PARTITION"
        ),
    )
    return wanted("Deployment loyalty", "ConfigMap loyalty-config", words="loyalty-event")


def queue_missing(app: Application) -> Wanted:
    """A program reads a queue that was never declared."""
    app.find("ConfigMap", "invoice-config")["data"]["BROKER_QUEUE"] = "invoce-tasks"
    app.say("invoice", "amqp.exceptions.NotFound: Basic.consume: (404) NOT_FOUND - no queue 'invoce-tasks' in vhost '/'")
    return wanted("Deployment invoice", "ConfigMap invoice-config", words="invoce-tasks")


def index_missing(app: Application) -> Wanted:
    """A program searches an index that was never made."""
    app.say(
        "search",
        (
            "co.elastic.clients.elasticsearch._types.ElasticsearchException: [es/search] failed: "
            "[index_not_found_exception] no such index [products-v3]"
        ),
    )
    app.answers_fail("search")
    return wanted("Deployment search", "StatefulSet index", words="products-v3")


def bucket_missing(app: Application) -> Wanted:
    """A program asks for a bucket that was never made."""
    app.say("media", "NoSuchBucket: The specified bucket does not exist, bucket: media-prod")
    app.answers_fail("media")
    return wanted("Deployment media", words="media-prod|NoSuchBucket")


def disk_full(app: Application) -> Wanted:
    """The volume of a database is full."""
    full = 'could not extend file "base/16384/16502": No space left on device'
    app.say("orders-db", [f"ERROR:  {full}", "HINT:  Check free disk space."])
    app.say("orders", f"org.postgresql.util.PSQLException: ERROR: {full}\n  Hint: Check free disk space.")
    app.answers_fail("orders")
    return wanted("StatefulSet orders-db", "PersistentVolumeClaim data-orders-db-0", words="No space left")


def flood_stage(app: Application) -> Wanted:
    """An index takes no more writes, because its disk is nearly full."""
    told = (
        "cluster_block_exception: index [products] blocked by: [TOO_MANY_REQUESTS/12/disk usage exceeded flood-stage "
        "watermark, index has read-only-allow-delete block];"
    )
    app.say(
        "index",
        (
            "WARN  flood stage disk watermark [95%] exceeded on [node-1][/data] free: 210mb[2.6%], all indices on this "
            "node will be marked read-only"
        ),
    )
    app.say("indexer", f"co.elastic.clients.elasticsearch._types.ElasticsearchException: [es/index] failed: {told}")
    return wanted("StatefulSet index", "PersistentVolumeClaim data-index-0", words="flood")


def cache_cannot_save(app: Application) -> Wanted:
    """A cache takes no more writes, because it cannot save."""
    told = (
        "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk. Commands that "
        "may modify the data set are disabled"
    )
    app.say(
        "session-cache",
        [
            "# Failed opening the temp RDB file temp-71.rdb (in server root dir /data) for saving: No space left on device",
            "# Background saving error",
        ],
    )
    app.say("session", f"ReplyError: {told}")
    app.say("auth", told)
    app.answers_fail("session")
    app.answers_fail("auth")
    return wanted("StatefulSet session-cache", "PersistentVolumeClaim data-session-cache-0", words="No space left|MISCONF")


def connections_spent(app: Application) -> Wanted:
    """A database lets nobody in any more."""
    app.say("account-db", "Warning: Too many connections")
    app.say(
        "account",
        (
            "java.sql.SQLNonTransientConnectionException: Data source rejected establishment of connection,  message "
            'from server: "Too many connections"'
        ),
    )
    app.answers_fail("account")
    return wanted("StatefulSet account-db", "Deployment account", words="Too many connections")


def pool_spent(app: Application) -> Wanted:
    """A program loses its connections, and waits for one."""
    app.say(
        "catalog", "HikariPool-1 - Connection is not available, request timed out after 30000ms (total=10, active=10, idle=0, waiting=48)"
    )
    app.answers_fail("catalog")
    return wanted("Deployment catalog", words="Connection is not available")


def deadlocks(app: Application) -> Wanted:
    """Two transactions lock each other again and again."""
    app.say("ledger-db", "ERROR:  deadlock detected")
    app.say(
        "ledger",
        (
            "org.postgresql.util.PSQLException: ERROR: deadlock detected\n  Detail: Process 71 waits for ShareLock on "
            "transaction 912; blocked by process 88."
        ),
    )
    app.answers_fail("ledger")
    return wanted("Deployment ledger", "StatefulSet ledger-db", words="deadlock")


def callee_is_slow(app: Application) -> Wanted:
    """A callee takes too long, as its own log says; its callers give up."""
    app.say("ledger-db", "LOG:  duration: 31204.551 ms  statement: SELECT sum(amount) FROM entries WHERE account = $1")
    app.say("ledger", "HikariPool-1 - Connection is not available, request timed out after 30000ms.")
    for caller in app.callers("ledger"):
        app.complain(caller, app.callee("ledger"), TIMEOUT)
    return wanted("Deployment ledger", "StatefulSet ledger-db", words="30000ms|31204|timed out")


def advertised_listener_wrong(app: Application) -> Wanted:
    """A broker tells its clients to connect to localhost."""
    app.change("events", set_variable("KAFKA_ADVERTISED_LISTENERS", "PLAINTEXT://localhost:9092"))
    told = (
        "[Producer clientId=producer-1] Connection to node 1 (localhost/127.0.0.1:9092) could not be established. Node "
        "may not be available."
    )
    for caller in app.callers("events"):
        app.say(caller, told, "" if app.programs[caller].made_of != "java" else "WARN")
    return wanted("StatefulSet events", *(f"Deployment {name}" for name in app.callers("events")), words="localhost")


def volume_not_writable(app: Application) -> Wanted:
    """A store may not write to its volume, and ends."""
    app.change_pods("features", lambda spec: spec.update(securityContext={"runAsUser": 1001}))
    crashes(app, "features", 1, "Can't open or create append-only dir appendonlydir: Permission denied")
    app.cut("features")
    return wanted("StatefulSet features", words="Permission denied")


def volume_waits(app: Application) -> Wanted:
    """A store waits for a volume of a class that is not there."""
    claim = app.find("PersistentVolumeClaim", "data-review-db-0")
    claim["spec"] = {"accessModes": ["ReadWriteOnce"], "storageClassName": "fast", "resources": {"requests": {"storage": "8Gi"}}}
    claim["status"] = {"phase": "Pending"}
    app.event(claim, "ProvisioningFailed", 'storageclass.storage.k8s.io "fast" not found')
    pod = app.pod("review-db")
    app.unready("review-db")
    message = (
        "0/3 nodes are available: pod has unbound immediate PersistentVolumeClaims. preemption: 0/3 nodes are available: "
        "3 Preemption is not helpful for scheduling."
    )
    condition = {
        "type": "PodScheduled",
        "status": "False",
        "reason": "Unschedulable",
        "message": message,
        "lastTransitionTime": "2026-03-01T11:35:00Z",
    }
    pod["status"] = {"phase": "Pending", "conditions": [condition]}
    pod["spec"].pop("nodeName")
    app.logs.pop(app.log_key("review-db"))
    app.cut("review-db")
    return wanted("PersistentVolumeClaim data-review-db-0", "StorageClass fast", "StatefulSet review-db", words="fast")


def readiness_follows_store(app: Application) -> Wanted:
    """Programs whose readiness depends on a store are not ready, and neither are those that depend on them."""
    image = "postgres:16.33"
    app.change("catalog-db", lambda container: container.update(image=image))
    app.pod("catalog-db")["status"]["phase"] = "Pending"
    app.unready(
        "catalog-db",
        {"waiting": {"reason": "ErrImagePull", "message": f'failed to pull and unpack image "docker.io/library/{image}": not found'}},
    )
    app.logs.pop(app.log_key("catalog-db"))
    for name, code in (("catalog", 503), ("recommendation", 500), ("storefront", 503)):
        app.unready(name)
        app.event(app.pod(name), "Unhealthy", f"Readiness probe failed: HTTP probe failed with statuscode: {code}")
    app.cut("catalog-db")
    return wanted("StatefulSet catalog-db", words="16.33")


OF_STORES: tuple[Fault, ...] = (
    password_wrong,
    user_refused,
    cache_wants_password,
    login_of_broker_wrong,
    database_name_wrong,
    migration_missing,
    migration_failed,
    topic_missing,
    queue_missing,
    index_missing,
    bucket_missing,
    disk_full,
    flood_stage,
    cache_cannot_save,
    connections_spent,
    pool_spent,
    deadlocks,
    callee_is_slow,
    advertised_listener_wrong,
    volume_not_writable,
    volume_waits,
    readiness_follows_store,
)
