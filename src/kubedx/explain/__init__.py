"""explain: what happened and what to do.

Law: the only room that talks to models; imports `redact`, `config`, `findings`, `kube`, `errors`. Models get SafeText alone, and what they
answer is as untrusted as what the cluster wrote. Packages of providers are imported when a backend is used, and never before.
"""

from kubedx.explain.backends import choose_backend
from kubedx.explain.cache import cache_path
from kubedx.explain.explainer import Explained, Explainer, details
from kubedx.explain.language import DEFAULT_LANGUAGE, is_chinese
from kubedx.explain.playbook import explain_by_playbook
from kubedx.explain.prompts import Prompt, build_prompt, prompt_text
from kubedx.explain.providers import KNOWN as KNOWN_BACKENDS
from kubedx.explain.providers import Answer, OnText, Provider, ProviderBusy, ProviderRefused, Usage
from kubedx.explain.settings import ExplainSettings, PromptForm

__all__ = [
    "DEFAULT_LANGUAGE",
    "KNOWN_BACKENDS",
    "Answer",
    "ExplainSettings",
    "Explained",
    "Explainer",
    "OnText",
    "Prompt",
    "PromptForm",
    "Provider",
    "ProviderBusy",
    "ProviderRefused",
    "Usage",
    "build_prompt",
    "cache_path",
    "choose_backend",
    "details",
    "explain_by_playbook",
    "is_chinese",
    "prompt_text",
]
