"""explain: what happened and what to do.

Law: the only room that talks to models; imports `redact`, `config`, `findings`, `kube`, `errors`.
"""
