"""What tokens cost: the config file's word, else the table of genai-prices (github.com/pydantic/genai-prices), which comes with
pydantic-ai and is collected from the vendors' price lists. A model on this machine costs nothing.
"""

from collections.abc import Callable, Mapping
from types import MappingProxyType

from kubedx.explain.loopback import is_this_machine
from kubedx.explain.providers import Usage

Price = Callable[[Usage], float]
"""Dollars for a call."""

_VENDORS: Mapping[str, str] = MappingProxyType(
    {
        "openai": "openai",
        "anthropic": "anthropic",
        "azureopenai": "azure",
        "cohere": "cohere",
        "amazonbedrock": "aws",
        "amazonbedrockconverse": "aws",
        "bedrockmantle": "aws",
        "google": "google",
        "googlevertexai": "google",
        "groq": "groq",
    }
)
"""The names of the backends' vendors in that table. A gateway such as litellm has no price list."""


def price_of(backend: str, model: str, address: str, own: Mapping[str, tuple[float, float]]) -> Price | None:
    """The price of a model's tokens, None when it is not known. `own` are dollars for a million tokens of prompt and answer, by model."""
    if model.lower() in own:
        prompt, answer = own[model.lower()]
        return lambda usage: (usage.prompt_tokens * prompt + usage.answer_tokens * answer) / 1_000_000
    if is_this_machine(address):
        return lambda _usage: 0.0
    vendor = _VENDORS.get(backend)
    return _listed(vendor, model) if vendor else None


def _listed(vendor: str, model: str) -> Price | None:
    try:
        from genai_prices import Usage as Counted
        from genai_prices import calc_price
    except ImportError:
        return None

    def price(usage: Usage) -> float:
        counted = Counted(input_tokens=usage.prompt_tokens, output_tokens=usage.answer_tokens)
        return float(calc_price(counted, model, provider_id=vendor).total_price)

    try:
        price(Usage(1, 1))
    except (LookupError, ValueError):
        return None
    return price
