"""`fourtop`: what a host types."""

import asyncio
import sys
from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

import click

from core.errors import AlreadyRunning, BadInput
from core.runtime.settings import load_settings

P = ParamSpec("P")
T = TypeVar("T")


def spoken(act: Callable[P, T]) -> Callable[P, T]:
    """What a host did wrong is one sentence on standard error, not a traceback."""

    @wraps(act)
    def guarded(*args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return act(*args, **kwargs)
        except BadInput as error:
            raise SystemExit(f"{error.where}: {error.why}") from None
        except AlreadyRunning as error:
            raise SystemExit(
                f"Another Fourtop uses this database ({error.owner}). Stop that one first, or give this one "
                "another FOURTOP_DATA_DIR or FOURTOP_DATABASE_URL."
            ) from None

    return guarded


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(package_name="fourtop")
def main() -> None:
    """The chat bot with which friends get a restaurant table the moment it is released.

    Settings come from the environment (FOURTOP_…) or a .env file; `fourtop doctor` checks them.
    """


@main.command()
@spoken
def run() -> None:
    """Run the bot: every chat network that has a token, the chat page, and the jobs."""
    from bot.cli.run import run_until_stopped, set_up_log  # noqa: PLC0415 - other commands start faster without
    from bot.platforms import PLATFORMS  # noqa: PLC0415
    from core.platform_spec import as_set  # noqa: PLC0415

    settings, platforms = load_settings(), as_set(PLATFORMS)
    set_up_log(settings, platforms)
    sys.exit(asyncio.run(run_until_stopped(settings, platforms)))


@main.command()
@click.option("--auto", is_flag=True, help="Play the evening by itself in the terminal, friends included.")
@click.option(
    "--drop-in", type=int, help="Seconds until tables are released.  [default: 60; with --auto, 20]"
)
@click.option("--port", default=8044, show_default=True, help="Where the chat page is served (0: any).")
@spoken
def demo(*, auto: bool, drop_in: int | None, port: int) -> None:
    """Try everything without a token or an account: three friends, sample venues, rivals and a drop."""
    from bot.demo.evening import play  # noqa: PLC0415

    sys.exit(asyncio.run(play(auto=auto, drop_in=drop_in, port=port)))


@main.command()
@spoken
def migrate() -> None:
    """Bring the database up to date. `fourtop run` does this too."""
    from bot.cli.admin import migrate_now  # noqa: PLC0415

    click.echo(asyncio.run(migrate_now(load_settings())))


@main.command()
@spoken
def rekey() -> None:
    """Seal all that is sealed with a new key. Stop Fourtop first; docs/hosting.md tells how keys are changed."""
    from bot.cli.rekey import rekey as change  # noqa: PLC0415

    for line in asyncio.run(change(load_settings())):
        click.echo(line)


@main.command()
@click.argument("file", type=click.Path())
@click.option("--force", is_flag=True, help="Put the new copy in the place of an older FILE.")
@spoken
def backup(file: str, *, force: bool) -> None:
    """Copy the database to FILE while Fourtop runs. docs/hosting.md tells how it is put back."""
    from bot.cli.backup import make_backup  # noqa: PLC0415

    for line in asyncio.run(make_backup(load_settings(), file, force=force)):
        click.echo(line)


@main.command()
@spoken
def doctor() -> None:
    """Check every setting, the database, each token and the clock, and say what to do."""
    from bot.cli.doctor import diagnose  # noqa: PLC0415

    findings = asyncio.run(diagnose())
    for finding in findings:
        click.echo(finding.line())
    sys.exit(any(finding.bad for finding in findings))


@main.group()
def venue() -> None:
    """Venues of your own: places whose tables Fourtop keeps itself."""


@venue.command("import")
@click.argument("file", type=click.Path(exists=True, dir_okay=False))
@spoken
def import_(file: str) -> None:
    """Read venues from a YAML FILE; again after a change. docs/house-venues.md tells the form."""
    from bot.cli.admin import import_file  # noqa: PLC0415

    for line in asyncio.run(import_file(load_settings(), file)):
        click.echo(line)


@venue.command()
@click.option("--samples", is_flag=True, help="Add the three sample venues.")
@click.option("--name", help="What the venue is called.")
@click.option("--zone", help="Its time zone, such as Europe/Berlin.")
@click.option("--tables", default="4x2,4x4", show_default=True, help="Tables as COUNTxSEATS.")
@click.option("--hours", default="18:00-21:00", show_default=True, help="First and last seating.")
@click.option("--days-ahead", type=int, help="Days ahead at which tables are released; all open without.")
@click.option("--released-at", default="09:00", show_default=True, help="Local time of that release.")
@spoken
def add(  # noqa: PLR0917 - options of a command
    samples: bool,  # noqa: FBT001
    name: str | None,
    zone: str | None,
    tables: str,
    hours: str,
    days_ahead: int | None,
    released_at: str,
) -> None:
    """Add one simple venue from the command line, or the samples."""
    from bot.cli.admin import add_samples, add_simple  # noqa: PLC0415

    if samples:
        lines = asyncio.run(add_samples(load_settings()))
    elif name and zone:
        lines = asyncio.run(
            add_simple(
                load_settings(),
                name=name,
                zone=zone,
                tables=tables,
                hours=hours,
                days_ahead=days_ahead,
                released_at=released_at,
            )
        )
    else:
        raise click.UsageError("Say --samples, or --name and --zone.")
    for line in lines:
        click.echo(line)


@venue.command("list")
@spoken
def list_() -> None:
    """Show your own venues."""
    from bot.cli.admin import list_venues  # noqa: PLC0415

    for line in asyncio.run(list_venues(load_settings())):
        click.echo(line)


@main.command()
@spoken
def page() -> None:
    """Print the chat page's address, with the token that opens it. Whoever has it speaks as any of you there."""
    from bot.cli.page import page_address  # noqa: PLC0415

    click.echo(page_address(load_settings()))


@main.group(invoke_without_command=True)
@click.pass_context
@spoken
def keys(context: click.Context) -> None:
    """List the keys with which others use your venues over HTTP; `add` and `revoke` change them."""
    from bot.cli.keys import list_keys  # noqa: PLC0415

    if context.invoked_subcommand is None:
        for line in asyncio.run(list_keys(load_settings())):
            click.echo(line)


@keys.command("add")
@click.argument("name")
@click.option(
    "--venue", "venues", multiple=True, metavar="ID", help="Only there; again for another.  [default: all]"
)
@click.option(
    "--verb",
    "verbs",
    multiple=True,
    type=click.Choice(["read", "book", "cancel", "admin"]),
    help="Only that; again for another.  [default: read, book, cancel]",
)
@spoken
def add_key(name: str, venues: tuple[str, ...], verbs: tuple[str, ...]) -> None:
    """Make a key for NAME and print it, this once."""
    from bot.cli import keys as commands  # noqa: PLC0415

    secret, told = asyncio.run(commands.add_key(load_settings(), name, verbs=verbs, venues=venues))
    click.echo(secret)
    click.echo(told, err=True)


@keys.command()
@click.argument("name")
@spoken
def revoke(name: str) -> None:
    """Have NAME's key open nothing any more."""
    from bot.cli.keys import revoke_key  # noqa: PLC0415

    click.echo(asyncio.run(revoke_key(load_settings(), name)))


@main.command()
@click.option("--all", "everything", is_flag=True, help="Also those that have ended.")
@spoken
def jobs(*, everything: bool) -> None:
    """List jobs: what is being tried, and when."""
    from bot.cli.admin import list_jobs  # noqa: PLC0415

    for line in asyncio.run(list_jobs(load_settings(), everything=everything)):
        click.echo(line)


@main.command()
@click.argument("number", type=int)
@click.option("--json", "machine", is_flag=True, help="For a machine.")
@click.option(
    "--picture", type=click.Path(dir_okay=False), help="Write the timeline of its drop there, as PNG."
)
@spoken
def job(number: int, *, machine: bool, picture: str | None) -> None:
    """Tell the story of one job, step by step, with its times."""
    from bot.cli.admin import draw_job, tell_job  # noqa: PLC0415

    if picture is not None:
        click.echo(asyncio.run(draw_job(load_settings(), number, picture)))
        return
    for line in asyncio.run(tell_job(load_settings(), number, machine=machine)):
        click.echo(line)


if __name__ == "__main__":
    main()
