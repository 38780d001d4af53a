"""How a command is declared: its own options, the ones that all share, its example."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar, get_type_hints

import typer

from mailproc import __version__
from mailproc.cli.names import NAMES
from mailproc.cli.printing import ReaderGone, say

if TYPE_CHECKING:
    from mailproc.config import Config

Command = TypeVar("Command", bound=Callable[..., int])

ConfigFile = Annotated[
    Path | None,
    typer.Option(
        "--config",
        metavar="FILE",
        show_default=False,
        help="The configuration; else $MAILPROC_CONFIG, else config.toml.",
    ),
]
Overrides = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="TABLE.KEY=VALUE", show_default=False, help="One setting for this run; repeatable."),
]
Debug = Annotated[bool, typer.Option("--debug", help="Show the trace of an unexpected error.")]
Version = Annotated[bool, typer.Option("--version", help="Print the version and exit.")]
AsJson = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]

app = typer.Typer(
    name="mailproc",
    rich_markup_mode=None,
    add_completion=False,
    pretty_exceptions_enable=False,
    no_args_is_help=True,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog="Example: mailproc check --config config.example.toml",
)


@dataclass(frozen=True, slots=True)
class Settings:
    """What all commands take: the file that was named, the settings for this run."""

    config: Path | None = None
    overrides: tuple[str, ...] = ()

    @property
    def path(self) -> Path:
        """The configuration file of this run."""
        from mailproc.config import find

        return find(self.config)

    def load(self) -> Config:
        """The configuration, checked.  Raises UserError with everything that is wrong with it."""
        from mailproc.config import load

        return load(self.path, self.overrides)


@app.callback(invoke_without_command=True)
def _before(
    context: typer.Context,
    config: ConfigFile = None,
    overrides: Overrides = None,
    debug: Debug = False,
    version: Version = False,
) -> None:
    """A mail daemon that turns support@ into kept promises."""
    if version:
        say(f"mailproc {__version__}")
        raise typer.Exit
    context.obj = Settings(config, tuple(overrides or ()))


def command(name: str, example: str) -> Callable[[Command], Command]:
    """Declare `function(settings, …) -> exit code` as a command with the shared options and an example in its help."""

    def declare(function: Command) -> Command:
        def run(
            context: typer.Context, config: Path | None, overrides: list[str] | None, debug: bool, **own: Any
        ) -> None:
            before = context.obj if isinstance(context.obj, Settings) else Settings()
            settings = Settings(config or before.config, (*before.overrides, *(overrides or ())))
            try:
                code = function(settings, **own)
            except BrokenPipeError:
                raise ReaderGone from None
            raise typer.Exit(code)

        _take_signature(run, function)
        app.command(name, epilog=f"Example: {example}", no_args_is_help=False)(run)
        return function

    return declare


def _take_signature(run: Callable[..., None], function: Callable[..., int]) -> None:
    """Make `run` look like `function` to typer: its parameters, then the shared ones."""
    hints = get_type_hints(function, include_extras=True)
    own = [one for name, one in inspect.signature(function).parameters.items() if name != "settings"]
    shared = {"config": (ConfigFile, None), "overrides": (Overrides, None), "debug": (Debug, False)}
    parameters = [
        inspect.Parameter("context", inspect.Parameter.KEYWORD_ONLY, annotation=typer.Context),
        *(one.replace(kind=inspect.Parameter.KEYWORD_ONLY, annotation=hints[one.name]) for one in own),
        *(
            inspect.Parameter(name, inspect.Parameter.KEYWORD_ONLY, annotation=kind, default=default)
            for name, (kind, default) in shared.items()
        ),
    ]
    run.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    run.__annotations__ = {one.name: one.annotation for one in parameters}
    run.__doc__ = function.__doc__


def application() -> typer.Typer:
    """The application with every command."""
    for module in dict.fromkeys(NAMES.values()):
        import_module(f"mailproc.cli.{module}")
    return app
