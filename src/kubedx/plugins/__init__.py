"""plugins: judged by asking somebody else than the cluster. Law: SDKs are imported when they are used, and every call ends in time."""

from kubedx.plugins.custom_analyzers import Answers, CustomAnalyzerError, Server, ask_custom_analyzers
from kubedx.plugins.declared_rules import DeclaredRule, Verdicts, declared_rules, failing_examples, judge_declared
from kubedx.plugins.eks import EKS_KINDS, EksError, eks_objects
from kubedx.plugins.rule_child import DeclaredRuleError

__all__ = [
    "EKS_KINDS",
    "Answers",
    "CustomAnalyzerError",
    "DeclaredRule",
    "DeclaredRuleError",
    "EksError",
    "Server",
    "Verdicts",
    "ask_custom_analyzers",
    "declared_rules",
    "eks_objects",
    "failing_examples",
    "judge_declared",
]
