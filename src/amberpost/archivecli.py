"""The command line of the archive: what `amberpost archive`, `check` and `forget` take."""

from __future__ import annotations

import math
import re
from enum import StrEnum
from typing import Annotated

import typer

Folder = Annotated[str, typer.Argument(metavar="DIR", help="The archive's folder.")]
Quiet = Annotated[bool, typer.Option("-q", "--quiet", help="Say nothing on standard error.")]

_SIZE = re.compile(r"(\d{1,18}(?:\.\d{1,9})?)\s*([kmg]?)(i?)b?", re.ASCII | re.IGNORECASE)
_LONGEST_CONTACT = 200


class Robots(StrEnum):
    """The values of --robots."""

    on = "on"
    off = "off"


class Wayback(StrEnum):
    """The values of --wayback."""

    off = "off"
    recover = "recover"
    always = "always"


class Media(StrEnum):
    """The values of --media."""

    none = "none"
    images = "images"
    all = "all"


class Form(StrEnum):
    """The values of --format."""

    jsonl = "jsonl"
    csv = "csv"


def parse_size(text: str) -> int:
    """The bytes that a size such as 32MB, 1.5 GiB or 4096 means.

    >>> parse_size("32MB"), parse_size("1.5 KiB"), parse_size("4096")
    (32000000, 1536, 4096)
    """
    found = _SIZE.fullmatch(text.strip())
    size = 0
    if found:
        power = " kmg".index(found[2].lower() or " ")
        size = int(float(found[1]) * (1024 if found[3] else 1000) ** power)
    if size < 1:
        raise typer.BadParameter(f"{text!r} is no size: write bytes, or 32MB, 1.5GiB, ...")
    return size


def parse_positive(text: str) -> float:
    """A number above 0; not what Python also takes for one, such as nan and inf.

    >>> parse_positive("0.5")
    0.5
    """
    try:
        number = float(text)
    except ValueError:
        number = math.nan
    if not (math.isfinite(number) and number > 0):
        raise typer.BadParameter(f"{text!r} is no number above 0")
    return number


def parse_wait(text: str) -> float:
    """A number of seconds, 0 for not waiting at all.

    >>> parse_wait("0")
    0.0
    """
    return 0.0 if re.fullmatch(r"0+(?:\.0*)?", text.strip()) else parse_positive(text)


def parse_contact(text: str) -> str:
    """A contact as it can stand in a header and in a WARC file: one line of printable ASCII.

    >>> parse_contact(" archive@paper.example ")
    'archive@paper.example'
    """
    contact = text.strip()
    is_safe = contact.isascii() and contact.isprintable() and not set("()") & set(contact)
    if not is_safe or len(contact) > _LONGEST_CONTACT:
        raise typer.BadParameter("write one short line of ASCII: a mail address, or a page that says who you are")
    return contact


def archive(
    citations: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CITATIONS|URL...",
            help="Files of citations (.jsonl, .jsonl.gz, .csv, .parquet, .db), folders of `find --to`, and URLs; - is "
            "stdin.",
        ),
    ] = None,
    *,
    to: Annotated[str, typer.Option("--to", metavar="DIR", help="The archive's folder; made if need be.")],
    urls: Annotated[
        list[str] | None,
        typer.Option("--urls", metavar="FILE", help="Also the URLs that FILE lists, one a line; # begins a comment."),
    ] = None,
    offline: Annotated[
        bool, typer.Option("--offline", help="Ask no server: take in the links, say how all stand.")
    ] = False,
    dry_run: Annotated[
        bool,
        typer.Option("--dry-run", help="Only say what would be fetched where and how long it takes; write nothing."),
    ] = False,
    only_failed: Annotated[
        bool, typer.Option("--only-failed", help="Ask again for links that failed for good or were refused, too.")
    ] = False,
    requisites: Annotated[
        bool, typer.Option("--requisites", help="Last, also the images, styles and scripts of pages.")
    ] = False,
    wayback: Annotated[
        Wayback,
        typer.Option(
            help="Ask the Wayback Machine for the copy nearest in time: of posts that nobody tells of, or all."
        ),
    ] = Wayback.off,
    timegate: Annotated[
        list[str] | None,
        typer.Option(
            "--timegate",
            metavar="TEMPLATE",
            help="Then this archive, such as https://archive.example/timegate/{url}; may be given more than once.",
        ),
    ] = None,
    save_page_now: Annotated[
        bool,
        typer.Option(
            "--save-page-now",
            help="Have the Wayback Machine save posts that it has not; keys: AMBERPOST_SPN_ACCESS_KEY, ..._SECRET_KEY.",
        ),
    ] = False,
    media: Annotated[
        Media, typer.Option(help="Last, also what posts show: images, or films and sound too.")
    ] = Media.none,
    from_warc: Annotated[
        list[str] | None,
        typer.Option(
            "--from-warc",
            metavar="PATH",
            help="Also copies of the posts out of somebody's .warc, .warc.gz or .wacz, or a folder; asks nobody.",
        ),
    ] = None,
    robots: Annotated[
        Robots,
        typer.Option(help="Heed robots.txt for pages and requisites; short links and posts are asked for anyway."),
    ] = Robots.on,
    shard: Annotated[
        str | None,
        typer.Option(
            metavar="I/N", help="Be the I-th of N runs, each with its own --to, that share one job; see `merge`."
        ),
    ] = None,
    contact: Annotated[
        str | None,
        typer.Option(
            metavar="TEXT",
            envvar="AMBERPOST_CONTACT",
            parser=parse_contact,
            help="Who is asking: a mail address or page, sent to servers. Without it hosts are asked at half the rate.",
        ),
    ] = None,
    rate: Annotated[
        float | None,
        typer.Option(
            metavar="N", parser=parse_positive, help="Requests a second to one host; more only with a contact."
        ),
    ] = None,
    connections: Annotated[int, typer.Option(min=1, max=1000, metavar="N", help="Connections at the same time.")] = 20,
    limit: Annotated[
        int | None, typer.Option(min=1, metavar="N", help="Fetch no more than N links in this run.")
    ] = None,
    max_bytes: Annotated[
        int | None,
        typer.Option(
            metavar="SIZE", parser=parse_size, help="Keep no more of one answer, such as 8MB [default: 32MiB]."
        ),
    ] = None,
    max_time: Annotated[
        float | None, typer.Option(metavar="SECONDS", parser=parse_positive, help="Begin nothing new after so long.")
    ] = None,
    max_wait: Annotated[
        float | None,
        typer.Option(
            metavar="SECONDS",
            parser=parse_wait,
            help="Wait no longer for a link to be due, 0: not at all [default: 120].",
        ),
    ] = None,
    port: Annotated[
        list[int] | None, typer.Option(min=1, max=65535, metavar="N", help="Also this port, beside 80 and 443.")
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Also addresses inside networks; written into the archive.")
    ] = False,
    quiet: Quiet = False,
    verbose: Annotated[
        bool, typer.Option("-v", "--verbose", help="A line for each link; the table also in pipes.")
    ] = False,
) -> None:
    """Keep what citations link to: each link, each redirect and the page at its end, byte for byte in WARC files.

    Where a link leads to a post, its service is asked for it, and what it says is held against the citation: is it the
    one? `amberpost export DIR` writes the posts and the verdicts.

    Can be stopped, killed and run again at any time: nothing is lost and nothing is fetched twice. Each host is asked
    slowly. A link that gets no answer waits with its reason; `amberpost status DIR` shows when it is due. Without
    CITATIONS the run goes on with what the archive has waiting. Ctrl-C once finishes what is in flight, twice stops.

    \b
    Examples:
      amberpost archive citations.jsonl --to kept --contact archive@paper.example
      amberpost archive citations.jsonl --to kept --dry-run    what would be fetched, and how long it takes
      amberpost archive https://t.co/02OQCDI90m --to kept      one link
      amberpost archive --urls links.txt --to kept --limit 100
      amberpost archive --to kept --max-time 3600              go on with what waits, for an hour
      amberpost archive citations.jsonl --to part3 --shard 3/8 one of eight machines; then `amberpost merge`
      amberpost archive --to kept --only-failed                ask again for what failed
      amberpost archive --to kept --wayback recover            old copies of posts that nobody tells of now
      amberpost archive --to kept --offline --from-warc crawl  copies of posts out of a folder of WARC files

    \b
    Exit codes: 0 every link is settled; 75 links wait, or another process works on the archive: run again later;
    1 something else failed, and is named; 2 wrong usage; 130 Ctrl-C twice.
    """
    from .commands.archive import Wishes, run_archive

    wishes = Wishes(
        citations=tuple(citations or ()),
        to=to,
        urls=tuple(urls or ()),
        offline=offline,
        dry_run=dry_run,
        only_failed=only_failed,
        requisites=requisites,
        wayback=wayback.value,
        timegates=tuple(timegate or ()),
        save_page_now=save_page_now,
        media=media.value,
        from_warc=tuple(from_warc or ()),
        robots=robots is Robots.on,
        shard=shard,
        contact=contact or None,
        rate=rate,
        connections=connections,
        limit=limit,
        max_bytes=max_bytes,
        max_time=max_time,
        max_wait=max_wait,
        ports=tuple(port or ()),
        allow_private=allow_private,
        quiet=quiet,
        verbose=verbose,
    )
    raise typer.Exit(run_archive(wishes))


def check(folder: Folder, quiet: Quiet = False) -> None:
    """Check every byte of an archive: records, digests, offsets, the index and the database.

    Each thing that is not as it was stored is named on standard output, with its file and place.

    \b
    Examples:
      amberpost check kept
      amberpost check kept -q > problems.txt

    \b
    Exit codes: 0 all is sound; 1 something is not, and is named; 2 wrong usage; 75 another process is at work on it.
    """
    from .commands.check import run_check

    raise typer.Exit(run_check(folder, quiet=quiet))


def forget(
    folder: Folder,
    handle: Annotated[
        str | None, typer.Option(metavar="H", help="The account whose posts are to go, such as adawren.")
    ] = None,
    post: Annotated[
        str | None, typer.Option(metavar="URL", help="The one post that is to go, by its permalink.")
    ] = None,
    yes: Annotated[
        bool, typer.Option("--yes", help="Do not ask; needed where there is no terminal to ask on.")
    ] = False,
    quiet: Quiet = False,
) -> None:
    """Erase a person's posts from an archive: the citations, their links, and every answer that only they led to.

    The WARC files are written anew without them, and a later run does not fetch them again. Nothing brings them back.

    \b
    Examples:
      amberpost forget kept --handle adawren
      amberpost forget kept --post https://x.com/adawren/status/1862485943811391923 --yes

    \b
    Exit codes: 0 done, or there was nothing; 1 it failed, or you said no; 2 wrong usage; 75 another process is at work.
    """
    from .commands.forget import run_forget

    raise typer.Exit(run_forget(folder, handle=handle, post=post, yes=yes, quiet=quiet))


def merge(
    folders: Annotated[
        list[str], typer.Argument(metavar="DIR...", help="The archives' folders; they stay as they are.")
    ],
    to: Annotated[str, typer.Option("--to", metavar="DIR", help="The archive that takes all in; made if need be.")],
    quiet: Quiet = False,
) -> None:
    """Put archives into one: shards of one job, or the archives of several people.

    Records are copied byte for byte, each once. Of a link that several have, the answer that says most settles it. What
    one of them has forgotten is forgotten in all. Can be killed and run again; doing it twice changes nothing.

    \b
    Examples:
      amberpost merge shard-1 shard-2 shard-3 --to whole
      amberpost merge yours --to mine

    \b
    Exit codes: 0 done; 1 it failed, and nothing was changed; 2 wrong usage; 75 another process is at work there.
    """
    from .commands.merge import run_merge

    raise typer.Exit(run_merge(folders, to=to, quiet=quiet))
