"""What in any text gives itself away as somebody's: hosts, addresses, e-mail addresses; and what everybody knows."""

# Known to everybody; they identify nobody, and a model needs them.
PUBLIC_NAMES = frozenset({"default", "kube-system", "kube-public", "kube-node-lease", "localhost", "kubernetes", "coredns", "kube-dns"})
_PUBLIC_HOSTS = (
    "k8s.io",
    "kubernetes.io",
    "docker.io",
    "docker.com",
    "quay.io",
    "ghcr.io",
    "gcr.io",
    "pkg.dev",
    "mcr.microsoft.com",
    "public.ecr.aws",
    "github.com",
    "golang.org",
    "istio.io",
    "knative.dev",
    "cert-manager.io",
    "cluster.local",
)
_TLDS = (
    "com|net|org|io|dev|app|cloud|internal|local|localdomain|lan|corp|intra|intranet|private|home|example|test|invalid|info|biz|tech|ai|co|me|eu|us|uk|de|fr|es|it|nl|pl"
    "|ch|at|be|se|no|fi|dk|ru|ua|cn|jp|kr|in|tw|hk|sg|au|nz|br|mx|ca|za|aws|xyz|site|online|systems|services|company|gov|edu|mil"
)
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
IDENTIFIERS = (
    rf"(?P<email>(?<![\w.+-])[\w.+-]{{1,64}}@(?:{_LABEL}\.){{1,8}}[A-Za-z]{{2,24}}\b)"
    rf"|(?P<service>(?<![\w-])(?:{_LABEL}\.){{1,4}}svc\b)"
    rf"|(?P<host>(?<![\w-])(?<!\w\.)(?:{_LABEL}\.){{1,8}}(?:{_TLDS})\b(?![\w-]|\.\w))"
    rf"|(?P<authority>(?:(?<=//)|(?<=@)|(?<=lookup ))(?!sha(?:256|512)\b){_LABEL}(?![\w.\[(-]))"
    r"|(?P<ipv6>(?<![\w:.])(?:[0-9A-Fa-f]{0,4}:){2,7}(?:[0-9A-Fa-f]{1,4}|(?<=::))(?!\w|:[\w:]))"
    r"|(?P<ipv4>(?<![\w.])(?:[0-9]{1,3}\.){3}[0-9]{1,3}(?!\w|\.\d))"
    r"|(?P<account>(?<=:)[0-9]{12}(?=:)|\b[0-9]{12}(?=\.dkr\.ecr\.))"
)
"""What in a text gives itself away by its form: e-mail addresses, hosts, addresses, account numbers."""


def is_public(host: str) -> bool:
    """Whether a host is known to everybody."""
    lowered = host.lower()
    return lowered in PUBLIC_NAMES or any(lowered == public or lowered.endswith("." + public) for public in _PUBLIC_HOSTS)
