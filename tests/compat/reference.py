"""k8sgpt's command line (v0.4.36, cmd/): each command with its flags, as its users know them."""

from collections.abc import Mapping
from typing import NamedTuple


class Reference(NamedTuple):
    """A flag: its names, its default as pflag prints it, and whether it is a switch or adds up."""

    long: str
    short: str = ""
    default: str = ""
    switch: bool = False
    several: bool = False


def _flags(lines: str) -> tuple[Reference, ...]:
    """`--long [-s] [default]` a line; `!` is the default of a switch, `[]` that of a list."""
    flags = []
    for line in lines.strip().splitlines():
        long, *rest = line.split()
        short = rest.pop(0) if rest and rest[0].startswith("-") else ""
        default = rest[0] if rest else ""
        flags.append(Reference(long, short, "" if default in {"!", "[]"} else default, default == "!", default == "[]"))
    return tuple(flags)


GLOBAL = _flags("""
--config
--kubecontext
--kubeconfig
--verbose -v !
--help -h !
""")

COMMANDS: Mapping[str, tuple[Reference, ...]] = {
    "analyze": _flags("""
        --namespace -n
        --no-cache -c !
        --anonymize -a !
        --filter -f []
        --explain -e !
        --backend -b
        --output -o text
        --language -l english
        --max-concurrency -m 10
        --with-doc -d !
        --interactive -i !
        --custom-analysis -z !
        --custom-headers -r []
        --selector -L
        --with-stat -s !
    """),
    "auth add": _flags("""
        --backend -b
        --model -m
        --password -p
        --baseurl -u
        --endpointname -n
        --topp 0.5
        --topk -c 50
        --maxtokens -l 2048
        --stopsequences -s []
        --temperature -t 0.7
        --engine -e
        --providerRegion -r
        --providerId -i
        --compartmentId -k
        --organizationId -o
        --azureAPIType -a
        --azureAPIVersion
    """),
    "auth update": _flags("""
        --backend -b
        --model -m
        --password -p
        --baseurl -u
        --temperature -t 0.7
        --engine -e
        --organizationId -o
        --azureAPIType -a
        --azureAPIVersion
    """),
    "auth remove": _flags("--backends -b []"),
    "auth list": _flags("--details !"),
    "auth default": _flags("--provider -p"),
    "filters list": (),
    "filters add": (),
    "filters remove": (),
    "integration list": _flags("--namespace -n default"),
    "integration activate": _flags("""
        --namespace -n default
        --no-install -s !
    """),
    "integration deactivate": _flags("--namespace -n default"),
    "cache add": _flags("""
        --region -r us-east-1
        --endpoint -e
        --insecure -i !
        --bucket -b
        --projectid -p
        --storageacc -s
        --container -c
    """),
    "cache get": (),
    "cache list": (),
    "cache purge": _flags("--all !"),
    "cache remove": (),
    "custom-analyzer list": _flags("--details !"),
    "custom-analyzer add": _flags("""
        --name -n my-custom-analyzer
        --url -u localhost
        --port -r 8085
    """),
    "custom-analyzer remove": _flags("--names -n []"),
    "serve": _flags("""
        --port -p 8080
        --metrics-port -m 8081
        --backend -b openai
        --http !
        --mcp !
        --mcp-port 8089
        --mcp-http !
        --filter []
    """),
    "generate": _flags("--backend -b openai"),
    "dump": (),
    "version": (),
    "completion": (),
}
"""Every command that does something, with the flags of its own. In the runtime of k8sgpt `auth add --backend` has no default either."""

GROUPS = ("auth", "filters", "integration", "cache", "custom-analyzer")
ALIASES: Mapping[str, str] = {"analyse": "analyze", "filter": "filters", "integrations": "integration"}

CORE_FILTERS = (
    *("Pod", "DaemonSet", "Deployment", "ReplicaSet", "PersistentVolumeClaim", "Service", "Ingress", "StatefulSet", "Job"),
    *("CronJob", "Node", "ValidatingWebhookConfiguration", "MutatingWebhookConfiguration", "ConfigMap"),
)
MORE_FILTERS = (
    *("HorizontalPodAutoscaler", "PodDisruptionBudget", "NetworkPolicy", "Log", "GatewayClass", "Gateway", "HTTPRoute", "Storage"),
    *("Security", "ClusterCatalog", "ClusterExtension", "ClusterServiceVersion", "Subscription", "InstallPlan", "CatalogSource"),
    "OperatorGroup",
)
INTEGRATIONS: Mapping[str, tuple[str, ...]] = {
    "prometheus": ("PrometheusConfigValidate", "PrometheusConfigRelabelReport"),
    "aws": ("EKS",),
    "keda": ("ScaledObject",),
    "kyverno": ("PolicyReport", "ClusterPolicyReport"),
}
BACKENDS = (
    *("openai", "anthropic", "localai", "ollama", "azureopenai", "cohere", "amazonbedrock", "amazonbedrockconverse"),
    *("amazonsagemaker", "google", "noopai", "huggingface", "googlevertexai", "oci", "customrest", "ibmwatsonxai", "groq"),
    *("bedrockmantle", "litellm"),
)
DUMP_KEYS = ("AIConfiguration", "ActiveFilters", "KubenetesServerVersion", "K8sGPTInfo")
