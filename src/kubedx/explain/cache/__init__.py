"""Answers that were paid for, kept for the next run: in files, in a bucket, or in a cache server.

What is kept is what the model said to the masked prompt, so a shared cache tells nobody's names. A cache that does not work is a
warning, and never the end of a run.
"""

from kubedx.explain.cache.answers import DEFAULT_TTL, AnswerCache
from kubedx.explain.cache.choice import FILE, STORES, choose_store
from kubedx.explain.cache.files import FileStore, cache_path
from kubedx.explain.cache.interplex import InterplexStore
from kubedx.explain.cache.key import Names, answer_key, normal_form
from kubedx.explain.cache.objects import ObjectStore, cloud_store
from kubedx.explain.cache.store import Entry, Store

__all__ = [
    "DEFAULT_TTL",
    "FILE",
    "STORES",
    "AnswerCache",
    "Entry",
    "FileStore",
    "InterplexStore",
    "Names",
    "ObjectStore",
    "Store",
    "answer_key",
    "cache_path",
    "choose_store",
    "cloud_store",
    "normal_form",
]
