"""cli: the commands `kubedx` and `k8sgpt`. Law: the only room that knows the user's terminal, arguments and exit codes; nothing imports it.

What a command needs is imported when it runs, so that `--help` and shell completion answer at once.
"""

from kubedx.cli.entry import k8sgpt_main, kubedx_main

__all__ = ["k8sgpt_main", "kubedx_main"]
