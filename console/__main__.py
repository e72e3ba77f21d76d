"""The `zarbia` command: one module per subject in `console/commands/`, registered here."""

import typer

from console.commands import (
    demo,
    diff,
    generations,
    importing,
    indicators,
    quarantine,
    record,
    replay,
    stack,
    stats,
    tail,
    verify,
)

app = typer.Typer(
    name="zarbia",
    help="The event platform of Morocco's traditional-crafts export programme.",
    no_args_is_help=True,
    rich_markup_mode="markdown",
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command()(stack.up)
app.command()(stack.status)
app.command()(stack.down)
app.add_typer(importing.app, name="import")
app.command()(verify.verify)
app.command()(diff.diff)
app.add_typer(generations.app, name="generations")
app.command()(stats.stats)
app.command()(indicators.indicators)
app.command()(tail.tail)
app.command()(record.record)
app.command()(replay.replay)
app.add_typer(quarantine.app, name="quarantine")
app.command()(demo.demo)


def main() -> None:
    """Entry point of the installed command."""
    app()


if __name__ == "__main__":
    main()
