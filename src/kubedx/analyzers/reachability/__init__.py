"""Whether a workload can reach a Service, told from what the cluster says alone: no packet is sent."""

from kubedx.analyzers.reachability.blockade import Blockade, blockade
from kubedx.analyzers.reachability.calls import Call, called_ports, calls_from, calls_to, doors_of, service_at
from kubedx.analyzers.reachability.cluster_dns import Outage, Resolver, blocks_dns, dns_outage, dns_service, resolver_fault
from kubedx.analyzers.reachability.corefile import CLUSTER_ZONE, COREFILE, corefile_fault, is_corefile
from kubedx.analyzers.reachability.ends import WORKLOADS, End, end_of, workload_at
from kubedx.analyzers.reachability.foreign_policies import foreign_policy
from kubedx.analyzers.reachability.node_agents import Duty, FailingAgent, duty_of, failing_agents
from kubedx.analyzers.reachability.traffic import EGRESS, INGRESS, Door, governs
from kubedx.analyzers.reachability.way import Break, Hop, first_break, name_break
from kubedx.kube import ConfigMap, Namespace, NetworkPolicy, RawObject, Service

REACHABILITY = (Service, Namespace, NetworkPolicy, ConfigMap, RawObject, *WORKLOADS)
"""The kinds that a rule declares to ask about the way of a connection."""

__all__ = [
    "CLUSTER_ZONE",
    "COREFILE",
    "EGRESS",
    "INGRESS",
    "REACHABILITY",
    "WORKLOADS",
    "Blockade",
    "Break",
    "Call",
    "Door",
    "Duty",
    "End",
    "FailingAgent",
    "Hop",
    "Outage",
    "Resolver",
    "blockade",
    "blocks_dns",
    "called_ports",
    "calls_from",
    "calls_to",
    "corefile_fault",
    "dns_outage",
    "dns_service",
    "doors_of",
    "duty_of",
    "end_of",
    "failing_agents",
    "first_break",
    "foreign_policy",
    "governs",
    "is_corefile",
    "name_break",
    "resolver_fault",
    "service_at",
    "workload_at",
]
