"""Options with sections, and the grammar that they give: click's side of the command line."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar

import click

from kubedx.cli.argv import Flag, Grammar

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

F = TypeVar("F", bound=Callable[..., Any])

WIDEST_HELP = 100


class SectionedOption(click.Option):
    """An option that stands under a heading in `--help`."""

    def __init__(self, *args: Any, section: str = "Options", **kwargs: Any) -> None:
        self.section = section
        super().__init__(*args, **kwargs)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem[str]]":
        """The values that the flag may have, else what click thinks of."""
        from kubedx.cli.completions import items_for

        return items_for(self, incomplete) or super().shell_complete(ctx, incomplete)


class SectionedCommand(click.Command):
    """A command whose help lists its options by section, in the order of their declaration."""

    def format_options(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the sections."""
        sections: dict[str, list[tuple[str, str]]] = {}
        for param in self.get_params(ctx):
            record = param.get_help_record(ctx)
            if record is not None:
                sections.setdefault(getattr(param, "section", "Global flags"), []).append(record)
        for heading, records in sections.items():
            with formatter.section(heading):
                formatter.write_dl(records)


def apply(*decorators: Callable[[Callable[..., Any]], Callable[..., Any]]) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The decorators from top to bottom, as one."""

    def decorate(function: Callable[..., Any]) -> Callable[..., Any]:
        for decorator in reversed(decorators):
            function = decorator(function)
        return function

    return decorate


def switch(section: str, *names: str, **kwargs: Any) -> Callable[[F], F]:
    """Decorator: a boolean flag, false when not given."""
    return click.option(*names, cls=SectionedOption, section=section, is_flag=True, **kwargs)


def setting(section: str, *names: str, **kwargs: Any) -> Callable[[F], F]:
    """Decorator: a flag with one value, a string; the last one given counts."""
    kwargs.setdefault("default", "")
    return click.option(*names, cls=SectionedOption, section=section, show_default=bool(kwargs["default"]), **kwargs)


def listing(section: str, *names: str, **kwargs: Any) -> Callable[[F], F]:
    """Decorator: a flag whose values add up."""
    return click.option(*names, cls=SectionedOption, section=section, multiple=True, **kwargs)


def grammar_of(command: click.Command) -> Grammar:
    """The flags of a click command, as pflag would know them."""
    flags = [Flag("--help", "-h", takes_value=False)]
    for param in command.params:
        if isinstance(param, click.Option):
            longs = [name for name in param.opts if name.startswith("--")]
            short = next((name for name in param.opts if not name.startswith("--")), "")
            flags.append(Flag(longs[0], short, not param.is_flag, param.multiple, tuple(longs[1:])))
    return Grammar(flags)


def split(values: tuple[str, ...]) -> tuple[str, ...]:
    """The values of a list flag, each of which may hold several behind commas; in order, each once."""
    return tuple(dict.fromkeys(word.strip() for value in values for word in value.split(",") if word.strip()))
