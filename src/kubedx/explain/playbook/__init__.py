r"""The playbook: what an SRE knows about every fault, in English and Chinese, with the names filled in. No network, no model.

**One file a rule**: `entries/<code>.toml`, named by the rule's code. A code without one gets `generic.toml`
(`generic-cluster.toml` for objects without a namespace).

    [en]
    cause = "The registry has no image \"{image}\"; \"{meant}\" was probably meant."
    steps = [
        { text = "Set the right image.", command = "kubectl -n {namespace} set image {kind}/{name} {container}={meant}" },
        { text = "Watch it roll out.", command = "kubectl -n {namespace} rollout status {kind}/{name}" },
        "If the image is private, check that {cause} holds a login for its registry.",
    ]
    commands = ["kubectl -n {namespace} describe pod {pod}"]

    [zh]
    cause = "镜像仓库中不存在镜像 \"{image}\"，很可能应为 \"{meant}\"。"
    steps = ["改为正确的镜像。", "观察滚动更新的进展。", "若为私有镜像，请确认 {cause} 中有该仓库的登录凭据。"]

`cause` is one sentence, or a list of sentences of which the first that can be filled in is taken. `steps` are strings or
tables of `text` and `command`; what a person does, in order, at most eight. `commands` (optional) are shown without
steps too, before the commands of the steps; the first command of all is the one to type first. `[zh]` has as many steps as
`[en]`, in the same order; a step of it without a `command` takes the English step's, and without `commands` it takes the English ones,
so a command is written once.

**Placeholders**, in every sentence and command:

    {namespace} {name} {kind}         the root cause's subject (its top owner); {kind} as kubectl takes it: deployment, cronjob …
    {cause_namespace} {cause_name} {cause_kind}   the object to change, when it is another one
    {observed_name} {observed_kind}   the object on which it was seen: the claim of a StatefulSet, the Service that an operator owns
    {pod}                             the pod on which it was seen, when it was seen on a pod
    {part} {container}                the finding's part; {container} when the part is a container ("container api", "init container wait")
    {workload}                        kind/name of a Deployment, DaemonSet or StatefulSet: what `kubectl rollout` takes
    {subject} {observed} {cause} {message}   for sentences only: "Deployment shop/cart", "Secret shop/db", the finding's message (English)
    any key of RootCause.values       what the rule put there: {image}, {meant}, {key}, {exit_code} … (these win over the names above)

A placeholder without a value (absent or empty) takes away the sentence that it stands in, or the command. Later sentences of a
text rest on its first: where that one goes, the whole step goes (or the next `cause` is tried). Other braces (`{.status}` of a
jsonpath) mean nothing here.

**Commands are for pasting into a shell, and values are what strangers wrote into a cluster.** Every value is quoted for the
shell, and the command is left out where one holds a control character or would be read as an option (it starts with `-`). So a
placeholder must not stand inside quotes, and stands where one argument, or part of one, is wanted. A `command` ends in no period
and runs as it is: no `<placeholder>` for people to fill in. Text between backticks in a sentence is treated as a command.
"""

from kubedx.explain.playbook.advice import explain_by_playbook
from kubedx.explain.playbook.entry import Advice, Entry, PlaybookInvalid, Step, entry_for, load_entry, parse_entry
from kubedx.explain.playbook.fill import fill_command, fill_text, words_of

__all__ = [
    "Advice",
    "Entry",
    "PlaybookInvalid",
    "Step",
    "entry_for",
    "explain_by_playbook",
    "fill_command",
    "fill_text",
    "load_entry",
    "parse_entry",
    "words_of",
]
