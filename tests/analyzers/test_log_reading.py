"""Reading logs: what programs of the usual languages and servers write when they fail, and what is read from it."""

from typing import NamedTuple

import pytest

from kubedx.analyzers.log_reading import last_line, telling
from kubedx.analyzers.log_words import address_in, file_in, variable_in


class Sample(NamedTuple):
    """A log; the class of its error; words of the line to quote; the address, file and variable that it names, empty for those not asked."""

    log: str
    error_class: str
    says: str
    address: str = ""
    file: str = ""
    variable: str = ""


SAMPLES = {
    "postgres-detail": Sample(
        log=(
            "2026-03-01 11:59:00.000 UTC [1] FATAL:  database files are incompatible with server\n"
            "2026-03-01 11:59:00.000 UTC [1] DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible "
            "with this version 17.0.\n"
        ),
        error_class="error",
        says="incompatible with server: The data directory was initialized by PostgreSQL version 15",
    ),
    "pydantic-alone": Sample(
        log="pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\napi_key\n  Field required [type=missing]\n",
        error_class="env",
        says="1 validation error for Settings: api_key: Field required",
    ),
    "dotnet-npgsql": Sample(
        log=(
            "Unhandled exception. Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.96.4.4:5432\n"
            " ---> System.Net.Sockets.SocketException (111): Connection refused\n"
            "   at Npgsql.Internal.NpgsqlConnector.Connect(NpgsqlTimeout timeout)\n"
        ),
        error_class="refused",
        says="Failed to connect to 10.96.4.4:5432: System.Net.Sockets.SocketException (111): Connection refused",
        address="10.96.4.4:5432",
    ),
    "dotnet-kestrel": Sample(
        log=(
            "crit: Microsoft.AspNetCore.Server.Kestrel[0]\n"
            "      Unable to start Kestrel.\n"
            "      System.IO.IOException: Failed to bind to address http://[::]:5000: address already in use.\n"
            "       ---> Microsoft.AspNetCore.Connections.AddressInUseException: Address already in use\n"
        ),
        error_class="port-in-use",
        says="Failed to bind to address http://[::]:5000",
    ),
    "go-listen": Sample(
        log=("2026/03/01 11:57:58 listening\n2026/03/01 11:57:58 listen tcp :8080: bind: address already in use\nexit status 1\n"),
        error_class="port-in-use",
        says="bind: address already in use",
    ),
    "node-refused": Sample(
        log=(
            "> cart@1.0.0 start\n"
            "> node server.js\n"
            "\n"
            "Error: connect ECONNREFUSED 10.96.12.3:6379\n"
            "    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16) {\n"
            "  errno: -111,\n"
            "  code: 'ECONNREFUSED',\n"
            "  syscall: 'connect',\n"
            "  address: '10.96.12.3',\n"
            "  port: 6379\n"
            "}\n"
            "\n"
            "Node.js v20.11.0\n"
        ),
        error_class="refused",
        says="ECONNREFUSED 10.96.12.3:6379",
        address="10.96.12.3:6379",
    ),
    "node-module": Sample(
        log=(
            "node:internal/modules/cjs/loader:1148\n"
            "  throw err;\n"
            "  ^\n"
            "\n"
            "Error: Cannot find module '/app/server.js'\n"
            "    at Module._resolveFilename (node:internal/modules/cjs/loader:1145:15)\n"
            "    at node:internal/main/run_main_module:28:49 {\n"
            "  code: 'MODULE_NOT_FOUND',\n"
            "  requireStack: []\n"
            "}\n"
            "\n"
            "Node.js v20.11.0\n"
        ),
        error_class="module",
        says="Cannot find module '/app/server.js'",
    ),
    "node-enotfound": Sample(
        log=(
            "Error: getaddrinfo ENOTFOUND mongo-primary\n"
            "    at GetAddrInfoReqWrap.onlookup [as oncomplete] (node:dns:107:26) {\n"
            "  errno: -3008,\n"
            "  code: 'ENOTFOUND',\n"
            "  syscall: 'getaddrinfo',\n"
            "  hostname: 'mongo-primary'\n"
            "}\n"
        ),
        error_class="dns",
        says="ENOTFOUND mongo-primary",
        address="mongo-primary",
    ),
    "spring": Sample(
        log=(
            "2026-03-01 11:57:51.120  INFO 1 --- [           main] com.example.CartApplication : Starting CartApplication\n"
            "2026-03-01 11:57:58.502 ERROR 1 --- [           main] o.s.boot.SpringApplication               : Application run failed\n"
            "\n"
            "org.springframework.beans.factory.BeanCreationException: Error creating bean with name 'dataSource'\n"
            "\tat org.springframework.beans.factory.support.ConstructorResolver.resolve(ConstructorResolver.java:101)\n"
            "\tat com.example.CartApplication.main(CartApplication.java:10)\n"
            "Caused by: org.postgresql.util.PSQLException: Connection to cart-db:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.\n"
            "\tat org.postgresql.core.v3.ConnectionFactoryImpl.openConnectionImpl(ConnectionFactoryImpl.java:319)\n"
            "\t... 40 common frames omitted\n"
            "Caused by: java.net.ConnectException: Connection refused\n"
            "\tat java.base/sun.nio.ch.Net.pollConnect(Native Method)\n"
            "\t... 56 common frames omitted\n"
        ),
        error_class="refused",
        says="Connection to cart-db:5432 refused",
        address="cart-db:5432",
    ),
    "spring-desc": Sample(
        log=(
            "***************************\n"
            "APPLICATION FAILED TO START\n"
            "***************************\n"
            "\n"
            "Description:\n"
            "\n"
            "Failed to configure a DataSource: 'url' attribute is not specified and no embedded datasource could be configured.\n"
            "\n"
            "Reason: Failed to determine a suitable driver class\n"
            "\n"
            "\n"
            "Action:\n"
            "\n"
            "Consider the following:\n"
            "\tIf you want an embedded database (H2, HSQL or Derby), please put it on the classpath.\n"
        ),
        error_class="env",
        says="'url' attribute is not specified",
    ),
    "py-sqlalchemy": Sample(
        log=(
            "Traceback (most recent call last):\n"
            '  File "/usr/lib/python3.11/site-packages/sqlalchemy/engine/base.py", line 145, in __init__\n'
            "    self._dbapi_connection = engine.raw_connection()\n"
            'psycopg2.OperationalError: could not translate host name "cart-db" to address: Name or service not known\n'
            "\n"
            "The above exception was the direct cause of the following exception:\n"
            "\n"
            "Traceback (most recent call last):\n"
            '  File "/app/main.py", line 12, in <module>\n'
            "    engine.connect()\n"
            'sqlalchemy.exc.OperationalError: (psycopg2.OperationalError) could not translate host name "cart-db" to address: Name or service not known\n'
            "\n"
            "(Background on this error at: https://sqlalche.me/e/20/e3q8)\n"
        ),
        error_class="dns",
        says='could not translate host name "cart-db"',
        address="cart-db",
    ),
    "py-auth": Sample(
        log=(
            'psycopg2.OperationalError: connection to server at "cart-db" (10.96.3.4), port 5432 failed: FATAL:  password authentication failed for user "cart"\n'
        ),
        error_class="auth",
        says="password authentication failed",
        address="cart-db:5432",
    ),
    "postgres-pw": Sample(
        log=(
            "Error: Database is uninitialized and superuser password is not specified.\n"
            "       You must specify POSTGRES_PASSWORD to a non-empty value for the\n"
            '       superuser. For example, "-e POSTGRES_PASSWORD=password" on "docker run".\n'
            "\n"
            '       You may also use "POSTGRES_HOST_AUTH_METHOD=trust" to allow all\n'
            "       connections without a password. This is *not* recommended.\n"
        ),
        error_class="env",
        says="superuser password is not specified",
        variable="POSTGRES_PASSWORD",
    ),
    "mysql-pw": Sample(
        log=(
            "2026-03-01 11:57:58+00:00 [Note] [Entrypoint]: Entrypoint script for MySQL Server 8.0.36 started.\n"
            "2026-03-01 11:57:58+00:00 [ERROR] [Entrypoint]: Database is uninitialized and password option is not specified\n"
            "    You need to specify one of the following as an environment variable:\n"
            "    - MYSQL_ROOT_PASSWORD\n"
            "    - MYSQL_ALLOW_EMPTY_PASSWORD\n"
            "    - MYSQL_RANDOM_ROOT_PASSWORD\n"
        ),
        error_class="env",
        says="password option is not specified",
        variable="MYSQL_ROOT_PASSWORD",
    ),
    "nginx-host": Sample(
        log=(
            "/docker-entrypoint.sh: Configuration complete; ready for start up\n"
            '2026/03/01 11:57:58 [emerg] 1#1: host not found in upstream "cart-api" in /etc/nginx/conf.d/default.conf:12\n'
            'nginx: [emerg] host not found in upstream "cart-api" in /etc/nginx/conf.d/default.conf:12\n'
        ),
        error_class="dns",
        says='host not found in upstream "cart-api"',
        address="cart-api",
    ),
    "nginx-dir": Sample(
        log=(
            '2026/03/01 11:57:58 [emerg] 1#1: unknown directive "proxy_passs" in /etc/nginx/conf.d/default.conf:7\n'
            'nginx: [emerg] unknown directive "proxy_passs" in /etc/nginx/conf.d/default.conf:7\n'
        ),
        error_class="syntax",
        says='unknown directive "proxy_passs"',
        file="/etc/nginx/conf.d/default.conf",
    ),
    "nginx-perm": Sample(
        log=(
            'nginx: [alert] could not open error log file: open() "/var/log/nginx/error.log" failed (13: Permission denied)\n'
            '2026/03/01 11:57:58 [emerg] 1#1: mkdir() "/var/cache/nginx/client_temp" failed (13: Permission denied)\n'
        ),
        error_class="permission",
        says='mkdir() "/var/cache/nginx/client_temp" failed',
        file="/var/cache/nginx/client_temp",
    ),
    "redis-conf": Sample(
        log=(
            "*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***\n"
            "Reading the configuration file, at line 3\n"
            ">>> 'maxmemory-polcy allkeys-lru'\n"
            "Bad directive or wrong number of arguments\n"
        ),
        error_class="syntax",
        says="maxmemory-polcy allkeys-lru",
    ),
    "redis-wrongpass": Sample(
        log=("redis.exceptions.AuthenticationError: invalid username-password pair or user is disabled.\n"),
        error_class="auth",
        says="invalid username-password pair",
    ),
    "zap": Sample(
        log=(
            '{"level":"info","ts":1709294278.1,"caller":"main.go:20","msg":"starting"}\n'
            '{"level":"fatal","ts":1709294278.2,"caller":"main.go:31","msg":"failed to connect to broker","error":"dial tcp: lookup kafka-0.kafka.shop.svc.cluster.local on 10.96.0.10:53: no such host","stacktrace":"main.main\\n\\t/src/main.go:31"}\n'
        ),
        error_class="dns",
        says="no such host",
        address="kafka-0.kafka.shop.svc.cluster.local",
    ),
    "klog-forbidden": Sample(
        log=(
            "I0301 11:57:58.000000       1 main.go:30] starting\n"
            'E0301 11:57:59.000000       1 reflector.go:150] pkg/mod/k8s.io/client-go@v0.29.0/tools/cache/reflector.go:229: Failed to watch *v1.ConfigMap: failed to list *v1.ConfigMap: configmaps is forbidden: User "system:serviceaccount:shop:cart" cannot list resource "configmaps" in API group "" at the cluster scope\n'
            "F0301 11:58:29.000000       1 main.go:77] failed to wait for caches to sync\n"
        ),
        error_class="forbidden",
        says='cannot list resource "configmaps"',
    ),
    "flag": Sample(
        log=(
            "Error: unknown flag: --listen-addr\n"
            "Usage:\n"
            "  cart serve [flags]\n"
            "\n"
            "Flags:\n"
            "  -h, --help            help for serve\n"
            '      --listen string   address to listen on (default ":8080")\n'
            "\n"
            "unknown flag: --listen-addr\n"
        ),
        error_class="syntax",
        says="unknown flag: --listen-addr",
    ),
    "argparse": Sample(
        log=("usage: main.py [-h] --config CONFIG\nmain.py: error: the following arguments are required: --config\n"),
        error_class="syntax",
        says="the following arguments are required: --config",
    ),
    "sh-notfound": Sample(
        log=("/bin/sh: 1: gunicorn: not found\n"),
        error_class="command",
        says="gunicorn: not found",
    ),
    "bash-unbound": Sample(
        log=("/entrypoint.sh: line 12: DATABASE_URL: unbound variable\n"),
        error_class="env",
        says="unbound variable",
        variable="DATABASE_URL",
    ),
    "envsubst": Sample(
        log=("/entrypoint.sh: 3: TOKEN: parameter not set\n"),
        error_class="env",
        says="TOKEN: parameter not set",
        variable="TOKEN",
    ),
    "django": Sample(
        log=("django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.\n"),
        error_class="env",
        says="must not be empty",
        variable="SECRET_KEY",
    ),
    "pydantic": Sample(
        log=(
            "Traceback (most recent call last):\n"
            '  File "/app/main.py", line 5, in <module>\n'
            "    settings = Settings()\n"
            "pydantic_core._pydantic_core.ValidationError: 1 validation error for Settings\n"
            "stripe_api_key\n"
            "  Field required [type=missing, input_value={}, input_type=dict]\n"
            "    For further information visit https://errors.pydantic.dev/2.6/v/missing\n"
        ),
        error_class="env",
        says="stripe_api_key: Field required",
    ),
    "rust": Sample(
        log=(
            "thread 'main' panicked at src/main.rs:14:39:\n"
            "called `Option::unwrap()` on a `None` value\n"
            "note: run with `RUST_BACKTRACE=1` environment variable to display a backtrace\n"
        ),
        error_class="exception",
        says="called `Option::unwrap()`",
    ),
    "rust-env": Sample(
        log=("Error: environment variable `DATABASE_URL` not found\n"),
        error_class="env",
        says="`DATABASE_URL` not found",
        variable="DATABASE_URL",
    ),
    "dotnet": Sample(
        log=(
            "Unhandled exception. System.InvalidOperationException: The ConnectionString property has not been initialized.\n"
            "   at Npgsql.NpgsqlConnection.Open()\n"
            "   at Program.<Main>$(String[] args) in /src/Program.cs:line 9\n"
        ),
        error_class="env",
        says="ConnectionString property has not been initialized",
    ),
    "php": Sample(
        log=(
            "PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] Connection refused in /app/db.php:4\n"
            "Stack trace:\n"
            "#0 /app/db.php(4): PDO->__construct('mysql:host=cart...')\n"
            "#1 {main}\n"
            "  thrown in /app/db.php on line 4\n"
        ),
        error_class="refused",
        says="Connection refused",
    ),
    "ruby": Sample(
        log=(
            "/usr/local/bundle/gems/redis-5.0/lib/redis.rb:12:in `connect': Connection refused - connect(2) for redis:6379 (Errno::ECONNREFUSED)\n"
            "\tfrom /app/app.rb:5:in `<main>'\n"
        ),
        error_class="refused",
        says="connect(2) for redis:6379",
        address="redis:6379",
    ),
    "ruby-key": Sample(
        log=("config.ru:3:in `fetch': key not found: \"STRIPE_KEY\" (KeyError)\n\tfrom config.ru:3:in `block in <main>'\n"),
        error_class="env",
        says="STRIPE_KEY",
        variable="STRIPE_KEY",
    ),
    "kafka": Sample(
        log=(
            "[2026-03-01 11:57:58,120] ERROR Exiting Kafka due to fatal exception (kafka.Kafka$)\n"
            "java.lang.IllegalArgumentException: requirement failed: advertised.listeners cannot use the nonroutable meta-address 0.0.0.0.\n"
            "\tat scala.Predef$.require(Predef.scala:337)\n"
            "\tat kafka.Kafka$.main(Kafka.scala:115)\n"
        ),
        error_class="exception",
        says="requirement failed: advertised.listeners",
    ),
    "grafana": Sample(
        log=(
            "Error: ✗ Datasource provisioning error: read /etc/grafana/provisioning/datasources/ds.yaml: yaml: line 4: mapping values are not allowed in this context\n"
        ),
        error_class="syntax",
        says="mapping values are not allowed",
        file="/etc/grafana/provisioning/datasources/ds.yaml",
    ),
    "prom": Sample(
        log=(
            'ts=2026-03-01T11:57:58.120Z caller=main.go:532 level=error msg="Error loading config (--config.file=/etc/prometheus/prometheus.yml)" file=/etc/prometheus/prometheus.yml err="parsing YAML file /etc/prometheus/prometheus.yml: yaml: unmarshal errors:\\n  line 9: field scrape_interva not found in type config.ScrapeConfig"\n'
        ),
        error_class="syntax",
        says="field scrape_interva not found in type",
        file="/etc/prometheus/prometheus.yml",
    ),
    "traefik": Sample(
        log=(
            '{"level":"error","msg":"command traefik error: failed to load configuration: open /etc/traefik/traefik.yaml: no such file or directory","time":"2026-03-01T11:57:58Z"}\n'
        ),
        error_class="file",
        says="open /etc/traefik/traefik.yaml",
        file="/etc/traefik/traefik.yaml",
    ),
    "envoy": Sample(
        log=(
            "[2026-03-01 11:57:58.120][1][critical][main] [source/server/server.cc:131] error initializing configuration '/etc/envoy/envoy.yaml': Unable to parse JSON as proto (INVALID_ARGUMENT: invalid name: Cannot find field.): {}\n"
        ),
        error_class="syntax",
        says="Unable to parse JSON as proto",
        file="/etc/envoy/envoy.yaml",
    ),
    "heap": Sample(
        log=(
            "<--- Last few GCs --->\n"
            "[1:0x5] 31242 ms: Mark-sweep 508.1 (523.9) -> 507.9 (523.9) MB\n"
            "\n"
            "<--- JS stacktrace --->\n"
            "\n"
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory\n"
            " 1: 0xb7a940 node::Abort() [node]\n"
            " 2: 0xa8e823  [node]\n"
        ),
        error_class="memory",
        says="Reached heap limit",
    ),
    "jvm-oom": Sample(
        log=('Exception in thread "main" java.lang.OutOfMemoryError: Java heap space\n\tat com.example.Load.main(Load.java:12)\n'),
        error_class="memory",
        says="Java heap space",
    ),
    "migration": Sample(
        log=("error: Dirty database version 14. Fix and force version.\n"),
        error_class="schema",
        says="Dirty database version 14",
    ),
    "alembic": Sample(
        log=(
            'sqlalchemy.exc.ProgrammingError: (psycopg2.errors.UndefinedTable) relation "carts" does not exist\n'
            "LINE 1: SELECT * FROM carts\n"
            "                      ^\n"
        ),
        error_class="schema",
        says='relation "carts" does not exist',
    ),
    "tls": Sample(
        log=(
            '2026/03/01 11:57:58 Post "https://vault.shop.svc:8200/v1/auth": tls: failed to verify certificate: x509: certificate signed by unknown authority\n'
        ),
        error_class="tls",
        says="certificate signed by unknown authority",
        address="vault.shop.svc:8200",
    ),
    "space": Sample(
        log=('PANIC:  could not write to file "pg_wal/xlogtemp.27": No space left on device\n'),
        error_class="space",
        says="No space left on device",
    ),
    "arch": Sample(
        log=("exec /usr/local/bin/cart: exec format error\n"),
        error_class="architecture",
        says="exec format error",
    ),
    "glibc": Sample(
        log=("/app/cart: /lib/x86_64-linux-gnu/libc.so.6: version `GLIBC_2.34' not found (required by /app/cart)\n"),
        error_class="module",
        says="version `GLIBC_2.34' not found",
    ),
    "rabbit": Sample(
        log=("amqp.exceptions.AccessRefused: (0, 0): (403) ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN\n"),
        error_class="auth",
        says="Login was refused",
    ),
    "gomod-cfg": Sample(
        log=(
            'time="2026-03-01T11:57:58Z" level=fatal msg="Failed to load config" error="open /etc/cart/config.yaml: no such file or directory"\n'
        ),
        error_class="file",
        says="Failed to load config: open /etc/cart/config.yaml",
        file="/etc/cart/config.yaml",
    ),
    "required": Sample(
        log=(
            "2026-03-01T11:57:58Z panic: missing required environment variable STRIPE_KEY\n"
            "\n"
            "goroutine 1 [running]:\n"
            "main.mustEnv(...)\n"
            "\t/src/main.go:22\n"
            "main.main()\n"
            "\t/src/main.go:31 +0x1d\n"
        ),
        error_class="env",
        says="missing required environment variable",
        variable="STRIPE_KEY",
    ),
    "json-py": Sample(
        log=('{"asctime": "2026-03-01 11:57:58", "levelname": "ERROR", "message": "unable to open database file /data/cart.db"}\n'),
        error_class="file",
        says="unable to open database file",
        file="/data/cart.db",
    ),
    "haproxy": Sample(
        log=(
            "[ALERT]    (1) : config : parsing [/usr/local/etc/haproxy/haproxy.cfg:12] : 'server cart' : could not resolve address 'cart-api'.\n"
            "[ALERT]    (1) : config : Failed to initialize server(s) addr.\n"
        ),
        error_class="dns",
        says="could not resolve address 'cart-api'",
        address="cart-api",
    ),
}


@pytest.mark.parametrize("sample", SAMPLES.values(), ids=SAMPLES)
def test_the_telling_line_is_found_and_classified(sample: Sample) -> None:
    told = telling(sample.log.splitlines())

    assert told is not None
    assert sample.says in told.words
    assert told.error_class == sample.error_class
    if sample.address:
        assert str(address_in(told.reason) or address_in(told.line)) == sample.address
    if sample.file:
        assert file_in(told.words) == sample.file
    if sample.variable:
        assert variable_in(told.words) == sample.variable


@pytest.mark.parametrize(
    "log",
    [
        "INFO starting\nINFO 0 errors, 12 ok\nINFO done",
        "INFO listening on :8080\nINFO received SIGTERM, shutting down gracefully\nINFO bye",
        'level=info msg="failover ok" errors=0',
        '{"level":"info","msg":"error budget is 99.9%"}',
        "DEBUG connection refused once, retry succeeded",
        "",
    ],
)
def test_a_log_without_an_error_tells_of_none(log: str) -> None:
    assert telling(log.splitlines()) is None


def test_an_equal_line_is_counted_and_the_last_one_quoted() -> None:
    lines = [f"2026-03-01T12:00:0{second}Z ERROR cannot reach db:5432, attempt {second}" for second in range(4)]

    told = telling(lines)

    assert told is not None
    assert (told.line, told.count) == ("cannot reach db:5432, attempt 3", 4)


def test_a_line_may_be_endless() -> None:
    told = telling(["ERROR " + "x" * 100_000])

    assert told is not None
    assert len(told.line) < 300


@pytest.mark.parametrize(
    "lines", [["Traceback (most recent call last):"], [">>> "], ["thread 'main' panicked at src/main.rs:1:1:"], ["\x00" * 50], ["{" * 500]]
)
def test_a_log_may_be_cut_off_anywhere(lines: list[str]) -> None:
    told = telling(lines)

    assert told is None or told.line


def test_the_last_line_is_without_its_time() -> None:
    assert last_line(["2026-03-01T12:00:00Z INFO warming up 29%", "", "  "]) == "warming up 29%"
