"""What judges objects before they are stored."""

from typing import ClassVar

from kubedx.kube.object import Condition, KubeObject, Struct
from kubedx.kube.ref import Kind
from kubedx.kube.selector import LabelSelector


class WebhookService(Struct, frozen=True):
    """The Service of a webhook."""

    name: str = ""
    namespace: str = ""
    path: str = ""
    port: int = 443


class WebhookClientConfig(Struct, frozen=True):
    """How to reach a webhook: by Service or URL. `ca_bundle` is base64 of PEM."""

    ca_bundle: str = ""
    service: WebhookService | None = None
    url: str = ""


class RuleWithOperations(Struct, frozen=True):
    """The operations and resources that are judged."""

    api_groups: tuple[str, ...] = ()
    api_versions: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    scope: str = "*"


class MatchCondition(Struct, frozen=True):
    """A CEL expression that must hold before an object is judged."""

    expression: str = ""
    name: str = ""


class ValidatingWebhook(Struct, frozen=True):
    """A webhook that accepts or rejects."""

    admission_review_versions: tuple[str, ...] = ()
    client_config: WebhookClientConfig = WebhookClientConfig()
    failure_policy: str = "Fail"
    match_conditions: tuple[MatchCondition, ...] = ()
    match_policy: str = "Equivalent"
    name: str = ""
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None
    rules: tuple[RuleWithOperations, ...] = ()
    side_effects: str = ""
    timeout_seconds: int = 10


class ValidatingWebhookConfiguration(KubeObject, frozen=True):
    """Webhooks that accept or reject. https://kubernetes.io/docs/reference/access-authn-authz/extensible-admission-controllers/"""

    KIND: ClassVar[Kind] = Kind(
        "admissionregistration.k8s.io/v1", "ValidatingWebhookConfiguration", "validatingwebhookconfigurations", namespaced=False
    )

    webhooks: tuple[ValidatingWebhook, ...] = ()


class MutatingWebhook(Struct, frozen=True):
    """A webhook that changes objects."""

    admission_review_versions: tuple[str, ...] = ()
    client_config: WebhookClientConfig = WebhookClientConfig()
    failure_policy: str = "Fail"
    match_conditions: tuple[MatchCondition, ...] = ()
    match_policy: str = "Equivalent"
    name: str = ""
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None
    reinvocation_policy: str = "Never"
    rules: tuple[RuleWithOperations, ...] = ()
    side_effects: str = ""
    timeout_seconds: int = 10


class MutatingWebhookConfiguration(KubeObject, frozen=True):
    """Webhooks that change objects."""

    KIND: ClassVar[Kind] = Kind(
        "admissionregistration.k8s.io/v1", "MutatingWebhookConfiguration", "mutatingwebhookconfigurations", namespaced=False
    )

    webhooks: tuple[MutatingWebhook, ...] = ()


class NamedRuleWithOperations(Struct, frozen=True):
    """The operations and resources that are judged, of certain names only where `resource_names` is set."""

    api_groups: tuple[str, ...] = ()
    api_versions: tuple[str, ...] = ()
    operations: tuple[str, ...] = ()
    resource_names: tuple[str, ...] = ()
    resources: tuple[str, ...] = ()
    scope: str = "*"


class MatchResources(Struct, frozen=True):
    """Which objects a policy judges."""

    exclude_resource_rules: tuple[NamedRuleWithOperations, ...] = ()
    match_policy: str = "Equivalent"
    namespace_selector: LabelSelector | None = None
    object_selector: LabelSelector | None = None
    resource_rules: tuple[NamedRuleWithOperations, ...] = ()


class ParamKind(Struct, frozen=True):
    """The kind of a policy's parameters."""

    api_version: str = ""
    kind: str = ""


class Validation(Struct, frozen=True):
    """A CEL expression that must hold."""

    expression: str = ""
    message: str = ""
    message_expression: str = ""
    reason: str = ""


class ValidatingAdmissionPolicySpec(Struct, frozen=True):
    """What a policy demands."""

    failure_policy: str = "Fail"
    match_conditions: tuple[MatchCondition, ...] = ()
    match_constraints: MatchResources | None = None
    param_kind: ParamKind | None = None
    validations: tuple[Validation, ...] = ()


class ExpressionWarning(Struct, frozen=True):
    """What is wrong with an expression."""

    field_ref: str = ""
    warning: str = ""


class TypeChecking(Struct, frozen=True):
    """What is wrong with the expressions of a policy."""

    expression_warnings: tuple[ExpressionWarning, ...] = ()


class ValidatingAdmissionPolicyStatus(Struct, frozen=True):
    """Whether the policy works."""

    conditions: tuple[Condition, ...] = ()
    observed_generation: int = 0
    type_checking: TypeChecking | None = None


class ValidatingAdmissionPolicy(KubeObject, frozen=True):
    """A policy in CEL, in force where it is bound. https://kubernetes.io/docs/reference/access-authn-authz/validating-admission-policy/"""

    KIND: ClassVar[Kind] = Kind(
        "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicy", "validatingadmissionpolicies", namespaced=False
    )

    spec: ValidatingAdmissionPolicySpec = ValidatingAdmissionPolicySpec()
    status: ValidatingAdmissionPolicyStatus = ValidatingAdmissionPolicyStatus()


class ParamRef(Struct, frozen=True):
    """The object with the parameters of a binding."""

    name: str = ""
    namespace: str = ""
    parameter_not_found_action: str = ""
    selector: LabelSelector | None = None


class ValidatingAdmissionPolicyBindingSpec(Struct, frozen=True):
    """Which policy is in force where, and what a violation does."""

    match_resources: MatchResources | None = None
    param_ref: ParamRef | None = None
    policy_name: str = ""
    validation_actions: tuple[str, ...] = ()


class ValidatingAdmissionPolicyBinding(KubeObject, frozen=True):
    """The binding of a policy."""

    KIND: ClassVar[Kind] = Kind(
        "admissionregistration.k8s.io/v1", "ValidatingAdmissionPolicyBinding", "validatingadmissionpolicybindings", namespaced=False
    )

    spec: ValidatingAdmissionPolicyBindingSpec = ValidatingAdmissionPolicyBindingSpec()
