"""Embeds in extracted text: each footer or card joined with the words above it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from operator import attrgetter

from ..footers import Footer
from ..models import Permalink, Sighting
from ..platforms import BY_ID, parse_permalink
from ..platforms.twitter import limit_length
from .cards import Card, find_cards, find_quotes
from .handleless import find_handleless
from .layout import Layout, narrow_layout, parse_layout, parse_row
from .phrases import find_phrases
from .references import Reference, find_labels, pick_references
from .residue import find_footers
from .sitenotes import find_consent_frames, find_skip_link
from .starts import Start, find_start
from .starts.signs import Post
from .words import Words, parse_words


def find_text_embeds(
    source: str, *, taken: Sequence[Sighting] = (), used: list[Reference] | None = None
) -> Iterator[Sighting]:
    """Find the posts whose residue stands in a text, in order, none overlapping the one before.

    `taken` was found before, and is nothing in `source`: no post begins before one of these and ends behind it.
    To `used`, if given, is added each entry of the article's list of links that told a post's permalink.

    >>> [(s.handle, s.text) for s in find_text_embeds("Gone. pic.twitter.com/abcdefghij — A (@a) May 1, 2020")]
    [('a', 'Gone.')]
    """
    floor = 0
    found = list_residues(source, taken)
    row = parse_row(source, [(residue.start, residue.end) for residue in found])
    references = pick_references(source, (residue for residue in found if isinstance(residue, Footer)))
    labels = find_labels(source)
    for number, residue in enumerate(found):
        if isinstance(residue, Sighting):
            floor = max(floor, residue.end)
            continue
        if residue.start < floor or (isinstance(residue, Footer) and _lost_opening(residue, floor)):
            continue
        reference = None
        if isinstance(residue, Card):
            sighting = _card(source, residue, labels)
        else:
            reference = references.get(residue.start)
            footer = _refer(residue, reference.permalink) if reference else residue
            sighting = _embed(source, footer, floor, row=row.around(number), labels=labels)
        if sighting.rule.endswith("no-dash") and not (sighting.text or sighting.links or sighting.permalink):
            continue  # a name and a date, with nothing that a post would have
        if reference and used is not None:
            used.append(reference)
        yield sighting
        floor = sighting.end


def list_residues(source: str, taken: Sequence[Sighting] = ()) -> list[Footer | Card | Sighting]:
    """List all that posts have left in a text, and what was `taken` before, in order: how each stands among the others.

    >>> [type(found).__name__ for found in list_residues("Gone. — A (@a) May 1, 2020")]
    ['Footer']
    """
    found: list[Footer | Card | Sighting] = [*taken, *find_footers(source), *find_consent_frames(source)]
    found.extend((*find_handleless(source), *find_phrases(source)))
    if "@" in source:
        found.extend(find_cards(source))
        found.extend(find_quotes(source))
    found.sort(key=attrgetter("start"))
    return found


def _refer(footer: Footer, permalink: Permalink) -> Footer:
    """A footer with the permalink that the number of its date leads to."""
    return replace(footer, permalink=permalink, posted_at=BY_ID[permalink.platform].parse_instant(permalink.post_id))


def _lost_opening(footer: Footer, floor: int) -> bool:
    """Tell whether a frame without author or date lost the note above it to the post before: then nothing is left."""
    return footer.rule == "twitter-consent-frame" and footer.opens is not None and footer.opens[0] < floor


def _embed(source: str, footer: Footer, floor: int, *, row: str, labels: Collection[str]) -> Sighting:
    day = footer.printed.day if footer.printed else None
    opens = footer.opens if footer.opens and footer.opens[0] >= floor else None
    if opens is None and source.rfind(" by @", footer.end - 30, footer.end) > footer.start:
        opens = find_skip_link(source, floor=floor, end=footer.start)
    if opens:
        start = Start(opens[1], sure=True)
    else:
        layout = narrow_layout(source, footer.start, footer.end, parse_layout(source, footer.start))
        post = make_post(source, footer, layout, floor=floor, row=row)
        start = find_start(source, floor=floor, end=footer.start, post=post, layout=layout)
    words = parse_words(source[start.at : footer.start], labels=labels, split=_is_split(source, footer))
    flags = list(footer.flags)
    if not start.sure or (footer.rule.endswith("no-dash") and not words.links):
        flags.append("start-uncertain")
    permalink = footer.permalink or _own_permalink(footer, words)
    links = tuple(link for link in words.links if permalink is None or parse_permalink(link) != permalink)
    return Sighting(
        kind="embed",
        platform=footer.platform,
        start=_first_character(source, start.at, footer, opens, words),
        end=footer.end,
        rule=footer.rule,
        author_name=footer.name,
        handle=footer.handle,
        date=day,
        date_text=footer.printed.text if footer.printed else None,
        date_basis="iso" if footer.printed and footer.printed.form == "iso" else footer.basis,
        posted_at=footer.posted_at
        or (BY_ID[permalink.platform].parse_instant(permalink.post_id) if permalink else None),
        text=words.text,
        links=links,
        post_id=permalink.post_id if permalink else None,
        permalink=permalink.url if permalink else None,
        quoted=_quoted(words),
        flags=(*flags, *_text_flags(words), *_date_flags(footer)),
    )


def make_post(source: str, footer: Footer, layout: Layout, *, floor: int, row: str = "") -> Post:
    """What the footer and the article's layout tell of the post whose start is looked for."""
    day = footer.printed.day if footer.printed else None
    inline = source[max(floor, footer.start - 4) : footer.start].rstrip(" \t\u00a0>")[-1:] not in ("\n", "\r", "")
    return Post(
        platform=footer.platform,
        day=day,
        names=_name_parts(footer),
        follows_post=floor > 0,
        paragraph=layout.paragraph,
        inline=inline,
        flat=inline and _goes_on(source, footer.end),
        row=row,
        split=_is_split(source, footer),
    )


def _is_split(source: str, footer: Footer) -> bool:
    """Tell whether the date, a link, stands alone on a line of its own: so then do all links."""
    if footer.printed is None:
        return False
    start, end = footer.printed.start, footer.printed.end
    return source.endswith((")\n", ") \n"), 0, start) and (end == len(source) or source.startswith(("\n", " \n"), end))


def _goes_on(source: str, end: int) -> bool:
    """Tell whether words follow on the footer's line."""
    line_end = source.find("\n", end, end + 40)
    return any(character.isalnum() for character in source[end : line_end if line_end >= 0 else end + 40])


def _name_parts(footer: Footer) -> tuple[str, ...]:
    """What the article would call the author: the handle, and the longer words of the name."""
    parts = [footer.handle.lower()] if footer.handle else []
    return (*parts, *(word for word in (footer.name or "").lower().split() if len(word) > 3))


def _first_character(source: str, at: int, footer: Footer, opens: tuple[int, int] | None, words: Words) -> int:
    """The words' first character; without words and links the residue's: the marker above, else the footer."""
    if words.text is None and not words.links:
        return opens[0] if opens else footer.start
    while at < footer.start and source[at] in " \t\r\n\u00a0>\u200e\u200f\ufeff":
        at += 1
    return at


def _own_permalink(footer: Footer, words: Words) -> Permalink | None:
    """Instagram's caption is a link to the post itself: kept as Markdown, it tells which one."""
    permalinks = [parse_permalink(link) for link in words.links if footer.platform == "instagram"]
    return next((one for one in reversed(permalinks) if one and one.platform == footer.platform), None)


def _quoted(words: Words) -> str | None:
    permalinks = [parse_permalink(link) for link in words.links if "/status" in link]
    return next((permalink.url for permalink in reversed(permalinks) if permalink), None)


def _text_flags(words: Words) -> tuple[str, ...]:
    return ("text-truncated",) if words.text and words.text.endswith(("…", "...")) else ()


def _date_flags(footer: Footer) -> Iterator[str]:
    if footer.printed is None:
        return
    if footer.printed.day is None:
        yield "impossible-date"
    elif footer.posted_at and footer.posted_at.date() != footer.printed.day:
        yield "date-differs-from-id"


def _card(source: str, card: Card, labels: Collection[str]) -> Sighting:
    words = parse_words(source[card.words_start : card.words_end], labels=labels)
    printed = card.printed
    day = printed.day if printed else None
    too_long = words.text is not None and len(words.text) > 2 * limit_length(day)
    return Sighting(
        kind="embed",
        platform="twitter",
        start=card.start,
        end=card.end,
        rule="twitter-card" if printed else "twitter-card-no-date",
        author_name=card.name,
        handle=card.handle,
        date=day,
        date_text=printed.text if printed else None,
        date_basis="utc" if printed else None,
        text=words.text,
        links=words.links,
        quoted=_quoted(words),
        flags=(
            *(() if printed else ("no-date",)),
            *(() if card.has_lines and not too_long else ("start-uncertain",)),
            *_text_flags(words),
            *(("impossible-date",) if printed and printed.day is None else ()),
        ),
    )
