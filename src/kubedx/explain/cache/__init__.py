"""Answers that were paid for, kept for the next run: one file an answer, in k8sgpt's place."""

from kubedx.explain.cache.files import AnswerCache, answer_key, cache_path

__all__ = ["AnswerCache", "answer_key", "cache_path"]
