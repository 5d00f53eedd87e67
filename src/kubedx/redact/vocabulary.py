"""What identifies nobody: the words of Kubernetes' own messages and of common errors, and the names that every cluster has.

Words of the first kind stay where they stand in a sentence, even if something in the cluster is called so, because rules
and people read sentences; as a name (quoted, in a path, as a field) they are masked all the same.
"""

# Words of sentences, and of what rules know them by (a test compares); `orders` is a name that people like to give.
SENTENCES = frozenset(
    """
    a able abort aborted about above absent accepted access accessdenied acquire across active actively actual add added additional addr
    address addresses addrinfo admin admission admits affinity after again alarm alembic alert alive all alloc allocatable allocate
    allocated allocating allocation allowed allows already also alternate although always am ambiguous amd64 among amqp an and
    annotations another answer answered answering answers anti anti-affinity any anything apache apm apple-touch-icon architecture are
    args argument arguments arithmetic arm64 around as ask asks asleep assert assigned at attach attached attaching attempt attempting
    attempts attribute auth authenticated authentication authenticationerror authority authorization authorize authorized automatically
    automount available away back back-off backend background backing backoff backtrace backup bad basic be bearer became because
    becomes been before began begins behind being below best better between beyond big binary bind binding binds bit blocked blocking
    both bound bounds break broken broker bucket built built-in but by bytes cache call called caller calling calls came can cancel
    canceled cannot capacity capital case cast caused cert certificate cfg challenge change changed changes character check checking
    checksum children chosen claim claims class classes classnotfound cleaning cleanup clear client clients close closed cluster cni
    code collection column combined come comes command complains complete completed completes component compute concurrency condition
    conditions conf config configmap configmaps configuration configured conflict conflicted connect connected connecting connection
    connections connects consider constraints consul consume container containerd containers contains content context continue control
    controller conversion converted copy cordoned core correct correlate corrupt corrupted corruption could couldn count cpp cpu crash
    crashed crashes create created creating credentials criteria critical cron cronjob crt csi css csv current currently custom database
    day days dbug deadline deadlock deallocate deallocation debug declare declared declares decoding default defaulting defaults define
    defined definition degraded delete deleted deleting deletion demands denied denies deploy deployment deployments deprecat deprecated
    desc deserialize desired detail deterministic development device dial did didn different differs digest direction directive directly
    directory dirty disabled disconnected discovery disk disruption disruptions dist-packages division dns do docker does doing done
    down dpanic driver drivers dsn due dump dumped duplicate during dynamically e eacces each eaddrinuse eai early econnrefused egress
    ehostunreach either elf else emergency empty enabled end ended endpoint endpoints ends enetunreach enforce enoent enomem enospc
    enotfound enough ensure entire entry env environment eof eperm ephemeral equal erofs err errno error errored errors established etc
    etimedout event events ever every evicted evicting exceed exceeded exceeding exceeds except exception exceptions exchange
    exclusively exec executable execute executed execution exhausted exist existent existing exists exit expanding expected expecting
    expired explanation export exs external f fail failed failing failover fails failure failures fall false far fatal fault favicon
    fetch few fewer field file filenotfound filesystem filters final finalizer finalizers finally find finished first fits five flag
    flood flyway following for forbid forbidden forbids format found four free frequent from frozen fsck full further gained gateway
    gave gb gems general generated generation get getaddrinfo gib give given gives giving glibc go gone good goroutine goroutines got
    graceful grant grants great group groupversion grpc had half hand handle handler handling handshake happened happens hard hardware
    has hash have hba hcl head healthy heap held help here hibernate high hint hit holder holds host hostname hostpath hosts how hpa
    hpas html http https huge i ico id ignore ignored ignoring illegal image images immediate important importerror in in-memory
    incomplete incorrect index infeasible info ingress ingressclass init initcontainers initialized inside inspect install installed
    instance instead insufficient integer internal interpreter interrupt into invalid invalidaccesskeyid ip ipv4 ipv6 is issue it its
    jaeger jar java javax jdbc jdk job json jsondecodeerror jsx judge judged judgement just jwt kafka kb keep keeps kept kernel key
    keyerror keys kib kill killed killing kind kinds known kube kubelet kubernetes label labels lack lacks largest last latest leader
    leads lease leave left less letters level levelname libraries lifecycle like likely limit limited limits line linux liquibase list
    listed listen listener listeners listening listens literal little liveness load loaded loading local localhost location log login
    logs long longer look looked looks lookup loop loopback loss lost low lower lowest lua lvl made mail main make makes malformed
    management mandatory manifest many map mapping mariadb marked master match matched matches max maximum may mb mean meaning meant
    memory memoryerror message met metadata method metric metrics mib microsoft might migration milliseconds min minimum minor minute
    minutes misbehaving misconfigured mismatch miss missed missing mjs mode modes modified module modulenotfounderror modules mongodb
    more most mount mounted mounting mounts move ms msg much multi multiple must mutating mysql n name named names namespace namespaced
    namespaces nearly need needed needs net netty network networking networks never new newer next nice nil nine no noauth nobody
    noclassdeffound node nodename nodes non non-existent non-numeric non-root none nonexistent nor normal not note nothing notice
    notready now null number nxdomain object objects observed occurred oci of off often old older on once one online only onto oom oomk
    open opentelemetry operation operator option options or ordinal org os otel other others our out outofmemory over overcommit
    overflow own owns packet pages panic panicked parameter parent parents parse parseable parsed parser parsing part pass passphrase
    passthrough password past patch path paths pause paused peer pem pending per permission permissions permitted persistent
    persistentvolume persistentvolumeclaim phase php pick pids pipe pkg pkix place plaintext plane platform please plugin plugins pod
    pods podsecurity point policy port ports possible post postgres postgresql pprof pre preempted preempting preemption prematurely
    prepare presence present pressure previous primary priority priorityclass private privileged privileges probably probe problem
    process profiler program progress progressing prometheus properties property protection protocol provide provided provisioner
    provisioning proxy psycopg public pull pulled pulling pulls push put pvc python qps queued quota quotas r rabbitmq range rate reach
    reachable reactor read read-only readable readiness reading readonly reads ready real reason received recent reclaim reclaimed
    reconcile reconciled reconciliation reconciling recovered recovery recursion redis ref refer reference references refers refs refuse
    refused refuses registered rejected related relation relationship release released releases relevant relies rely remaining remote
    removed removes renew renewed replaced replica replicas replicasets report reports repository request requested requests require
    required reserved reset resize resolution resolve resolved resolver resource resources responded response restart restarted
    restarting restarts restore restored results retired retries retry retrying return returned returns revision revoked right rights
    robots role rollout root round route routes rpc rule rules run runasnonroot runc running runs runtime runtimeclass runtimehandler
    rustc s same sandbox sasl save says scala scale scaled scales scaling schedule scheduled scheduler scheduling schema scheme scope
    scopes scram second seconds secret secrets security see seed seen segmentation selected selection selector selects self send sending
    sent sequelize serialize serve served server servers serves servfail service serviceaccount serviceaccounts services serving
    servname session set sets setting settings setup several severe severity sha shared shim short shorthand should show shut shutdown
    shutting side sig signal signature signed sigterm silent similar since single site-packages six size skip skipped skipping sleep
    slice slots slow small smtp socket some something soon sorted source space span spec special specified specify split spread spring
    sql sqlalchemy sqlstate ssl sslerror stack stage stale stalled stands start started starting starts startup stat state stateful
    statefulset static statsd status statuscode statuses stem step still stop stopped storage storageclass store stored string structure
    stuck subjects subpath subpaths subscript succeed succeeded succeeds success successful successfully such sun superblock sure
    suspend suspended switch symbol sync syntax syntaxerror system t table tag taint taints take target task tcp telemetry template
    temporarily temporary ten terminated terminating terms test text than that the their them then there therefore these they this
    thread three through time timed timeout timeouts times timestamp tls to token tolerate tolerates tolerations toml too
    toomanyrequests topic topology total trace traceback transaction translate transparent trce triggered true try trying turn two txt
    type udp uid unable unapplied unauthenticated unauthorized unavailable unbound uncaught undeclared undefined under unexpected
    unhandled unhealthy unimplemented uninitialized unknown unknownhost unknownhostexception unmarshal unmounted unmounting unnamed
    unparseable unreachable unreadable unready unrecognized unregister unresolved unschedulable unset until untolerated untrusted up
    update updated updating upgrade upgrading upload upper upstream uri url us usage use used user username uses using usr utc
    utilization v valid validating validatingadmissionpolicy validation value values var variable variables verification verify version
    versions very via violate violates violations volume volumes wait waited waiting waits want wanted wants warn warned warning
    warnings was watch way we webhook webhooks week well well-known went were what when where which while who why will window windows
    with within without words work worked workflow workload workloads worth would wp-login writable write writing written wrong
    wrongpass xml yaml year years yes yet you your zaxxer zero zipkin zone zones
    """.split()  # noqa: SIM905  # a page of words reads better than a thousand quotes
)

# The same, as they are written: a Service may be called `api`, and a sentence still speaks of the `API group`.
ACRONYMS = frozenset(("API", "DB", "SQL"))

# What Kubernetes and its most common add-ons call their own objects, and the keys of Secrets; also as the
# beginning of longer names (`kube-proxy-x2x4z`).
OWN_NAMES = frozenset(
    (
        "ca.crt",
        "cluster-admin",
        "cluster-info",
        "coredns",
        "default",
        "default-scheduler",
        "dockercfg",
        "dockerconfigjson",
        "etcd",
        "extension-apiserver-authentication",
        "gce",
        "gce-internal",
        "ingress-nginx",
        "kube-api-access",
        "kube-apiserver",
        "kube-apiserver-legacy-service-account-token-tracking",
        "kube-controller-manager",
        "kube-dns",
        "kube-node-lease",
        "kube-proxy",
        "kube-public",
        "kube-root-ca.crt",
        "kube-scheduler",
        "kube-system",
        "kubeadm-config",
        "kubelet",
        "kubelet-config",
        "kubernetes",
        "kubernetes-services-endpoint",
        "localhost",
        "metrics-server",
        "password",
        "ssh-privatekey",
        "system-cluster-critical",
        "system-node-critical",
        "tls.crt",
        "tls.key",
        "token",
        "username",
    )
)

# Words of names that say nothing of whose they are; rules know operators, addresses and settings by them.
EVERYBODYS = frozenset(
    (
        "addr",
        "cluster",
        "cn",
        "controller",
        "false",
        "host",
        "k8s",
        "kube",
        "kubernetes",
        "local",
        "manager",
        "none",
        "o",
        "operator",
        "ou",
        "port",
        "true",
        "url",
    )
)

# Directories that every system has, and that in which the token of a ServiceAccount lies.
DIRECTORIES = frozenset(
    "bin boot dev etc home lib lib64 media mnt opt proc root run sbin serviceaccount srv sys tmp usr var".split()  # noqa: SIM905  # shorter
)

TECHNICAL = frozenset(
    """
    alloy amqp ansible apache argo artemis aspnet aspnetcore atlas auth0 aws azure backend bash bazel boto bucket buildkite bundle cache
    caddy cargo cassandra celery ceph chrome circleci clickhouse cloudflare cockroach confluent consul couchdb cron curl datadog debian
    deno django docker dotnet druid duckdb elastic elasticsearch elixir envoy erlang etcd expo express fastapi firebase flask fluent
    fluentbit fluentd flyway frontend gateway gcloud gcp gemini gin git github gitlab go gomaxprocs gomemlimit google gosu gradle grafana
    graphite graphql grpc gunicorn hadoop hasura haproxy harbor hazelcast helm heroku hikari honeycomb http https httpd hugging huggingface
    hydra ignite influx influxdb ingress istio jaeger java javaopts jboss jdbc jdk jenkins jetty jira jvm jwks jwt kafka keda keycloak
    kestrel kibana kong kube kubectl kubernetes kustomize laravel ldap libpq liquibase litellm loki lua mail mariadb maven mcp memcached
    memsql micronaut minio mongo mongodb mqtt mssql mysql nats neo4j nest netty newrelic next nginx node nodejs nomad npm nuget nuxt oauth
    oauth2 oidc okta ollama openai openapi opensearch openssl opentelemetry oracle otel otlp pandas passenger perl pgbouncer pgdata pghost
    pgpassword pgport pguser pgdatabase php pip podman postgres postgresql presto prisma prometheus proxy psql puma pulsar pulumi pypi
    pyro python pythonpath qdrant quarkus rabbit rabbitmq rails ray react redis redpanda rest rocket ruby rust saml scala seata sendgrid
    sentry server servlet session sidekiq slack smtp snowflake socket solr spark spring sql sqlite sqs ssh ssl statsd storage stripe
    superset swagger tempo temporal terraform thanos thrift tomcat torch traefik trino twilio typeorm uvicorn vault vector vite vitess
    wildfly winston xmx yarn zabbix zipkin zookeeper
    """.split()  # noqa: SIM905  # a page of words reads better than as many quotes
)
"""What names software, protocols and their settings, so that `KAFKA_BROKERS` names nobody."""

FILE_EXTENSIONS = frozenset(
    "cfg cnf conf crt csv env html ini js json key log lua pem properties py sh sql toml txt xml yaml yml".split()  # noqa: SIM905  # shorter
)

# Labels without a prefix whose keys everybody uses, and rules know.
COMMON_KEYS = frozenset(
    (
        "app",
        "chart",
        "component",
        "controller-revision-hash",
        "controller-uid",
        "environment",
        "fluentd_config",
        "grafana_dashboard",
        "grafana_datasource",
        "heritage",
        "instance",
        "job-name",
        "k8s-app",
        "name",
        "part-of",
        "pod-template-generation",
        "pod-template-hash",
        "prometheus_rule",
        "release",
        "role",
        "run",
        "tier",
        "track",
        "version",
    )
)

# Values that say yes or no, or what a machine is.
COMMON_VALUES = frozenset(("amd64", "arm64", "disabled", "enabled", "false", "linux", "no", "none", "off", "on", "true", "windows", "yes"))

# Organisations on public registries whose images everybody may pull; the name of the image stays with theirs.
PUBLIC_ORGANISATIONS = frozenset(
    (
        "argoproj",
        "bitnami",
        "calico",
        "cilium",
        "coredns",
        "curlimages",
        "fluent",
        "grafana",
        "hashicorp",
        "istio",
        "jaegertracing",
        "jetstack",
        "kubernetes",
        "library",
        "metrics-server",
        "nginxinc",
        "prom",
        "sig-storage",
    )
)

# Domains of projects that serve custom resources, drivers or annotations in every other cluster; see also `names`.
PUBLIC_DOMAINS = (
    "amazonaws.com",
    "antrea.io",
    "argoproj.io",
    "aws.com",
    "azure.com",
    "bitnami.com",
    "cattle.io",
    "cilium.io",
    "coreos.com",
    "crossplane.io",
    "crunchydata.com",
    "docker.com",
    "elastic.co",
    "external-secrets.io",
    "fluentd.org",
    "fluxcd.io",
    "gke.io",
    "google.com",
    "helm.sh",
    "istio.io",
    "jaegertracing.io",
    "k8s.aws",
    "k8sgpt.ai",
    "karpenter.sh",
    "keda.sh",
    "kubedx.dev",
    "kyverno.io",
    "linkerd.io",
    "longhorn.io",
    "nvidia.com",
    "openreports.io",
    "openshift.io",
    "operatorframework.io",
    "projectcalico.org",
    "projectcontour.io",
    "prometheus.io",
    "rancher.io",
    "rook.io",
    "strimzi.io",
    "tekton.dev",
    "traefik.io",
    "velero.io",
    "wgpolicyk8s.io",
    "x-k8s.io",
)
