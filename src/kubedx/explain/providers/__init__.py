"""Providers: how each backend is reached. Their packages are imported when a call is about to be made, and never before."""

from kubedx.explain.providers.contract import Provider, ProviderRefused
from kubedx.explain.providers.registry import BUILT, KNOWN, connect

__all__ = ["BUILT", "KNOWN", "Provider", "ProviderRefused", "connect"]
