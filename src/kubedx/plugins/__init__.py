"""plugins: judged by asking somebody else than the cluster. Law: SDKs are imported when they are used, and every call ends in time."""

from kubedx.plugins.eks import EKS_KINDS, EksError, eks_objects

__all__ = ["EKS_KINDS", "EksError", "eks_objects"]
