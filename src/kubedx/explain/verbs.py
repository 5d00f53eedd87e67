"""What the programs that stand in an answer's commands may do: look, change, or harm."""

from kubedx.kube import pattern_of


def _words(text: str) -> frozenset[str]:
    return frozenset(word.replace("+", " ") for word in text.split())


LOOKS = _words(
    """
    get describe logs events top explain api-resources api-versions version cluster-info wait diff rollout+status rollout+history
    auth+can-i auth+whoami config+get-contexts config+current-context port-forward status projects whoami
    """
)
CHANGES = _words(
    """
    apply create edit patch label annotate scale autoscale expose uncordon cordon taint rollout+restart rollout+undo rollout+pause
    rollout+resume run debug exec set+env set+image set+resources set+selector set+serviceaccount set+volume set+probe
    """
)
HARMS = _words("delete drain replace certificate+approve certificate+deny set+subject auth+reconcile adm+policy")
"""Verbs that delete, evict, stop or grant whatever follows."""

GRANTS = _words("role rolebinding clusterrole clusterrolebinding")
"""What `create` grants rights with."""

FOREIGN = _words(
    """
    -s --server --token --kubeconfig --context --cluster --user --as --as-group --certificate-authority --insecure-skip-tls-verify
    --username --password --raw --proxy-url --plugin --overrides
    """
)
"""Flags that turn a call to another server or user, or past what is checked."""

FILTERS = _words("base64 column cut egrep grep head jq less more nl sort tail tr uniq wc yq")
"""Programs behind a pipe, which only pick what they read."""

INSIDE = FILTERS | _words(
    """
    cat curl date df dig du env getent hostname id ls mount nc netstat nslookup pg_isready ping printenv ps pwd redis-cli ss stat true uname
    wget whoami
    """
)
"""Programs for a container to run, as long as they write and send nothing."""

INSIDE_WRITES = pattern_of(
    r"-(?:[A-Za-z]*[oOTdFX]|-output.*|-upload-file.*|-data.*|-form.*|-post.*|-request.*|-method.*|e|c|-exec|-flush.*)$"
)
LIST_ONLY = _words("df du grep egrep id ls netstat ps ss stat tail head date uname")
"""Those among them whose one-letter options write nothing."""

OTHERS = {
    "helm": _words("get history lint list ls search show status template version"),
    "crictl": _words("images info inspect inspecti inspectp logs pods ps stats version"),
    "docker": _words("images inspect manifest ps pull version"),
    "systemctl": _words("is-active list-units show status"),
    **dict.fromkeys(("journalctl", "df", "free", "nslookup", "dig", "ping"), frozenset[str]()),
}
"""Other programs, and which of their verbs look; where none is told, all do."""

OTHERS_HARM = {"helm": _words("rollback uninstall upgrade"), "systemctl": _words("reload restart start stop")}
TOOL_IMAGES = _words(
    "alpine busybox curlimages/curl debian nicolaka/netshoot ubuntu registry.k8s.io/e2e-test-images/agnhost mirror.gcr.io/busybox"
)
"""Images to look around with, which anybody may run."""

DOCUMENTATION = ("kubernetes.io", "k8s.io", "docs.docker.com", "helm.sh")
"""Hosts to which an answer may point."""
