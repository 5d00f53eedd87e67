"""The same kinds of faults in the words of other languages, drivers and proxies than the application's own."""

from measure.application import Application
from measure.fault import Fault, Wanted, set_variable, wanted
from measure.voices import BEGAN, EVERY, NOW


def _writes(app: Application, name: str, *lines: str) -> None:
    """A program writes these lines again and again, in which `{t}` stands for the time."""
    moments = [NOW - BEGAN + number * EVERY for number in range(int(BEGAN / EVERY))]
    told = [
        line.replace("{t}", f"{when:%Y-%m-%dT%H:%M:%SZ}").replace("{d}", f"{when:%Y/%m/%d %H:%M:%S}") for when in moments for line in lines
    ]
    app.logs[app.log_key(name)] += "\n" + "\n".join(told)


def _down(app: Application, name: str) -> None:
    """The image of a program is not in its registry."""
    image = f"registry.example.com/shop/{name}:9.9.9"
    app.change(name, lambda container: container.update(image=image))
    app.pod(name)["status"]["phase"] = "Pending"
    app.unready(name, {"waiting": {"reason": "ImagePullBackOff", "message": f'Back-off pulling image "{image}": {image}: not found'}})
    app.logs.pop(app.log_key(name))


def feign(app: Application) -> Wanted:
    """Spring's Feign client, which names no port."""
    _down(app, "warehouse")
    _writes(
        app,
        "inventory",
        (
            "{t} ERROR 1 --- [nio-8080-exec-7] c.e.Inventory : feign.RetryableException: Connection refused executing "
            "GET http://warehouse:5000/stock"
        ),
    )
    app.answers_fail("inventory")
    return wanted("Deployment warehouse", words="9.9.9")


def netty(app: Application) -> Wanted:
    """Spring's reactive gateway."""
    _down(app, "pricing")
    _writes(
        app,
        "catalog",
        '{t} ERROR 1 --- [or-http-epoll-2] a.w.r.e.AbstractErrorWebExceptionHandler : [8d1a] 500 Server Error for HTTP GET "/v1"',
        "io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: pricing/10.96.20.4:7000",
        "Caused by: java.net.ConnectException: Connection refused",
    )
    return wanted("Deployment pricing", words="9.9.9")


def grpc_of_python(app: Application) -> Wanted:
    """GRPC of Python, over several lines."""
    _down(app, "templates")
    _writes(
        app,
        "mailer",
        "{t} ERROR grpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with:",
        "\tstatus = StatusCode.UNAVAILABLE",
        (
            '\tdetails = "failed to connect to all addresses; last error: UNKNOWN: ipv4:10.96.20.23:8080: Failed to '
            'connect to remote host: connect: Connection refused (111)"'
        ),
        ">",
    )
    return wanted("Deployment templates", words="9.9.9")


def mongoose(app: Application) -> Wanted:
    """The driver of MongoDB for Node."""
    app.change("review", set_variable("DATABASE_URL", "mongodb://review-mongo:27017/review"))
    _writes(
        app,
        "review",
        "MongooseServerSelectionError: getaddrinfo ENOTFOUND review-mongo",
        "    at _handleConnectionErrors (/app/node_modules/mongoose/lib/connection.js:909:11)",
        "    at async start (/app/server.js:22:3)",
    )
    app.answers_fail("review")
    return wanted("Deployment review", words="review-mongo")


def reqwest(app: Application) -> Wanted:
    """An HTTP client of Rust."""
    _down(app, "tax")
    _writes(
        app,
        "pricing",
        (
            "[{t} ERROR pricing::client] error sending request for url (http://tax:8080/rates): error trying to connect: "
            "tcp connect error: Connection refused (os error 111)"
        ),
    )
    return wanted("Deployment tax", words="9.9.9")


def pdo(app: Application) -> Wanted:
    """PHP's way to a database."""
    _writes(
        app,
        "account",
        (
            "[{t}] PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [1045] Access denied for user "
            "'account'@'10.244.2.9' (using password: YES) in /var/www/db.php:12"
        ),
    )
    app.answers_fail("account")
    return wanted("Deployment account", "Secret account-db-login", words="Access denied for user 'account'")


def active_record(app: Application) -> Wanted:
    """Ruby's way to a database."""
    app.change("inventory", set_variable("SPRING_DATASOURCE_URL", "postgres://inventory-dbs:5432/inventory"))
    _writes(
        app,
        "inventory",
        (
            "E, [{t} #1] ERROR -- : ActiveRecord::ConnectionNotEstablished (could not translate host name "
            '"inventory-dbs" to address: Name or service not known)'
        ),
    )
    app.answers_fail("inventory")
    return wanted("Deployment inventory", words="inventory-dbs")


def npgsql(app: Application) -> Wanted:
    """.NET's way to a database, with the port apart."""
    app.change("loyalty", set_variable("ConnectionStrings__Default", "Host=ledger-db;Port=5433;Database=loyalty"))
    _writes(
        app,
        "loyalty",
        "fail: Microsoft.EntityFrameworkCore.Database.Connection[20004]",
        "      An error occurred using the connection to database 'loyalty' on server 'tcp://ledger-db:5433'.",
        "fail: Shop.Worker[0]",
        "      Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.96.20.42:5433",
        "       ---> System.TimeoutException: Timeout during connection attempt",
    )
    return wanted("Deployment loyalty", words="5433")


def nginx_refused(app: Application) -> Wanted:
    """A proxy whose upstream is down."""
    _down(app, "cart")
    _writes(
        app,
        "gateway",
        (
            "{d} [error] 29#29: *1 connect() failed (111: Connection refused) while connecting to upstream, client: "
            '10.244.1.1, server: _, request: "GET /cart HTTP/1.1", upstream: "http://10.96.20.8:8080/cart", host: '
            '"shop.example.com"'
        ),
    )
    return wanted("Deployment cart", words="9.9.9")


def nginx_late(app: Application) -> Wanted:
    """A proxy whose upstream is late."""
    app.say("search", "Handler dispatch failed; nested exception is java.lang.OutOfMemoryError: GC overhead limit exceeded")
    _writes(
        app,
        "gateway",
        (
            "{d} [error] 29#29: *7 upstream timed out (110: Operation timed out) while reading response header from "
            'upstream, client: 10.244.1.1, server: _, request: "GET /search HTTP/1.1", upstream: '
            '"http://10.96.20.30:8080/search", host: "shop.example.com"'
        ),
    )
    return wanted("Deployment search", words="GC overhead")


def celery(app: Application) -> Wanted:
    """A worker of Python that finds no broker."""
    app.find("ConfigMap", "invoice-config")["data"]["BROKER_HOST"] = "brokr"
    _writes(
        app,
        "invoice",
        "[{t}: ERROR/MainProcess] consumer: Cannot connect to amqp://guest:**@brokr:5672//: [Errno -2] Name or service not known.",
        "Trying again in 32.00 seconds... (16/100)",
    )
    return wanted("Deployment invoice", "ConfigMap invoice-config", words="brokr")


def kafka_metadata(app: Application) -> Wanted:
    """A consumer of a topic that is not there, which only warns."""
    app.find("ConfigMap", "indexer-config")["data"]["KAFKA_TOPIC"] = "indexer-evnets"
    _writes(
        app,
        "indexer",
        (
            "{t} WARN 1 --- [container-0-C-1] org.apache.kafka.clients.NetworkClient : [Consumer clientId=consumer-1, "
            "groupId=indexer] Error while fetching metadata with correlation id 5 : "
            "{indexer-evnets=UNKNOWN_TOPIC_OR_PARTITION}"
        ),
    )
    return wanted("Deployment indexer", "ConfigMap indexer-config", words="indexer-evnets")


def index_wants_login(app: Application) -> Wanted:
    """An index that asks who it is."""
    _writes(
        app,
        "search",
        (
            "{t} ERROR search: elasticsearch.AuthenticationException: AuthenticationException(401, 'security_exception', "
            "'missing authentication credentials for REST request [/products/_search]')"
        ),
    )
    app.answers_fail("search")
    return wanted("Deployment search", words="missing authentication credentials")


def bucket_denied(app: Application) -> Wanted:
    """A store of objects that does not know the key."""
    _writes(
        app,
        "media",
        (
            '{"level":"error","ts":"{t}","msg":"upload","error":"operation error S3: PutObject, https response error '
            "StatusCode: 403, RequestID: 1, api error InvalidAccessKeyId: The Access Key Id you provided does not exist "
            'in our records."}'
        ),
    )
    app.answers_fail("media")
    return wanted("Deployment media", words="InvalidAccessKeyId")


def clients_of_cache_spent(app: Application) -> Wanted:
    """A cache that lets nobody in any more."""
    _writes(app, "promo", "{t} ERROR promo redis.exceptions.ConnectionError: max number of clients reached")
    app.answers_fail("promo")
    return wanted("StatefulSet promo-cache", "Deployment promo", words="max number of clients")


def threads_spent(app: Application) -> Wanted:
    """A pool of threads that takes no more."""
    _writes(
        app,
        "ledger",
        (
            "{t} ERROR 1 --- [nio-8080-exec-1] c.e.Ledger : java.util.concurrent.RejectedExecutionException: Task "
            "rejected from java.util.concurrent.ThreadPoolExecutor@1[Running, pool size = 8, active threads = 8, queued "
            "tasks = 100]"
        ),
    )
    app.answers_fail("ledger")
    return wanted("Deployment ledger", words="RejectedExecutionException")


def value_wrong(app: Application) -> Wanted:
    """A setting that is no number."""
    app.change("fraud", set_variable("THRESHOLD", "0,8"))
    _writes(
        app,
        "fraud",
        "{t} ERROR fraud: Traceback (most recent call last):",
        '  File "/app/score.py", line 31, in score',
        "    limit = float(os.environ['THRESHOLD'])",
        "ValueError: could not convert string to float: '0,8'",
    )
    app.answers_fail("fraud")
    return wanted("Deployment fraud", words="'0,8'")


def zone_wrong(app: Application) -> Wanted:
    """A callee that breaks off, and says why."""
    _writes(app, "shipping", '{"level":"error","ts":"{t}","msg":"call failed","error":"Post \\"http://courier:5000/v1\\": EOF"}')
    app.say(
        "courier",
        (
            'Exception on /v1 [POST]\nTraceback (most recent call last):\n  File "/app/views.py", line 12, in track\n  '
            "  zone = ZONES[address.zone]\nKeyError: 'eu-nroth-1'"
        ),
    )
    return wanted("Deployment courier", words="eu-nroth-1")


def envoy(app: Application) -> Wanted:
    """The access log of a proxy beside the program."""
    _down(app, "ad")
    _writes(
        app,
        "storefront",
        (
            '[{t}] "GET /ads HTTP/1.1" 503 UF '
            "upstream_reset_before_response_started{remote_connection_failure,delayed_connect_error:_111} - "
            '"delayed_connect_error:_111" 0 167 0 - "-" "node" "a1" "ad:9555" "10.96.20.28:9555" '
            "outbound|9555||ad.shop.svc.cluster.local"
        ),
    )
    return wanted("Deployment ad", words="9.9.9")


def sqlite(app: Application) -> Wanted:
    """A file of a database that cannot be opened."""
    _writes(app, "sms", "{t} ERROR sms: sqlite3.OperationalError: unable to open database file: /var/lib/sms/queue.db")
    app.answers_fail("sms")
    return wanted("Deployment sms", words="/var/lib/sms/queue.db")


def version_of_schema(app: Application) -> Wanted:
    """Migrations that are not those of the database."""
    _writes(
        app,
        "orders",
        (
            "{t} ERROR 1 --- [main] o.f.core.internal.command.DbValidate : "
            "org.flywaydb.core.api.exception.FlywayValidateException: Validate failed: Migrations have failed "
            "validation. Detected applied migration not resolved locally: 57."
        ),
    )
    app.answers_fail("orders")
    return wanted("Deployment orders", words="57")


def leader_lost(app: Application) -> Wanted:
    """A database that takes no writes here."""
    _writes(app, "review", '{"level":50,"time":1772366380000,"msg":"MongoServerError: not primary and secondaryOk=false"}')
    app.answers_fail("review")
    return wanted("Deployment review", "StatefulSet review-db", words="not primary")


OF_VOICES: tuple[Fault, ...] = (
    feign, netty, grpc_of_python, mongoose, reqwest, pdo, active_record, npgsql, nginx_refused, nginx_late, celery, kafka_metadata,
    index_wants_login, bucket_denied, clients_of_cache_spent, threads_spent, value_wrong, zone_wrong, envoy, sqlite, version_of_schema,
    leader_lost,
)  # fmt: skip
