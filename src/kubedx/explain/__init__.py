"""explain: what happened and what to do.

Law: the only room that talks to models; imports `redact`, `config`, `findings`, `kube`, `errors`. Models get SafeText alone, and what they
answer is as untrusted as what the cluster wrote. Packages of providers are imported when a backend is used, and never before.
"""

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
from kubedx.explain.providers import Answer, OnText, Provider, ProviderBusy, ProviderRefused, Usage
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
