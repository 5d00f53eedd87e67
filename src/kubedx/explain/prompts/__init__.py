"""Prompts: one for each incident, made of SafeText alone.

What a cluster wrote (messages, events, logs, names, specs) stands between `<data SEAL>` and `</data SEAL>`. The seal is a digest of
all that stands there, so no data can hold it, and the same incident gives the same prompt; text that looks like a fence, a role or a
model's control token is defused besides. Times and counts are left out, so that the same fault has the same prompt a little longer.
Untrusted text is masked before it is cut.
"""

from kubedx.explain.prompts.build import ANSWER_SCHEMA, PROMPT_VERSION, REPLY_SCHEMA, Prompt, build_prompt, choose_form
from kubedx.explain.prompts.paste import prompt_text
from kubedx.explain.prompts.templates import Templates, check_templates

__all__ = [
    "ANSWER_SCHEMA",
    "PROMPT_VERSION",
    "REPLY_SCHEMA",
    "Prompt",
    "Templates",
    "build_prompt",
    "check_templates",
    "choose_form",
    "prompt_text",
]
