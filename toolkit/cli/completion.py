"""``ajo completion``: shell completion."""

from __future__ import annotations

import click


@click.command("completion", epilog='Example: eval "$(ajo completion bash)"')
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print the completion script of SHELL."""
    from click.shell_completion import get_completion_class

    from toolkit.cli.main import cli

    completion = get_completion_class(shell)
    if completion is not None:
        click.echo(completion(cli, {}, "ajo", "_AJO_COMPLETE").source())
