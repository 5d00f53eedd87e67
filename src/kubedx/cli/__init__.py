"""cli: the commands `kubedx`, `k8sgpt` and `kubectl dx`. Law: only it knows terminal, arguments and exit codes; nothing imports it.

What a command needs is imported when it runs, so that `--help` and shell completion answer at once.
"""

from kubedx.cli.entry import k8sgpt_main, kubectl_main, kubedx_main

__all__ = ["k8sgpt_main", "kubectl_main", "kubedx_main"]
