"""A contract of .importlinter that its own types cannot express."""

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class RulesAreIndependent(Contract):
    """No module `<package>.<subject>.<rule>` imports another; `<subject>._<shared>` is for what several rules of a subject share."""

    package = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:  # noqa: ARG002  # the interface of import-linter
        """Look at every import between two rules, and at what the shared modules import."""
        package = str(self.package)
        inside = {module for module in graph.modules if module.startswith(f"{package}.")}
        wrong = [
            (importer, imported)
            for importer in sorted(inside)
            for imported in sorted(graph.find_modules_directly_imported_by(importer) & inside)
            if not _is_allowed(importer, imported)
        ]
        return ContractCheck(kept=not wrong, metadata={"wrong": wrong})

    def render_broken_contract(self, check: ContractCheck) -> None:
        """Name every import that is not allowed."""
        wrong: list[tuple[str, str]] = check.metadata["wrong"]
        for importer, imported in wrong:
            output.print_error(f"{importer} imports {imported}; share it through a module whose name begins with an underscore")


def _is_allowed(importer: str, imported: str) -> bool:
    """Only a shared module of the same subject may be imported."""
    subject, _, name = imported.rpartition(".")
    return name.startswith("_") and importer.rpartition(".")[0] == subject
