"""The command line of the archive: what `amberpost archive` takes."""

from __future__ import annotations

from typing import Annotated

import typer

from .values import Media, Quiet, Robots, Wayback, parse_contact, parse_positive, parse_size, parse_wait


def archive(
    citations: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="CITATIONS|URL",
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
    """Keep what citations link to, byte for byte, in WARC files.

    That is each link, each redirect, and the page at its end. Where a link leads to a post, its service is asked for
    it, and what it says is held against the citation: is it the one? `amberpost export DIR` writes the posts and the
    verdicts.

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

    Exit codes: 0 every link is settled; 75 links wait, or another process works on the archive: run again later;
    1 something else failed, and is named; 2 wrong usage; 130 Ctrl-C twice.
    """
    from ..commands.archive import run_archive
    from ..commands.wishes import Wishes

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
