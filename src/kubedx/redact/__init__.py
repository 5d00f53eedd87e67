"""redact: the only maker of SafeText, the text that may leave this machine. Law: pure; imports only `findings`, `kube`, `errors`."""

from kubedx.redact.redactor import Redactor
from kubedx.redact.safetext import SafeText, compose, fixed, join, shorten
from kubedx.redact.secrets import MASK, mask_secrets

__all__ = ["MASK", "Redactor", "SafeText", "compose", "fixed", "join", "mask_secrets", "shorten"]
