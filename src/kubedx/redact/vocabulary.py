"""What identifies nobody: the words of Kubernetes' own messages and of common errors, and the names that every cluster has.

Words of the first kind stay where they stand in a sentence, even if something in the cluster is called so, because rules
and people read sentences; as a name (quoted, in a path, as a field) they are masked all the same.
"""

# Words of sentences, not of names that people like to give: `cache`, `gateway` or `orders` are not here.
SENTENCES = frozenset(
    """
    a able abort about above absent accepted access across active actual add added additional addr address addresses addrinfo
    admission admits after again all alloc allocatable allocate allocated allocating allocation allowed allows already also
    alternate although always am ambiguous amd64 among an and annotations another answer answered answering answers anti any
    anything architecture are args argument arguments arm64 around as ask asks assert assigned at attach attached attaching attempt
    attempting attempts auth authenticated authentication authorization authorize authorized automatically automount available away
    back back-off backing backoff backtrace backup bad basic be became because becomes been before began begins behind being below
    best better between beyond big binary bind binding binds bit both bound broken built but by bytes call called caller calling
    calls came can cannot capacity capital case caused cert certificate challenge change changed changes character check checking
    chosen claim claims class classes cleaning clear client close closed cluster cni code column combined come comes command
    complains complete completed completes component compute concurrency condition conditions conf config configmap configmaps
    configuration configured conflict conflicted connect connected connecting connection connections connects consider constraints
    consul consume container containerd containers contains content context continue control controller conversion converted copy
    cordoned core correct correlate corrupt corruption could couldn count cpu crash crashed crashes create created creating
    credentials criteria cron cronjob current currently day days deadline deadlock debug declare declared declares default defaults
    define defined definition degraded delete deleted deleting deletion demands denied denies deploy deployment deployments desired
    detail deterministic device dial did didn different differs digest direction directive directly directory dirty disabled
    discovery disk disruption disruptions dns do docker does doing done down due dump dumped duplicate during dynamically e each
    eaddrinuse early econnrefused egress ehostunreach either else emergency empty enabled end ended endpoint endpoints ends
    enetunreach enforce enoent enomem enospc enotfound enough ensure entire entry env eof eperm ephemeral equal erofs err errno
    error errored errors established etc etimedout event events ever every evicted evicting exceeded exceeding exceeds except
    exception exceptions exclusively exec executable execute executed execution exhausted exist existent existing exists exit
    expanding expected expecting expired exs external f fail failed fails failure failures false far fatal fetch few fewer field
    file filesystem filters final finalizer finalizers finally find finished first fits five flag following for forbid forbidden
    forbids format found four free frequent fsck full further gave gb general generation get getaddrinfo gib give given gives giving
    go gone good got graceful grant grants great group grpc had half hand handle handler handshake happened happens hard hardware
    has hash have head healthy heap held help here high hint hit holder holds host hostname hosts how http https i id ignore ignored
    illegal image images immediate important in incorrect infeasible info ingress ingressclass init initialized inside inspect
    install installed instead insufficient interpreter interrupt into invalid ip is issue its job judge judged judgement just kb
    keep keeps kept kernel key keys kib kill killed killing kind kinds known kube kubelet kubernetes label labels lack lacks largest
    last latest leader leads lease leave left letters level levelname libraries lifecycle like likely limit limited limits line
    linux list listed listen listener listeners listens little liveness load loaded loading local localhost location log login logs
    long longer look looked looks lookup loop loopback lost low lower lowest lua made make makes malformed management mandatory
    manifest many map mapping marked match matched matches max maximum may mb mean meaning meant memory message met metadata method
    metric metrics mib might migration milliseconds min minimum minor minute minutes misbehaving misconfigured mismatch miss missed
    missing mode modes module more most mount mounted mounting mounts move ms msg much multi multiple must mutating n name named
    names namespace namespaced namespaces nearly need needed needs net network networking networks never new newer next nice nine no
    noauth nobody node nodename nodes non none nonexistent nor normal not note nothing notice now null number nxdomain object
    objects observed of off often old older on once one only onto oom oomk open operation operator option options or ordinal os
    other others our out over overflow own owns panic panicked parameter parent parents parseable parsing part pass password past
    patch path paths pause paused peer pending per permission permissions permitted persistent persistentvolume
    persistentvolumeclaim phase pipe pkix place plaintext plane please pod pods point policy port ports possible post pre preempted
    preempting preemption presence present pressure previous priority private privileged privileges probably probe problem process
    program progress progressing property protection protocol provide provided provisioner provisioning proxy public pull pulled
    pulling pulls put queued r reach read readable readiness readonly reads ready real reason received recent reclaim reclaimed
    reconcile reconciled reconciliation reconciling recovered ref refer references refers refs refuse refused refuses registered
    rejected related release released releases relevant relies rely remaining removed removes renew renewed replaced replica
    replicas replicasets report reports repository request requested requests require required reset resize resolution resolve
    resolved resource resources response restart restarted restarting restarts restore results retired retries retry retrying return
    returned returns revision right rights role rollout round route routes rule run running runs runtime s same sandbox save says
    scale scaled scales scaling schedule scheduled scheduler scheduling schema scheme scope scopes second seconds secret secrets
    security see seed seen segmentation selected selection selector selects self send sending sent serve served server servers
    serves servfail service serviceaccount serviceaccounts services servname set sets setting settings setup several severe severity
    sha short should show shut shutdown shutting side sig signal signed sigterm silent similar since single six size skip sleep slow
    small socket some something soon sorted source space spec special specified specify split spread ssl stack stale stalled stands
    start started starting starts startup state stateful statefulset static status statuscode statuses stem step still stop stopped
    storage storageclass store stored string structure stuck subjects succeed succeeded succeeds success successful successfully
    such sure suspend suspended switch syntax system t taint taints take tcp template temporary ten terminated terminating terms
    test text than that the their them then there therefore these they this thread three through time timed timeout timeouts times
    timestamp tls to token tolerate tolerates tolerations toml toomanyrequests total trace traceback translate triggered true try
    trying turn two type udp uid unable unauthorized unavailable unbound uncaught undeclared undefined under unexpected unhandled
    unhealthy uninitialized unknown unmarshal unmounted unmounting unnamed unparseable unreachable unreadable unregister unresolved
    unschedulable unset until untolerated up update updated updating upgrading upper uri url us usage use used user username uses
    utc utilization v valid validating validation value values var variable variables verification verify version versions very via
    violate violates violations volume volumes wait waited waiting waits want wanted wants warn warning warnings was watch way we
    webhook webhooks week well went were what when where which while who why will window windows with within without words work
    worked workflow workload workloads worth would write wrong year years yes yet you your zero
    """.split()  # noqa: SIM905  # a page of words reads better than a thousand quotes
)

# The same, as they are written: a Service may be called `api`, and a sentence still speaks of the `API group`.
ACRONYMS = frozenset(("API", "DB", "SQL"))

# What Kubernetes and its most common add-ons call their own objects; also as the beginning of longer names (`kube-proxy-x2x4z`).
OWN_NAMES = frozenset(
    (
        "cluster-admin",
        "cluster-info",
        "coredns",
        "default",
        "default-scheduler",
        "etcd",
        "extension-apiserver-authentication",
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
        "system-cluster-critical",
        "system-node-critical",
    )
)

# Words of names that say nothing of whose they are; rules know operators by them.
EVERYBODYS = frozenset(("controller", "k8s", "kube", "kubernetes", "manager", "operator"))

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
        "heritage",
        "instance",
        "job-name",
        "k8s-app",
        "name",
        "part-of",
        "pod-template-generation",
        "pod-template-hash",
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
    "karpenter.sh",
    "keda.sh",
    "kyverno.io",
    "linkerd.io",
    "longhorn.io",
    "nvidia.com",
    "openshift.io",
    "projectcalico.org",
    "prometheus.io",
    "rancher.io",
    "tekton.dev",
    "traefik.io",
    "velero.io",
    "x-k8s.io",
)
