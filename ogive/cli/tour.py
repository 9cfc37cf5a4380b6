"""``ogive tour``."""

import click


@click.command()
def tour() -> None:
    """Tell the story."""
