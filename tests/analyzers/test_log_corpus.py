"""What is made of the error lines of many languages, frameworks and servers: the class of each, and whom it fails to reach."""

import pytest

from kubedx.analyzers.log_errors import LogSummary, summarise
from kubedx.analyzers.log_words import address_in

REFUSED, DNS, TIMEOUT, TLS, UPSTREAM, AUTH, SPACE = "refused", "dns", "timeout", "tls", "upstream", "auth", "space"
SCHEMA, FILE, ENV, SYNTAX, MODULE, PERMISSION, PORT = "schema", "file", "env", "syntax", "module", "permission", "port-in-use"
MEMORY, EXCEPTION, FORBIDDEN = "memory", "exception", "forbidden"

CORPUS: dict[str, tuple[str, str, str]] = {
    # .NET: what fails stands below what says where
    "dotnet-sqlclient": (
        ("fail: Microsoft.EntityFrameworkCore.Database.Connection[20004]\n      An error occurred using the connection to database 'orders' on server "
        "'tcp:mssql,1433'.\nUnhandled exception. Microsoft.Data.SqlClient.SqlException (0x80131904): A network-related error occurred\n"
        " ---> System.Net.Internals.SocketExceptionFactory+ExtendedSocketException (00000001, 11): Name or service not known"),
        DNS, "mssql:1433",
    ),
    "dotnet-kestrel": (
        ("crit: Microsoft.AspNetCore.Server.Kestrel[0]\n      Unable to start Kestrel.\n      System.IO.IOException: Failed to bind to address "
        "http://[::]:5000: address already in use.\n       ---> Microsoft.AspNetCore.Connections.AddressInUseException: Address already in use"),
        PORT, "",
    ),
    "dotnet-tls": (
        ("Unhandled exception. System.Net.Http.HttpRequestException: The SSL connection could not be established, see inner exception.\n"
        " ---> System.Security.Authentication.AuthenticationException: The remote certificate is invalid because of errors in the certificate chain: UntrustedRoot"),
        TLS, "",
    ),
    "kafka-client": (
        ("[2026-03-01 11:59:00,001] WARN [Producer clientId=p] Connection to node -1 (kafka-0.kafka/10.96.3.3:9092) could not be established. "
        "Node may not be available. (org.apache.kafka.clients.NetworkClient)\n"
        'Exception in thread "main" org.apache.kafka.common.errors.TimeoutException: Topic orders timed out in metadata after 60000 ms'),
        TIMEOUT, "kafka-0.kafka:9092",
    ),
    "etcd-space": ("ERROR etcdserver: mvcc: database space exceeded", SPACE, ""),
    "aws-credentials": ("botocore.exceptions.NoCredentialsError: Unable to locate credentials", AUTH, ""),
    # Go
    "go-refused": ("2026/03/01 11:00:00 ping: dial tcp 10.96.0.7:5432: connect: connection refused", REFUSED, "10.96.0.7:5432"),
    "go-url": ('2026/03/01 11:00:00 Get "http://stock:8081/items": dial tcp 10.96.0.8:8081: connect: connection refused', REFUSED, "stock:8081"),
    "go-dns": ('2026/03/01 11:00:00 Get "http://stok/items": dial tcp: lookup stok on 10.96.0.10:53: no such host', DNS, "stok:80"),
    "go-dns-misbehaving": ("ERROR dial tcp: lookup queue.shop.svc on 10.96.0.10:53: server misbehaving", DNS, "queue.shop.svc"),
    "go-timeout": ('level=error msg="list orders" err="dial tcp 10.96.0.9:8080: i/o timeout"', TIMEOUT, "10.96.0.9:8080"),
    "go-deadline": ('ERROR Post "https://search:9200/_bulk": context deadline exceeded (Client.Timeout exceeded while awaiting headers)', TIMEOUT, "search:9200"),
    "go-x509-expired": ('ERROR Get "https://vault:8200/v1/x": tls: failed to verify certificate: x509: certificate has expired or is not yet valid', TLS, "vault:8200"),
    "go-x509-authority": ('ERROR Get "https://auth/keys": x509: certificate signed by unknown authority', TLS, "auth:443"),
    "go-http-on-tls": ("ERROR http: server gave HTTP response to HTTPS client: tls: first record does not look like a TLS handshake", TLS, ""),
    "go-pgx-auth": ('ERROR failed to connect to `host=db user=cart database=cart`: server error (FATAL: password authentication failed for user "cart" (SQLSTATE 28P01))', AUTH, ""),
    "go-pq-table": ('ERROR pq: relation "orders" does not exist', SCHEMA, ""),
    "go-mysql-auth": ("ERROR Error 1045 (28000): Access denied for user 'cart'@'10.244.0.9' (using password: YES)", AUTH, ""),
    "go-mysql-table": ("ERROR Error 1146 (42S02): Table 'cart.orders' doesn't exist", SCHEMA, ""),
    "go-redis-auth": ("ERROR WRONGPASS invalid username-password pair or user is disabled.", AUTH, ""),
    "go-redis-noauth": ("ERROR NOAUTH Authentication required.", AUTH, ""),
    "go-amqp-auth": ('ERROR Exception (403) Reason: "username or password not allowed" ACCESS_REFUSED', AUTH, ""),
    "go-grpc-refused": (
        'ERROR rpc error: code = Unavailable desc = connection error: desc = "transport: Error while dialing: dial tcp 10.96.0.4:50051: connect: connection refused"',
        REFUSED, "10.96.0.4:50051",
    ),
    "go-grpc-resolver": ("ERROR rpc error: code = Unavailable desc = name resolver error: produced zero addresses for dns:///pay:50051", DNS, "pay:50051"),
    "go-grpc-internal": ("ERROR rpc error: code = Internal desc = cannot charge the card", UPSTREAM, ""),
    "go-grpc-unauthenticated": ("ERROR rpc error: code = Unauthenticated desc = no token given", AUTH, ""),
    "go-grpc-denied": ("ERROR rpc error: code = PermissionDenied desc = basket may not call ledger", AUTH, ""),
    "go-open": ("ERROR open /etc/cart/rates.yaml: no such file or directory", FILE, ""),
    "go-space": ("ERROR write /data/index.db: no space left on device", SPACE, ""),
    "go-panic": (
        ("panic: runtime error: invalid memory address or nil pointer dereference\n[signal SIGSEGV: segmentation violation code=0x1]\n\n"
        "goroutine 34 [running]:\nmain.(*Server).Show(0x0)\n\t/src/cart/server.go:71 +0x1d\nnet/http.HandlerFunc.ServeHTTP()\n\t/usr/local/go/src/net/http/server.go:2136 +0x29"),
        EXCEPTION, "",
    ),
    "go-k8s-forbidden": (
        ('E0301 11:00:00.000000       1 reflector.go:158] "Unhandled Error" err="failed to list *v1.ConfigMap: configmaps is forbidden: '
        'User \\"system:serviceaccount:shop:cart\\" cannot list resource \\"configmaps\\" in API group \\"\\" in the namespace \\"shop\\""'),
        FORBIDDEN, "",
    ),
    "klog-refused": ("E0301 11:00:00.000000       1 main.go:20] connecting: dial tcp 10.96.0.3:2379: connect: connection refused", REFUSED, "10.96.0.3:2379"),
    "zap": ('{"level":"error","ts":1772362800.1,"caller":"cart/main.go:20","msg":"store","error":"dial tcp: lookup cash on 10.96.0.10:53: no such host"}', DNS, "cash"),
    "logrus": ('time="2026-03-01T11:00:00Z" level=error msg="publish" error="dial tcp 10.96.0.5:5672: connect: connection refused"', REFUSED, "10.96.0.5:5672"),
    "zerolog": ('{"level":"error","error":"pq: password authentication failed for user \\"cart\\"","time":"2026-03-01T11:00:00Z","message":"cannot load"}', AUTH, ""),
    "slog": ('time=2026-03-01T11:00:00Z level=ERROR msg="cannot load" err="redis: connection pool timeout"', TIMEOUT, ""),
    # Python
    "py-requests-refused": (
        ("ERROR requests.exceptions.ConnectionError: HTTPConnectionPool(host='stock', port=8081): Max retries exceeded with url: /items "
        "(Caused by NewConnectionError('<urllib3.connection.HTTPConnection object at 0x7f>: Failed to establish a new connection: [Errno 111] Connection refused'))"),
        REFUSED, "stock:8081",
    ),
    "py-requests-dns": (
        ("ERROR HTTPConnectionPool(host='stok', port=80): Max retries exceeded with url: / (Caused by NameResolutionError(\"Failed to resolve 'stok' "
        '([Errno -2] Name or service not known)"))'),
        DNS, "stok:80",
    ),
    "py-requests-5xx": ("ERROR requests.exceptions.HTTPError: 503 Server Error: Service Unavailable for url: http://stock:8081/items", UPSTREAM, "stock:8081"),
    "py-requests-403": ("ERROR requests.exceptions.HTTPError: 403 Client Error: Forbidden for url: http://accounts:8081/me", AUTH, "accounts:8081"),
    "py-httpx-401": ("ERROR httpx.HTTPStatusError: Client error '401 Unauthorized' for url 'https://api.carrier.example/labels'", AUTH, "api.carrier.example:443"),
    "py-aiohttp": ("ERROR Cannot connect to host stock:8081 ssl:default [Connect call failed ('10.96.0.8', 8081)]: connection refused", REFUSED, "stock:8081"),
    "py-psycopg2-dns": ('ERROR psycopg2.OperationalError: could not translate host name "pgg" to address: Name or service not known', DNS, "pgg"),
    "py-psycopg2-refused": (
        'ERROR psycopg2.OperationalError: connection to server at "pg" (10.96.0.20), port 5432 failed: Connection refused\n\tIs the server running on that host and accepting TCP/IP connections?',
        REFUSED, "pg:5432",
    ),
    "py-psycopg-column": ('ERROR psycopg.errors.UndefinedColumn: column "sku" does not exist\nLINE 1: SELECT sku FROM item', SCHEMA, ""),
    "py-sqlite-table": ("ERROR sqlite3.OperationalError: no such table: cart_item", SCHEMA, ""),
    "py-pymysql": ("ERROR pymysql.err.OperationalError: (2003, \"Can't connect to MySQL server on 'orders-db' ([Errno 111] Connection refused)\")", REFUSED, "orders-db"),
    "py-redis": ("ERROR redis.exceptions.ConnectionError: Error 111 connecting to cache:6379. Connection refused.", REFUSED, "cache:6379"),
    "py-redis-dns": ("ERROR redis.exceptions.ConnectionError: Error -2 connecting to cashe:6379. Name or service not known.", DNS, "cashe:6379"),
    "py-pymongo": ("ERROR pymongo.errors.ServerSelectionTimeoutError: mongo:27017: [Errno 111] Connection refused, Timeout: 30s", REFUSED, "mongo:27017"),
    "py-pymongo-auth": ("ERROR pymongo.errors.OperationFailure: Authentication failed., full error: {'ok': 0.0, 'code': 18}", AUTH, ""),
    "py-kafka": ("ERROR kafka.errors.NoBrokersAvailable: connect to kafka:9092 failed: [Errno 111] ECONNREFUSED", REFUSED, "kafka:9092"),
    "py-pika": ("ERROR pika.exceptions.AMQPConnectionError: socket.gaierror: [Errno -2] Name or service not known: amqp://rabit:5672/", DNS, "rabit:5672"),
    "py-celery": ("[2026-03-01 11:00:00,000: ERROR/MainProcess] consumer: Cannot connect to amqp://cart:**@rabbit:5672//: [Errno 111] Connection refused.", REFUSED, "rabbit:5672"),
    "py-env": ("Traceback (most recent call last):\n  File \"/app/cart.py\", line 8, in sign\n    key = os.environ['SIGNING_KEY']\nKeyError: 'SIGNING_KEY'", ENV, ""),
    "py-file": ("Traceback (most recent call last):\n  File \"/app/cart.py\", line 8, in load\nFileNotFoundError: [Errno 2] No such file or directory: '/data/rates.csv'", FILE, ""),
    "py-module": ("Traceback (most recent call last):\n  File \"/app/cart.py\", line 1, in <module>\nModuleNotFoundError: No module named 'stripes'", MODULE, ""),
    "py-permission": ("ERROR PermissionError: [Errno 13] Permission denied: '/data/upload/1.png'", PERMISSION, ""),
    "py-space": ("ERROR OSError: [Errno 28] No space left on device", SPACE, ""),
    "py-memory": ('Traceback (most recent call last):\n  File "/app/cart.py", line 8, in load\nMemoryError', MEMORY, ""),
    "py-json": ("ERROR json.decoder.JSONDecodeError: Expecting value: line 1 column 1 (char 0)", SYNTAX, ""),
    "py-ssl": ("ERROR ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: certificate has expired (_ssl.c:1006)", TLS, ""),
    "py-grpc": ('ERROR grpc._channel._InactiveRpcError: <_InactiveRpcError of RPC that terminated with: status = StatusCode.INTERNAL details = "boom">', UPSTREAM, ""),
    "py-boto-expired": ("ERROR botocore.exceptions.ClientError: An error occurred (ExpiredToken) when calling the PutObject operation: The provided token has expired.", AUTH, ""),
    "py-boto-bucket": ("ERROR botocore.errorfactory.NoSuchBucket: An error occurred (NoSuchBucket) when calling the GetObject operation: The specified bucket does not exist", SCHEMA, ""),
    "py-chained": (
        ('Traceback (most recent call last):\n  File "/app/pool.py", line 3, in open\nConnectionRefusedError: [Errno 111] Connection refused: stock:8081\n\n'
        "During handling of the above exception, another exception occurred:\n\n"
        'Traceback (most recent call last):\n  File "/app/cart.py", line 8, in show\n    raise CartError()\ncart.CartError: cannot show the cart'),
        REFUSED, "stock:8081",
    ),
    "py-exception": ('Traceback (most recent call last):\n  File "/app/cart.py", line 8, in show\n    return 1 / 0\nZeroDivisionError: division by zero', "error", ""),
    "py-jwt": ("ERROR jwt.exceptions.ExpiredSignatureError: token has expired", AUTH, ""),
    "django-db": ('ERROR django.db.utils.ProgrammingError: relation "shop_order" does not exist', SCHEMA, ""),
    "alembic": ("ERROR [alembic.util.messaging] Can't locate revision: migration failed", SCHEMA, ""),
    # Java
    "java-refused": (
        ("2026-03-01 11:00:00.000 ERROR 1 --- [main] c.s.Cart : cannot load\njava.lang.IllegalStateException: no connection\n\tat com.shop.Cart.load(Cart.java:9)\n"
        "Caused by: java.net.ConnectException: Connection refused: pg/10.96.0.20:5432\n\tat java.base/sun.nio.ch.Net.connect(Net.java:1)"),
        REFUSED, "pg:5432",
    ),
    "java-dns": ("ERROR java.net.UnknownHostException: pgg: Name or service not known", DNS, "pgg"),
    "java-jdbc": ("ERROR org.postgresql.util.PSQLException: Connection to pg:5432 refused. Check that the hostname and port are correct and that the postmaster is accepting TCP/IP connections.", REFUSED, "pg:5432"),
    "java-jdbc-auth": ('ERROR org.postgresql.util.PSQLException: FATAL: password authentication failed for user "cart"', AUTH, ""),
    "java-hikari": ("ERROR com.zaxxer.hikari.pool.HikariPool - HikariPool-1 - Connection is not available, request timed out after 30000ms.", TIMEOUT, ""),
    "java-kafka": ("2026-03-01 11:00:00 WARN [Producer clientId=p-1] Connection to node -1 (kafka/10.96.0.9:9092) could not be established. Broker may not be available: connection refused", REFUSED, "kafka:9092"),
    "java-kafka-topic": ("ERROR org.apache.kafka.common.errors: UNKNOWN_TOPIC_OR_PARTITION for topic orders", SCHEMA, ""),
    "java-oom": ("java.lang.OutOfMemoryError: Java heap space\n\tat com.shop.Report.build(Report.java:88)", MEMORY, ""),
    "java-pkix": ("ERROR javax.net.ssl.SSLHandshakeException: PKIX path building failed: unable to find valid certification path to requested target", TLS, ""),
    "java-spring-5xx": ('ERROR org.springframework.web.client.HttpServerErrorException$InternalServerError: 500 Internal Server Error: "boom" on GET request for "http://stock:8081/items"', UPSTREAM, "stock:8081"),
    "java-spring-401": ("ERROR org.springframework.web.client.HttpClientErrorException$Unauthorized: 401 Unauthorized: [no body]", AUTH, ""),
    "java-ribbon": ("ERROR com.netflix.client.ClientException: Load balancer does not have available server for client: stock", UPSTREAM, ""),
    "java-loadbalancer": ("WARN o.s.c.l.core.RoundRobinLoadBalancer: No servers available for service: stock", UPSTREAM, ""),
    "java-no-instance": ("ERROR [503] during [GET] to [http://stock/items]: Load balancer does not contain an instance for the service stock", UPSTREAM, "stock:80"),
    "java-nacos": ("ERROR com.alibaba.nacos.api.exception.NacosException: Client not connected, current status:STARTING", UPSTREAM, ""),
    "envoy-no-upstream": ("ERROR http://stock:8081/items: no healthy upstream", UPSTREAM, "stock:8081"),
    "go-grpc-no-children": ("ERROR rpc error: code = Unavailable desc = no children to pick from", UPSTREAM, ""),
    "redis-cannot-save": ("ERROR MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk", UPSTREAM, ""),
    "redis-replica": ("ERROR READONLY You can't write against a read only replica.", UPSTREAM, ""),
    "postgres-full-house": ("ERROR psycopg2.OperationalError: FATAL: sorry, too many clients already", UPSTREAM, ""),
    "kafka-node": ("WARN Connection to node 1 (events/10.96.0.9:9092) could not be established. Node may not be available.", REFUSED, "events:9092"),
    "go-https-to-http": ('ERROR Get "https://stock:8081/items": http: server gave HTTP response to HTTPS client', TLS, "stock:8081"),
    "java-feign": ("ERROR feign.FeignException$ServiceUnavailable: [503 Service Unavailable] during [GET] to [http://stock:8081/items]", UPSTREAM, "stock:8081"),
    "java-flyway": ("ERROR org.flywaydb.core.api.FlywayException: Validate failed: Migration checksum mismatch, migration failed", SCHEMA, ""),
    "java-npe": ('Exception in thread "main" java.lang.NullPointerException: Cannot invoke "Item.price()"\n\tat com.shop.Cart.total(Cart.java:21)', EXCEPTION, ""),
    "java-netty": ("ERROR io.netty.channel.AbstractChannel$AnnotatedConnectException: Connection refused: cache/10.96.0.3:6379", REFUSED, "cache:6379"),
    "java-class": ("ERROR java.lang.NoClassDefFoundError: com/shop/Price", MODULE, ""),
    "java-log4j-json": ('{"instant":{"epochSecond":1772362800},"level":"ERROR","message":"cannot load","thrown":{"name":"java.net.ConnectException","message":"Connection refused: pg/10.96.0.20:5432"}}', REFUSED, "pg:5432"),
    "java-logstash": ('{"@timestamp":"2026-03-01T11:00:00Z","level":"ERROR","message":"cannot load","stack_trace":"java.lang.RuntimeException: x\\n\\tat com.shop.A.b(A.java:1)\\nCaused by: java.net.UnknownHostException: stok"}', DNS, "stok"),
    "java-ecs": ('{"@timestamp":"2026-03-01T11:00:00Z","log.level":"ERROR","message":"Connection refused: pg/10.96.0.20:5432"}', REFUSED, "pg:5432"),
    "java-mysql": ("ERROR com.mysql.cj.jdbc.exceptions.CommunicationsException: Communications link failure: connect timed out jdbc:mysql://orders:3306/orders", TIMEOUT, "orders:3306"),
    "java-disk": ("ERROR java.io.IOException: No space left on device", SPACE, ""),
    # Node.js
    "node-refused": ("Error: connect ECONNREFUSED 10.96.0.8:8081\n    at TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)", REFUSED, "10.96.0.8:8081"),
    "node-dns": ("Error: getaddrinfo ENOTFOUND stok\n    at GetAddrInfoReqWrap.onlookup (node:dns:107:26)", DNS, "stok"),
    "node-dns-again": ("Error: getaddrinfo EAI_AGAIN stock.shop", DNS, "stock.shop"),
    "node-timeout": ("ERROR connect ETIMEDOUT 10.96.0.8:8081", TIMEOUT, "10.96.0.8:8081"),
    "node-axios-5xx": ("AxiosError: Request failed with status code 500\n    at settle (/app/node_modules/axios/lib/core/settle.js:19:12)", UPSTREAM, ""),
    "node-axios-403": ("AxiosError: Request failed with status code 403\n    at settle (/app/node_modules/axios/lib/core/settle.js:19:12)", AUTH, ""),
    "node-heap": ("FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory", MEMORY, ""),
    "node-pino": ('{"level":50,"time":1772362800000,"pid":1,"msg":"cannot load","err":{"type":"Error","message":"connect ECONNREFUSED 10.96.0.8:8081","stack":"Error: x"}}', REFUSED, "10.96.0.8:8081"),
    "node-bunyan": ('{"name":"cart","level":50,"msg":"cannot load","err":{"message":"getaddrinfo ENOTFOUND stok"},"time":"2026-03-01T11:00:00Z","v":0}', DNS, "stok"),
    "node-winston": ('{"level":"error","message":"cannot load: password authentication failed for user \\"cart\\"","timestamp":"2026-03-01T11:00:00Z"}', AUTH, ""),
    "node-mongoose": ("MongooseServerSelectionError: connect ECONNREFUSED 10.96.0.9:27017\n    at /app/db.js:3:9", REFUSED, "10.96.0.9:27017"),
    "node-sequelize": ('SequelizeDatabaseError: relation "orders" does not exist\n    at /app/db.js:3:9', SCHEMA, ""),
    "node-type-error": ("TypeError: Cannot read properties of undefined (reading 'price')\n    at total (/app/cart.js:12:9)", "error", ""),
    "node-jwt": ("TokenExpiredError: jwt expired\n    at /app/auth.js:3:9", AUTH, ""),
    "node-enospc": ("Error: ENOSPC: no space left on device, write", SPACE, ""),
    "node-self-signed": ("Error: unable to verify the first certificate: certificate verify failed", TLS, ""),
    # Ruby, PHP, Elixir, Rust, .NET
    "ruby-refused": ('E, [2026-03-01T11:00:00.1 #1] ERROR -- : Failed to open TCP connection to stock:8081 (Connection refused - connect(2) for "stock" port 8081)', REFUSED, "stock:8081"),
    "ruby-pg": ('ActiveRecord::StatementInvalid (PG::UndefinedTable: ERROR:  relation "orders" does not exist', SCHEMA, ""),
    "ruby-redis": ("ERROR Redis::CannotConnectError: Connection refused - connect(2) for 10.96.0.3:6379 (redis://cache:6379)", REFUSED, "cache:6379"),
    "ruby-load": ("cannot load such file -- stripe (LoadError)", MODULE, ""),
    "php-dns": ("PHP Fatal error:  Uncaught PDOException: SQLSTATE[HY000] [2002] php_network_getaddresses: getaddrinfo for orders-db failed: Name or service not known", DNS, ""),
    "php-refused": ("[01-Mar-2026 11:00:00] ERROR: SQLSTATE[HY000] [2002] Connection refused", REFUSED, ""),
    "php-memory": ("PHP Fatal error:  Allowed memory size of 134217728 bytes exhausted (tried to allocate 20480 bytes)", MEMORY, ""),
    "php-laravel": ("[2026-03-01 11:00:00] production.ERROR: SQLSTATE[42S02]: Base table or view not found: 1146 Table 'shop.orders' doesn't exist", SCHEMA, ""),
    "elixir": ("11:00:00.000 [error] Postgrex.Protocol (#PID<0.2.0>) failed to connect: ** (DBConnection.ConnectionError) tcp connect (pg:5432): connection refused - :econnrefused", REFUSED, "pg:5432"),
    "rust-reqwest": ("2026-03-01T11:00:00Z ERROR cart: error sending request for url (http://stock:8081/items): error trying to connect: tcp connect error: Connection refused (os error 111)", REFUSED, "stock:8081"),
    "rust-panic": ("thread 'main' panicked at src/main.rs:7:5:\ncalled `Option::unwrap()` on a `None` value", EXCEPTION, ""),
    "dotnet-console": ("fail: Shop.Cart.Program[0]\n      Cannot load the cart\n      System.Net.Http.HttpRequestException: Connection refused (stock:8081)", REFUSED, "stock:8081"),
    "dotnet-status": ("fail: Shop.Cart.Program[0]\n      Response status code does not indicate success: 500 (Internal Server Error).", UPSTREAM, ""),
    "dotnet-npgsql": ("Unhandled exception. Npgsql.NpgsqlException (0x80004005): Failed to connect to 10.96.0.20:5432\n ---> System.Net.Sockets.SocketException (111): Connection refused", REFUSED, "10.96.0.20:5432"),
    "dotnet-serilog": ('{"@t":"2026-03-01T11:00:00Z","@mt":"Cannot load","@l":"Error","@x":"Npgsql.PostgresException (0x80004005): 28P01: password authentication failed for user \\"cart\\"\\n   at Npgsql"}', AUTH, ""),
    "dotnet-mssql": ("fail: Shop.Db[1]\n      Microsoft.Data.SqlClient.SqlException (0x80131904): Invalid object name 'dbo.Orders'.", SCHEMA, ""),
    "dotnet-login": ("fail: Shop.Db[1]\n      Microsoft.Data.SqlClient.SqlException (0x80131904): Login failed for user 'cart'.", AUTH, ""),
    # servers
    "nginx-upstream-refused": ('2026/03/01 11:00:00 [error] 29#29: *7 connect() failed (111: Connection refused) while connecting to upstream, client: 10.244.0.1, server: _, request: "GET / HTTP/1.1", upstream: "http://10.96.0.8:8081/", host: "shop"', REFUSED, "10.96.0.8:8081"),
    "nginx-upstream-timeout": ('2026/03/01 11:00:00 [error] 29#29: *7 upstream timed out (110: Connection timed out) while connecting to upstream, client: 10.244.0.1, server: _, request: "GET / HTTP/1.1", upstream: "http://10.96.0.8:8081/"', TIMEOUT, "10.96.0.8:8081"),
    "nginx-host": ('2026/03/01 11:00:00 [emerg] 1#1: host not found in upstream "stok" in /etc/nginx/conf.d/default.conf:3', DNS, "stok"),
    "nginx-resolve": ("2026/03/01 11:00:00 [error] 29#29: *7 stok could not be resolved (3: Host not found)", DNS, "stok"),
    "nginx-denied": ('2026/03/01 11:00:00 [crit] 29#29: *7 open() "/var/cache/nginx/1" failed (13: Permission denied)', PERMISSION, ""),
    "envoy": ("[2026-03-01 11:00:00.000][1][warning][config] gRPC config stream to xds closed: 14, connection error: desc = transport: connection refused xds:15010", REFUSED, "xds:15010"),
    "haproxy": ("[ALERT] 059/110000 (1) : parsing [/etc/haproxy.cfg:12] : 'server stock' : could not resolve address 'stok'.", DNS, "stok"),
    "postgres-space": ('2026-03-01 11:00:00.000 UTC [61] ERROR:  could not extend file "base/1/2": No space left on device', SPACE, ""),
    "postgres-auth": ('2026-03-01 11:00:00.000 UTC [61] FATAL:  password authentication failed for user "cart"', AUTH, ""),
    "postgres-hba": ('2026-03-01 11:00:00.000 UTC [61] FATAL:  no pg_hba.conf entry for host "10.244.0.9", user "cart", database "cart", no encryption', AUTH, ""),
    "mysql-space": ("2026-03-01T11:00:00.000000Z 0 [ERROR] [MY-012144] [InnoDB] posix_fallocate(): Failed to preallocate data for file ./a.ibd: No space left on device", SPACE, ""),
    "redis-space": ("1:M 01 Mar 2026 11:00:00.000 # Write error saving DB on disk: No space left on device", SPACE, ""),
    "redis-replica-sync": ("1:S 01 Mar 2026 11:00:00.000 # Error condition on socket for SYNC: Connection refused", REFUSED, ""),
    "rabbit-auth": ("2026-03-01 11:00:00.000 [error] <0.1.0> Error on AMQP connection: PLAIN login refused: user 'cart' - invalid credentials", AUTH, ""),
    "kafka-disk": ("[2026-03-01 11:00:00,000] ERROR Error while writing to checkpoint file /var/lib/kafka/x (kafka.server) java.io.IOException: No space left on device", SPACE, ""),
    "mongo-json": ('{"t":{"$date":"2026-03-01T11:00:00.000Z"},"s":"E","c":"STORAGE","msg":"WiredTiger error: No space left on device"}', SPACE, ""),
    "elastic": ('{"type":"server","timestamp":"2026-03-01T11:00:00","level":"ERROR","message":"failed to write: java.io.IOException: No space left on device"}', SPACE, ""),
    "vault": ('2026-03-01T11:00:00.000Z [ERROR] core: failed to unseal: error="connect: connection refused to consul:8500"', REFUSED, "consul:8500"),
    "bash-variable": ("/entrypoint.sh: line 3: SMTP_HOST: unbound variable", ENV, ""),
    "smtp": ("ERROR smtplib.SMTPAuthenticationError: (535, b'5.7.8 Error: authentication failed: bad credentials')", AUTH, ""),
    "env-words": ("ERROR cannot send mail: environment variable MAIL_SENDER is not set", ENV, ""),
    "yaml": ("ERROR cannot load rules: yaml: line 7: mapping values are not allowed in this context", SYNTAX, ""),
    "port": ("ERROR listen tcp :9090: bind: address already in use", PORT, ""),
}  # fmt: skip


def summary_of(log: str, count: int = 4) -> LogSummary:
    return summarise([line for _time in range(count) for line in log.split("\n")])


@pytest.mark.parametrize("name", CORPUS)
def test_class_and_address(name: str) -> None:
    log, error_class, address = CORPUS[name]

    told = summary_of(log)

    assert [error.error_class for error in told.errors[:1]] == [error_class], told.errors
    found = address_in(told.errors[0].line) or address_in(told.errors[0].text)
    assert str(found or "") == address
    assert told.errors[0].count == 4


@pytest.mark.parametrize("name", CORPUS)
def test_a_time_in_front_changes_nothing(name: str) -> None:
    log, error_class, _address = CORPUS[name]
    if "\n" in log or log[:1] in {"[", "1", "2", "E", "t"} or log.startswith(("11:", "/entry")):
        pytest.skip("has a time, or a trace, which a time before each line would not leave whole")

    told = summary_of(f"2026-03-01T11:00:00.123456789Z {log}")

    assert [error.error_class for error in told.errors[:1]] == [error_class], told.errors


QUIET = {
    "counts": "2026-03-01T11:00:00Z INFO batch done: 0 errors, 0 failed, error_count=0",
    "failover": "2026-03-01T11:00:00Z WARN failover ok after connection refused",
    "debug": "2026-03-01T11:00:00Z DEBUG dial tcp 10.96.0.7:5432: connection refused",
    "json-info": '{"level":"info","msg":"request failed upstream, retried","error":"timeout"}',
    "json-null": '{"level":"error","msg":"done","error":null,"errors":0}',
    "pino-info": '{"level":30,"msg":"ECONNREFUSED"}',
    "klog-info": "I0301 11:00:00.000000       1 main.go:2] connection refused is handled",
    "access-403": '10.244.0.1 - - [01/Mar/2026:11:00:00 +0000] "GET /admin HTTP/1.1" 403 12 "-" "curl/8"',
    "access-404": '{"method":"GET","path":"/favicon.ico","status":404,"level":"warn"}',
    "gin": '[GIN] 2026/03/01 - 11:00:00 | 200 |  1.2ms |  10.244.0.1 | GET      "/error/timeout"',
    "scanner": "2026/03/01 11:00:00 http: TLS handshake error from 10.244.0.1:5341: EOF",
    "favicon": '2026/03/01 11:00:00 [error] 29#29: *7 open() "/usr/share/nginx/html/favicon.ico" failed (2: No such file or directory)',
    "client-gone": "2026-03-01T11:00:00Z ERROR write tcp 10.244.0.7:80->10.244.0.1:5151: write: broken pipe",
    "cancelled": "2026-03-01T11:00:00Z ERROR list: context canceled",
    "conflict": "E0301 11:00:00.000000 1 c.go:2] Operation cannot be fulfilled on pods: the object has been modified; please apply your changes",
    "default": "2026-03-01T11:00:00Z WARN CACHE_SIZE is not set, using default 100",
    "deprecated": "2026-03-01T11:00:00Z WARN option --fast is deprecated and unknown option soon",
    "postgres": "2026-03-01 11:00:00.000 UTC [1] LOG:  could not receive data from client: Connection reset by peer",
    "postgres-statement": "2026-03-01 11:00:00.000 UTC [1] STATEMENT:  SELECT * FROM error_log WHERE failed",
    "redis": "1:M 01 Mar 2026 11:00:00.000 # WARNING Memory overcommit must be enabled! overcommit_memory is set to 0",
    "field": "2026-03-01T11:00:00Z INFO columns: id, error, failed_at, timeout_ms",
    "warning": "2026-03-01T11:00:00Z WARN slow request took 800ms",
    "plain": "GET /timeout/report 200 12ms",
}  # fmt: skip


@pytest.mark.parametrize("name", QUIET)
def test_what_is_no_fault(name: str) -> None:
    assert summary_of(QUIET[name], 8).errors == ()


def test_the_corpus_is_broad() -> None:
    assert len(CORPUS) + len(QUIET) >= 120
