"""explain: what happened and what to do.

Law: the only room that talks to models; imports `redact`, `config`, `findings`, `kube`, `errors`. Models get SafeText alone, and what they
answer is as untrusted as what the cluster wrote. Packages of providers are imported when a backend is used, and never before.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from kubedx.explain.backends import choose_backend
    from kubedx.explain.cache import DEFAULT_TTL, FILE, STORES, Store, cache_path, choose_store
    from kubedx.explain.conversation import Conversation
    from kubedx.explain.explainer import Explained, Explainer, Listener, details
    from kubedx.explain.language import DEFAULT_LANGUAGE, is_chinese
    from kubedx.explain.ledger import Ledger, ledger_path
    from kubedx.explain.limits import DEFAULT_CALLS, Limits, read_limits
    from kubedx.explain.playbook import explain_by_playbook
    from kubedx.explain.prompts import ANSWER_SCHEMA, PROMPT_VERSION, Prompt, build_prompt, check_templates, prompt_text
    from kubedx.explain.providers import KNOWN as KNOWN_BACKENDS
    from kubedx.explain.providers import Answer, OnText, Provider, ProviderBusy, ProviderRefused, SchemaRefused, Usage
    from kubedx.explain.settings import ExplainSettings, PromptForm
    from kubedx.explain.tally import Tally

__all__ = [
    "ANSWER_SCHEMA",
    "DEFAULT_CALLS",
    "DEFAULT_LANGUAGE",
    "DEFAULT_TTL",
    "FILE",
    "KNOWN_BACKENDS",
    "PROMPT_VERSION",
    "STORES",
    "Answer",
    "Conversation",
    "ExplainSettings",
    "Explained",
    "Explainer",
    "Ledger",
    "Limits",
    "Listener",
    "OnText",
    "Prompt",
    "PromptForm",
    "Provider",
    "ProviderBusy",
    "ProviderRefused",
    "SchemaRefused",
    "Store",
    "Tally",
    "Usage",
    "build_prompt",
    "cache_path",
    "check_templates",
    "choose_backend",
    "choose_store",
    "details",
    "explain_by_playbook",
    "is_chinese",
    "ledger_path",
    "prompt_text",
    "read_limits",
]

# A run without --explain needs the playbook alone: event loops, prompts, caches and the providers' contracts come when they are asked for.
_LATER = {
    "ANSWER_SCHEMA": "prompts",
    "Answer": "providers",
    "Conversation": "conversation",
    "DEFAULT_CALLS": "limits",
    "DEFAULT_LANGUAGE": "language",
    "DEFAULT_TTL": "cache",
    "ExplainSettings": "settings",
    "Explained": "explainer",
    "Explainer": "explainer",
    "FILE": "cache",
    "KNOWN_BACKENDS": "providers",
    "Ledger": "ledger",
    "Limits": "limits",
    "Listener": "explainer",
    "OnText": "providers",
    "PROMPT_VERSION": "prompts",
    "Prompt": "prompts",
    "PromptForm": "settings",
    "Provider": "providers",
    "ProviderBusy": "providers",
    "ProviderRefused": "providers",
    "SchemaRefused": "providers",
    "STORES": "cache",
    "Store": "cache",
    "Tally": "tally",
    "Usage": "providers",
    "build_prompt": "prompts",
    "cache_path": "cache",
    "check_templates": "prompts",
    "choose_backend": "backends",
    "choose_store": "cache",
    "details": "explainer",
    "explain_by_playbook": "playbook",
    "is_chinese": "language",
    "ledger_path": "ledger",
    "prompt_text": "prompts",
    "read_limits": "limits",
}
_KNOWN_AS = {"KNOWN_BACKENDS": "KNOWN"}
"""Names that the face gives to what is called otherwise within."""


def __getattr__(name: str) -> Any:
    """The names of the face, imported when they are asked for."""
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_LATER[name]}"), _KNOWN_AS.get(name, name))
