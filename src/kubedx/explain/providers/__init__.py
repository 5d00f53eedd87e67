"""Providers: how each backend is reached. Their packages are imported when a call is about to be made, and never before."""

from kubedx.explain.providers.contract import Answer, OnText, Provider, ProviderBusy, ProviderRefused, SchemaRefused, Usage
from kubedx.explain.providers.registry import KNOWN, connect

__all__ = ["KNOWN", "Answer", "OnText", "Provider", "ProviderBusy", "ProviderRefused", "SchemaRefused", "Usage", "connect"]
