"""Finding: all the rules together, over one article, in the order of the text, each place once."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Collection
from dataclasses import replace

from ..models import Article, Citation, Problem, ReadError, Sighting
from .anchors import may_hold_markup, may_show
from .asked import check_wanted, describe_stranger, list_names, wanted_kinds
from .breaks import Breaks, plain_breaks
from .credits import find_credits
from .links import find_links
from .places import Shortfall, blank_out, merge
from .references import Reference, leave_out_references
from .shortcodes import find_shortcodes, has_shortcode
from .text import find_text_embeds

_ONE_DAY = dt.timedelta(days=1)


def find(
    article: Article | str,
    *,
    kind: Collection[str] | None = None,
    platform: Collection[str] | None = None,
    mentions: bool = False,
    problems: list[Problem] | None = None,
) -> list[Citation]:
    """Find the posts that an article cites, in the order of its text.

    `kind` and `platform` keep only those named; prose mentions are looked for only when asked, for they are the least
    sure. To `problems`, if given, is added what was too large to be read whole. Never touches a file, a clock or a
    network, and never raises, whatever the text; a kind or platform that nobody knows, and what is no article, is a
    `ReadError`.

    >>> find("Credit: Sentdefender/X")[0].handle
    'Sentdefender'
    """
    if kind is not None or platform is not None:
        check_wanted(kind, platform)
    wanted = wanted_kinds(list_names(kind), mentions=mentions)
    if not isinstance(article, str | Article):
        raise ReadError(describe_stranger(article))
    is_page = isinstance(article, Article) and article.html is not None
    source = article if isinstance(article, str) else article.source
    shortfalls: list[Shortfall] = []
    if is_page:
        found = _find_in_html(source, wanted, shortfalls)
    else:
        markdown = isinstance(article, Article) and article.markdown
        found = _find_in_text(source, wanted, shortfalls, markdown=markdown)
    if not (found or shortfalls):
        return []
    if isinstance(article, str):
        article = Article(text=source)
        if article.source != source:
            return find(article, kind=kind, platform=platform, mentions=mentions, problems=problems)
    if problems is not None:
        problems.extend(_problem(article, shortfall) for shortfall in shortfalls)
    platforms = list_names(platform)
    kept = (s for s in found if s.kind in wanted and (platforms is None or s.platform in platforms))
    return [_join(article, source, sighting) for sighting in kept]


def _find_in_html(source: str, wanted: Collection[str], shortfalls: list[Shortfall]) -> list[Sighting]:
    from .html import look_over  # its tables are loaded only by those who have pages
    from .page import find_in_page

    looked = look_over(source)
    shortfalls.extend(looked.shortfalls)
    return find_in_page(source, looked, wanted)


def _find_in_text(
    source: str, wanted: Collection[str], shortfalls: list[Shortfall], *, markdown: bool
) -> list[Sighting]:
    plain = plain_breaks(source)
    found = _find_sightings(plain, wanted, shortfalls, markdown=markdown)
    if len(plain) == len(source) or not (found or shortfalls):
        return found
    origin = Breaks(source).origin
    shortfalls[:] = [replace(shortfall, start=origin(shortfall.start)) for shortfall in shortfalls]
    return [replace(sighting, start=origin(sighting.start), end=origin(sighting.end)) for sighting in found]


def _problem(article: Article, shortfall: Shortfall) -> Problem:
    return Problem(
        source=article.id,
        place=f"offset {shortfall.start}",
        reason=shortfall.reason,
        advice="what lies behind it was not read; look at the page there",
    )


def _find_sightings(
    source: str, wanted: Collection[str], shortfalls: list[Shortfall], *, markdown: bool
) -> list[Sighting]:
    """The sightings of all finders, the surer first where two would take the same place."""
    shows = may_show(source)
    used = list[Reference]()
    taken = list(find_shortcodes(source)) if shows and has_shortcode(source) else []
    if shows and may_hold_markup(source):
        taken = merge(_find_leftovers(source, shortfalls), taken)
    if taken:
        covered, source = _cover(source, taken), blank_out(source, taken)
        taken = merge(taken, find_text_embeds(covered, taken=taken, used=used))
    elif shows:
        taken = list(find_text_embeds(source, used=used))
    if "credit" in wanted:
        taken = merge(taken, find_credits(source))
    if shows and ("link" in wanted or (markdown and "embed" in wanted)):
        taken = merge(taken, leave_out_references(find_links(source, markdown=markdown), used))
    if "mention" in wanted:
        from .mentions import find_mentions  # its word tables are loaded only by those who ask for mentions

        taken = merge(taken, find_mentions(source))
    return taken


def _cover(source: str, taken: list[Sighting]) -> str:
    """A text in which each sighting is a line of dots: to its layout a paragraph as any other, to finders nothing."""
    pieces, at = list[str](), 0
    for sighting in taken:
        size = sighting.end - sighting.start
        first = "·" if source[sighting.start - 1 : sighting.start] in ("", "\n", "\r") else "\n"
        last = "·" if source[sighting.end : sighting.end + 1] in ("", "\n", "\r") else "\n"
        pieces += (source[at : sighting.start], (first + "·" * (size - 2) + last)[:size])
        at = sighting.end
    return "".join([*pieces, source[at:]])


def _find_leftovers(source: str, shortfalls: list[Shortfall]) -> list[Sighting]:
    """The embeds that stand in a text as markup."""
    from .leftovers import find_leftovers

    looked = find_leftovers(source)
    shortfalls.extend(looked.shortfalls)
    return looked.sightings


def _join(article: Article, source: str, sighting: Sighting) -> Citation:
    flags = sighting.flags
    if article.date and sighting.date and sighting.date > article.date + _ONE_DAY:
        flags = (*flags, "date-after-article")
    return Citation(
        id=_make_id(article.id, sighting),
        article=article.id,
        article_date=article.date,
        article_title=article.title,
        article_url=article.url,
        kind=sighting.kind,
        platform=sighting.platform,
        author_name=sighting.author_name,
        handle=sighting.handle,
        date=sighting.date,
        date_text=sighting.date_text,
        date_basis=sighting.date_basis,
        posted_at=sighting.posted_at,
        text=sighting.text,
        links=sighting.links,
        post_id=sighting.post_id,
        permalink=sighting.permalink,
        quoted=sighting.quoted,
        lang=sighting.lang,
        start=sighting.start,
        end=sighting.end,
        raw=source[sighting.start : sighting.end],
        rule=sighting.rule,
        flags=flags,
    )


def _make_id(article: str, sighting: Sighting) -> str:
    """The first 20 hex digits of SHA-256 over what moves least when rules improve: the start is not part of it."""
    key = f"{article}\n{sighting.kind}\n{sighting.platform}\n{sighting.end}"
    return hashlib.sha256(key.encode("utf-8", "replace")).hexdigest()[:20]
