"""The command line: each command reads its options, makes one call and prints the answer.

Commands import what they need when they run, so that `--help` is quick and a broken part breaks
only its own command.
"""

from pathlib import Path
from typing import Annotated

import typer

from service.settings import Settings

app = typer.Typer(
    name="henvis",
    help="Very brief advice at the bedside, and a referral in the right municipality's queue.",
    epilog="Besides: `henvis test [pytest arguments]` and `henvis lint`.",
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)

Data = Annotated[
    Path | None,
    typer.Option("--data", metavar="DIR", help="Where everything lies that is not code."),
]
Port = Annotated[int | None, typer.Option(help="The port of web pages and API.")]


@app.command()
def up(
    port: Port = None,
    host: Annotated[str | None, typer.Option(help="The address to listen on.")] = None,
    data: Data = None,
    *,
    demo: Annotated[bool, typer.Option(help="Fill an empty database with made-up data.")] = True,
) -> None:
    """Start everything; prints `ready URL` once a message would be answered."""
    from service import up as starting

    chosen = {} if demo else {"demo": False}
    starting.up(Settings.load(data_dir=data, host=host, port=port, **chosen))


@app.command()
def train(data: Data = None) -> None:
    """Train the engine's model if its files changed, and print where it lies."""
    from service.model import ensure_model
    from service.progress import Progress

    print(ensure_model(Settings.load(data_dir=data), Progress(total=1)))


@app.command(hidden=True)
def serve(
    listener: Annotated[int | None, typer.Option(help="A descriptor that listens.")] = None,
    port: Port = None,
    data: Data = None,
) -> None:
    """Run the web service alone; `up` starts it together with the engine."""
    from service import serve as serving

    serving.serve(Settings.load(data_dir=data, port=port), listener)
