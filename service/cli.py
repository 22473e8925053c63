"""The command line: each command reads its options, makes one call and prints the answer.

Commands import what they need when they run, so that `--help` is quick and a broken part breaks
only its own command.
"""

from collections.abc import Iterable
from pathlib import Path
from typing import Annotated

import typer

from referrals.staff.roles import Role
from referrals.vault.keys import KeyPurpose
from service.settings import Settings

app = typer.Typer(
    name="henvis",
    help="Very brief advice at the bedside, and a referral in the right municipality's queue.",
    epilog="Besides: `henvis test [pytest arguments]`, `henvis lint [FILE...]`, "
    "`henvis bench [NAME...]` and `henvis mutants [MODULE...]`.",
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
    telegram_demo: Annotated[
        bool, typer.Option("--telegram-demo", help="Try Telegram with a stand-in and a phone.")
    ] = False,
) -> None:
    """Start everything; prints `ready URL` once a message would be answered."""
    from service import up as starting

    chosen = {} if demo else {"demo": False}
    settings = Settings.load(data_dir=data, host=host, port=port, **chosen)
    starting.up(settings, telegram_demo=telegram_demo)


@app.command()
def train(data: Data = None) -> None:
    """Train the engine's model if its files changed, and print where it lies."""
    from service.engine.model import ensure_model
    from service.processes.progress import Progress

    print(ensure_model(Settings.load(data_dir=data), Progress(total=1)))


@app.command()
def migrate(data: Data = None) -> None:
    """Bring the database up to date, before hosts are started anew one by one; safe to repeat."""
    from service.commands import doctor as looking
    from service.database import bring_up_to_date

    settings = Settings.load(data_dir=data)
    for line in looking.check_start(settings):
        typer.echo(f"henvis: {line}", err=True)
    print(bring_up_to_date(settings))


@app.command(hidden=True)
def serve(
    listener: Annotated[list[int] | None, typer.Option(help="A descriptor that listens.")] = None,
    port: Port = None,
    data: Data = None,
    *,
    prepare: Annotated[bool, typer.Option("--prepare", help="The database first.")] = False,
    telegram_demo: Annotated[bool, typer.Option("--telegram-demo")] = False,
) -> None:
    """Run the web service alone; `up` starts it together with the engine."""
    from service.commands import doctor as looking
    from service.web import serve as serving

    settings = Settings.load(data_dir=data, port=port)
    if not listener:  # started by hand: nobody has looked yet
        for line in looking.check_start(settings):
            typer.echo(f"henvis: {line}", err=True)  # standard output is for security events
    if prepare:
        serving.make_ready(settings, telegram_demo=telegram_demo)
    serving.serve(settings, listener or ())


@app.command()
def doctor(
    port: Port = None,
    host: Annotated[str | None, typer.Option(help="As for `up`.")] = None,
    data: Data = None,
    *,
    demo: Annotated[bool, typer.Option(help="As for `up`.")] = True,
) -> None:
    """Tell what is unsafe or doubtful about a start with these options, a line for each check."""
    from service.commands.doctor import diagnosis

    chosen = {} if demo else {"demo": False}
    lines, code = diagnosis(Settings.load(data_dir=data, host=host, port=port, **chosen))
    print("\n".join(lines))
    raise typer.Exit(code)


@app.command(hidden=True)
def check_start(data: Data = None) -> None:
    """Refuse an unsafe start, and print what is doubtful about it; `up` does it first of all."""
    from service.commands import doctor as looking

    for line in looking.check_start(Settings.load(data_dir=data)):
        print(line)


@app.command(hidden=True)
def play_year(data: Data = None) -> None:
    """Make the demo database with its made-up year; `up` does it at the first start."""
    from service.demo import year

    year.play(Settings.load(data_dir=data))


@app.command(hidden=True)
def first_steps(data: Data = None) -> None:
    """Say who can log in to a demo, or how the first administrator gets in."""
    from service.commands import inviting

    for line in inviting.first_steps(Settings.load(data_dir=data)):
        print(line)


@app.command(hidden=True)
def stand_in(listener: Annotated[int, typer.Option()], data: Data = None) -> None:
    """Run the stand-in for Telegram alone; `up --telegram-demo` starts it with the rest."""
    from service.demo.telegram.serving import serve_stand_in

    serve_stand_in(Settings.load(data_dir=data), listener)


@app.command()
def token(name: str, data: Data = None) -> None:
    """Print a bearer token for a user, and nothing else."""
    from service.commands.tokens import new_token

    print(new_token(Settings.load(data_dir=data), name))


@app.command()
def invite(
    role: Annotated[Role, typer.Option(help="What the invited is to be.")],
    ward: Annotated[str | None, typer.Option(metavar="ID", help="Of a nurse or lead.")] = None,
    hospital: Annotated[str | None, typer.Option(metavar="ID", help="Of a lead.")] = None,
    municipality: Annotated[
        str | None, typer.Option(metavar="CODE", help="Of an adviser or course manager.")
    ] = None,
    port: Port = None,
    data: Data = None,
) -> None:
    """Print a link by which somebody becomes a user, once; this is how the first one gets in."""
    from referrals.staff.places import Place
    from service.commands.inviting import invitation_link

    place = Place(ward_id=ward, hospital_id=hospital, municipality_code=municipality)
    print(invitation_link(Settings.load(data_dir=data, port=port), role, place))


@app.command()
def approve(
    number: Annotated[int | None, typer.Argument(help="All that waits if left out.")] = None,
    port: Port = None,
    data: Data = None,
) -> None:
    """Approve what waits for a second administrator, where there is none; the audit log says so."""
    from service.commands import approving

    settings = Settings.load(data_dir=data, port=port)
    told = approving.waiting_lines(settings) if number is None else None
    print("\n".join(told) if told else approving.approve(settings, number or 0))


@app.command()
def queue(
    data: Data = None,
    municipality: Annotated[
        str | None, typer.Option(metavar="CODE", help="Four digits, 0151; all if left out.")
    ] = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="One object a line.")] = False,
) -> None:
    """Show the open referrals of a municipality, due first, without identity."""
    from service.commands.queue_listing import queue_lines

    for line in queue_lines(Settings.load(data_dir=data), municipality, as_json=json):
        print(line)


@app.command()
def chat(
    url: Annotated[str | None, typer.Option(help="Where Henvis runs.")] = None,
    token: Annotated[str | None, typer.Option(help="From `henvis token NAME`.")] = None,
    conversation: Annotated[str | None, typer.Option(help="Go on with this one.")] = None,
    data: Data = None,
    *,
    json: Annotated[bool, typer.Option("--json", help="One reply object a line.")] = False,
) -> None:
    """Hold a conversation in the terminal, or from a pipe: one message a line."""
    from service.commands.terminal import talk

    talk(Settings.load(data_dir=data), url, token, conversation, as_json=json)


audit = typer.Typer(help="The audit log.", rich_markup_mode=None)
app.add_typer(audit, name="audit")


@audit.command()
def verify(
    data: Data = None,
    anchors: Annotated[
        Path | None, typer.Option(help="Anchors kept elsewhere: a file of them, or of a syslog.")
    ] = None,
) -> None:
    """Say from when to when the audit log holds, by which anchors, and what is not proven."""
    from service.commands.audit_proof import prove

    for line in prove(Settings.load(data_dir=data), anchors):
        print(line)


keys = typer.Typer(help="The keys outside the database.", rich_markup_mode=None)
app.add_typer(keys, name="keys")


@keys.command("list")
def list_keys(data: Data = None) -> None:
    """Tell which keys are in force, by their ids."""
    from service.commands.keys import listed

    for line in listed(Settings.load(data_dir=data)):
        print(line)


@keys.command()
def draw(
    purpose: KeyPurpose,
    data: Data = None,
    *,
    print_set: Annotated[
        bool, typer.Option("--print", help="Print the whole set with it instead: secret.")
    ] = False,
) -> None:
    """Add a key to the file, to be copied to other machines before `rotate` uses it."""
    from service.commands import keys as changing

    settings = Settings.load(data_dir=data)
    print(changing.drawn(settings, purpose) if print_set else changing.draw(settings, purpose))


@keys.command()
def rotate(
    purpose: KeyPurpose,
    data: Data = None,
    *,
    anew: Annotated[bool, typer.Option(help="One more, though the last is not through.")] = False,
) -> None:
    """Put a new key in force and everything under it, while Henvis runs; goes on if interrupted."""
    from service.commands import keys as changing

    for line in changing.rotate(Settings.load(data_dir=data), purpose, anew=anew):
        print(line, flush=True)


@keys.command()
def retire(
    purpose: KeyPurpose,
    key_id: Annotated[str, typer.Argument(metavar="ID", help="As `keys list` tells it.")],
    data: Data = None,
    *,
    now: Annotated[bool, typer.Option(help="End all links that it made.")] = False,
) -> None:
    """Take an older key away that nothing is under any more."""
    from service.commands import keys as changing

    print(changing.retire(Settings.load(data_dir=data), purpose, key_id, now=now))


nlu = typer.Typer(help="How the engine understands.", rich_markup_mode=None)
app.add_typer(nlu, name="nlu")


@nlu.command()
def report(
    data: Data = None,
    seeds: Annotated[int, typer.Option(min=1, max=10, help="Train by so many seeds.")] = 1,
    cases: Annotated[
        Path | None, typer.Option(help="Type a folder's said.tsv and harm.tsv instead.")
    ] = None,
) -> None:
    """Measure the trained engine, and what typed sentences come to; fails below a goal."""
    from service.commands.nlu_report import report

    raise typer.Exit(report(Settings.load(data_dir=data), seeds, cases))


@app.command()
def sbom() -> None:
    """Print what Henvis is made of, with versions and hashes (CycloneDX 1.6, JSON)."""
    from service.commands.sbom import written_sbom

    print(written_sbom(), end="")


Identity = Annotated[
    list[Path],
    typer.Option(metavar="FILE", help="Who may read it: age-keygen's file, or an SSH key; many."),
]
KeysBackup = Annotated[
    Path | None, typer.Option("--keys", metavar="FILE", help="The backup of its keys.")
]
To = Annotated[list[str], typer.Option("--to", metavar="age1…", help="Who can read it.")]


@app.command()
def backup(
    place: Annotated[Path, typer.Argument(metavar="FILE", help="A new file, or a folder.")],
    to: To = [],  # noqa: B006 - read only
    data: Data = None,
    *,
    plain: Annotated[bool, typer.Option("--plain", help="Readable by whoever has it.")] = False,
    keep: Annotated[int, typer.Option(min=1, help="In a folder, so many stay.")] = 14,
) -> None:
    """Write the database into an encrypted file and try it, also while Henvis runs."""
    from service.backups.making import back_up

    print(back_up(Settings.load(data_dir=data), place, to, plain=plain, keep=keep))


@app.command()
def backup_keys(file: Path, to: To = [], data: Data = None) -> None:  # noqa: B006 - read only
    """Write the keys into an encrypted file of their own."""
    from service.backups import telling
    from service.backups.making import back_up_keys

    _print(telling.told_of_keys(file, back_up_keys(Settings.load(data_dir=data), file, to)))


@app.command()
def verify_backup(
    file: Path,
    identity: Identity = [],  # noqa: B006 - read only
    keys: KeysBackup = None,
    data: Data = None,
) -> None:
    """Restore a backup into a scratch place, read every page and count."""
    from service.backups.restoring import tried

    _print(tried(Settings.load(data_dir=data), file, identity, keys))


@app.command()
def restore(
    file: Path,
    identity: Identity = [],  # noqa: B006 - read only
    keys: KeysBackup = None,
    data: Data = None,
) -> None:
    """Put a backup into an empty data directory; what had ended since stays ended."""
    from service.backups import restoring, telling

    settings = Settings.load(data_dir=data)
    done = restoring.restore_from(settings, file, identity, keys)
    _print(telling.told_of_restore(settings.data_dir, *done))


@app.command()
def settle_restore(data: Data = None) -> None:
    """After pg_restore: end again what had ended since the backup, and all log-ins."""
    from service.backups import restoring, telling

    settings = Settings.load(data_dir=data)
    _print(telling.told_of_settling(settings.data_dir, restoring.settled(settings)))


def _print(lines: Iterable[str]) -> None:
    for line in lines:
        print(line)
