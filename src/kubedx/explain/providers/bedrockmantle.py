"""`bedrockmantle`: Bedrock's OpenAI-compatible endpoint (https://docs.aws.amazon.com/bedrock/latest/userguide/bedrock-mantle.html)."""

from kubedx.config import ProviderSettings, SecretText
from kubedx.explain.providers.ai_model import ModelProvider
from kubedx.explain.providers.amazon import identity, region_of
from kubedx.explain.providers.chat import ChatEndpoint, chat_url, connect_chat
from kubedx.explain.providers.endpoint import base_url, need
from kubedx.explain.providers.wire import Link


def connect(settings: ProviderSettings, key: SecretText, link: Link) -> ModelProvider:
    """The region's endpoint without a `baseurl`, with a key of Bedrock, else signed as every call to AWS is."""
    region = region_of(settings)
    need(settings, model=settings.model)
    url = chat_url(base_url(settings, f"https://bedrock-mantle.{region}.api.aws/v1", add_path="/v1"))
    endpoint = ChatEndpoint(backend=settings.name, model=settings.model, url=url, key=key)
    return connect_chat(endpoint, settings, link, identity(settings, key, "bedrock-mantle", region))
