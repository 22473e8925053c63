"""The benchmark's command line, which the launcher starts: `./henvis bench`."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from bench.run import bench
from service.__main__ import main

app = typer.Typer(add_completion=False, rich_markup_mode=None, pretty_exceptions_enable=False)


@app.command()
def command(
    names: Annotated[
        list[str] | None, typer.Argument(metavar="NAME...", help="Which; all if left out.")
    ] = None,
    *,
    quick: Annotated[bool, typer.Option("--quick", help="In under five minutes.")] = False,
) -> None:
    """Measure, beside stock Rasa too; writes JSON, Markdown and charts to bench/results/."""
    bench(names or (), quick=quick)


if __name__ == "__main__":
    sys.exit(main(app))
