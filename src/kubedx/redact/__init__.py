"""redact: the only maker of SafeText, the text that may leave this machine, and of recordings that may.

Law: pure; imports only `findings`, `kube`, `errors`.
"""

from kubedx.redact.names import is_public
from kubedx.redact.recording import Redaction, redact_recording
from kubedx.redact.redactor import Redactor
from kubedx.redact.safetext import SafeText, compose, fixed, join, shorten
from kubedx.redact.secrets import MASK, mask_secrets

__all__ = [
    "MASK",
    "Redaction",
    "Redactor",
    "SafeText",
    "compose",
    "fixed",
    "is_public",
    "join",
    "mask_secrets",
    "redact_recording",
    "shorten",
]
