"""Instagram: its permalinks and shortcodes, and the `A post shared by NAME (@handle) on DATE` that its embed leaves."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator

from ..dates import PrintedDate, parse_date
from ..footers import Footer, Handle, plain_name
from ..ids import parse_shortcode
from ..markup import Element, Embed, Said, find_permalink, parse_said
from ..models import Permalink
from ..urls import Url
from ._hosts import is_post_host
from ._instagramwords import BEFORE, BEHIND, BRANDS, OPENING, VIEW

ID = "instagram"
HOSTS: tuple[str, ...] = ("instagram.com", "instagr.am")
MARKERS: tuple[str, ...] = (
    "instagram-media",
    "amp-instagram",
    "data-instgrm-permalink",
    'component-name="InstagramToDOM',
)
ADDRESSES: tuple[str, ...] = (r"instagr(?:am\.com|\.am)/(?:[\w.]{1,30}/)?(?:p|reels?|tv)/",)

_HANDLE = re.compile(r"[A-Za-z0-9_.]{1,30}")
_CODE = re.compile(r"[A-Za-z0-9_-]{5,60}")
_POST_PATHS = frozenset({"p", "reel", "reels", "tv"})
_NAME_WINDOW = 140
_SHORTEST_LEAD = 9


# In languages written from the right, marks of direction stand round the handle.
_MARKUP_HANDLE = re.compile(r"[(（]\s?@[\u200e\u200f]*([A-Za-z0-9_.]{1,30})[\u200e\u200f]*\s?[)）]")
_PACKED_AUTHOR = re.compile(r'"author_name"\s*:\s*"@([A-Za-z0-9_.]{1,30})"')
_PACKED_CODE = re.compile(r'"instagram_id"\s*:\s*"([A-Za-z0-9_-]{5,60})"')
# What may stand between the handle and the date: nothing, "on", "in data:"; over a line break only where it is plain.
_SAME_LINE = r"[^\S\n]*+(?:\n[^\S\n]*+>[^\S\n]*+)?"
_WRAPPED = r"[^\S\n]*+(?:\n[^\S\n]*+(?:>[^\S\n]*+)?)?"
_DATE_LEADS = tuple(re.compile(rf"{_SAME_LINE}[(（]?(?:[^\W\d_]{{1,9}}\.?:?{_WRAPPED}){{{n}}}") for n in (0, 1, 2))
# An extractor that lost the date leaves its preposition; any other word there is prose that names an account.
_DANGLING = re.compile(r"[^\S\n]+(?:on|le|am|el|em|il|op|på|den|dia|в|at|à)(?=[^\S\n]*(?:\n|$))")
_PROSE = re.compile(r"[^\S\n]+[a-zß-ÿа-я]")
_LONGEST_VIEW = 70
_LONGEST_CAPTION = 2200
_TARGET = re.compile(r"(?:[\u200e\u200f]*\]| )\(<?(https?://[^()\s<>]{1,300})>?\)")
_NAME_BEGIN = re.compile(r"[\r\n][\s>]*|[.!?。！？][\"”»]?\s+|[。！？]")


def parse_permalink(url: Url) -> Permalink | None:
    """Parse the address of a post, reel or IGTV video; stories, shares and audio pages are not posts.

    >>> parse_permalink(Url("www.instagram.com", ("p", "BnSBALPBGaF")))
    Permalink(platform='instagram', post_id='BnSBALPBGaF', handle=None, url='https://www.instagram.com/p/BnSBALPBGaF/')
    """
    if not is_post_host(url.host, HOSTS):
        return None
    path = url.path
    place = 0 if path and path[0] in _POST_PATHS else 1
    if len(path) < place + 2 or path[place] not in _POST_PATHS or not _CODE.fullmatch(path[place + 1]):
        return None
    if path[place + 1] in ("audio", "videos"):
        return None
    handle = path[0] if place and _HANDLE.fullmatch(path[0]) and path[0] not in ("share", "stories") else None
    if place and handle is None:
        return None
    return Permalink(ID, path[place + 1], handle, f"https://www.instagram.com/p/{path[place + 1]}/")


def parse_instant(post_id: str) -> dt.datetime | None:
    """The UTC instant inside a shortcode.

    >>> parse_instant("BnSBALPBGaF").isoformat()
    '2018-09-03T22:55:42+00:00'
    """
    return parse_shortcode(post_id)


def parse_markup(element: Element) -> Embed | None:
    """Read `A post shared by NAME (@HANDLE)` and the caption above; an attribute or a link holds the address."""
    addresses = [*element.values("data-instgrm-permalink", "src", "data-src", "cite")]
    is_quote = element.name == "blockquote" or "instagram-media" in element.classes()
    handle = _last(_MARKUP_HANDLE, element.text, 0, len(element.text)) if is_quote else None
    footer = _parse_last(element.text, handle) if handle else None
    # Where a sanitizer took its class, the widget's own words tell that it is one.
    if "instagram-media" in element.classes() or (footer and footer.name):
        addresses.extend(anchor.href for anchor in element.anchors)
    named = ("data-shortcode", "postid") if "instagram_post" in element.classes() else ("data-shortcode",)
    codes = [*element.values(*named), *_find_packed(element, _PACKED_CODE)]
    posts = (f"https://www.instagram.com/p/{code}/" for code in codes)
    permalink = find_permalink((*posts, *addresses), parse_permalink)
    if permalink is None:
        return None
    footer = footer or (_parse_unlisted(element, handle, permalink) if handle else None)
    said = _caption(element, footer)
    return Embed(
        platform=ID,
        rule="instagram-blockquote" if element.name == "blockquote" else f"instagram-{_form(element)}",
        permalink=permalink,
        handle=(footer.handle if footer else None) or permalink.handle or _find_author(element),
        name=footer.name if footer else None,
        printed=footer.printed if footer else None,
        basis=footer.basis if footer else None,
        posted_at=parse_instant(permalink.post_id),
        text=said.text,
        links=said.links,
    )


def parse_footer(source: str, handle: Handle, /, *, floor: int) -> Footer | None:
    """Read `A post shared by NAME (@HANDLE) on DATE`, in any of its languages, with or without the date.

    The printed day is Pacific time; embeds made since late 2018 print none.
    """
    if not _HANDLE.fullmatch(handle.name):
        return None
    low = max(floor, handle.start - _NAME_WINDOW)
    if handle.start - low < _SHORTEST_LEAD and source[handle.end : handle.end + 1] in ("", " ", "\n", "(", ")", "."):
        return None
    lead = _last(BEFORE, source, low, handle.start)
    behind = BEHIND.match(source, handle.end)
    if lead is None and behind is None:
        return None
    end = _behind_link(source, behind.end() if behind else handle.end)
    printed = _parse_footer_date(source, end)
    if printed is None and lead and _PROSE.match(source, end) and not _DANGLING.match(source, end):
        return None
    start = _lead_start(source, low, lead.start()) if lead else handle.start
    opens = _parse_opening(source, floor, start)
    name_start = lead.end() if lead else _name_start(source, max(low, opens[1] if opens else 0), handle.start)
    permalink = _find_kept(source[handle.start : end]) or (_find_kept(source[slice(*opens)]) if opens else None)
    return Footer(
        platform=ID,
        rule="instagram-footer",
        start=start if lead else name_start,
        end=_behind_repeat(source, printed) if printed else _behind_dangling(source, end),
        handle=handle.name,
        name=plain_name(source[name_start : handle.start]),
        printed=printed,
        basis="pacific" if printed else None,
        permalink=permalink,
        posted_at=parse_instant(permalink.post_id) if permalink else None,
        opens=opens,
        flags=() if printed else ("no-date",),
    )


def _find_author(element: Element) -> str | None:
    return next(_find_packed(element, _PACKED_AUTHOR), None)


def _find_packed(element: Element, pattern: re.Pattern[str]) -> Iterator[str]:
    """The shortcode or the account in the JSON that Substack keeps in an attribute."""
    found = (pattern.search(packed) for packed in element.values("data-attrs"))
    return (match[1] for match in found if match)


def _form(element: Element) -> str:
    return "iframe" if element.name == "iframe" else "amp" if element.name.startswith("amp-") else "element"


def _parse_last(text: str, handle: re.Match[str]) -> Footer | None:
    return parse_footer(text, Handle(handle[1], handle.start(), handle.end()), floor=0)


def _parse_unlisted(element: Element, handle: re.Match[str], permalink: Permalink) -> Footer | None:
    """Read the footer in a language that nobody has listed: the last block of an embed, which links to the post.

    Of the post's own last words, which name accounts too, no part does.
    """
    text = element.text
    start = text.rfind("\n\n", 0, handle.start()) + 2
    if start < 2 or "\n" in text[start:] or len(text) - start > _NAME_WINDOW:
        return None
    around = (a.href for a in element.anchors if a.start <= handle.start() and handle.end() <= a.end)
    post = find_permalink(around, parse_permalink)
    if post is None or post.post_id != permalink.post_id:
        return None
    return Footer(platform=ID, rule="instagram-footer", start=start, end=len(text), handle=handle[1], name=None)


def _caption(element: Element, footer: Footer | None) -> Said:
    """The words between "View this post on Instagram" and the footer, or those that link to the post itself."""
    end = footer.start if footer else len(element.text)
    view = _last(VIEW, element.text, 0, end)
    if footer is None and not any("/p/" in anchor.href for anchor in element.anchors):
        return Said(None, ())
    said = parse_said(element, view.end() if view else _behind_view(element.text), end)
    return Said(said.text, tuple(link for link in said.links if "instagram.com/p/" not in link))


def _behind_view(text: str) -> int:
    """Where the words begin below "View this post on Instagram" in a language that nobody has listed."""
    begin = len(text) - len(text.lstrip())
    end = text.find("\n\n", begin, begin + _LONGEST_VIEW)
    return end if end >= 0 and any(brand in text[begin:end] for brand in BRANDS) else 0


def _last(pattern: re.Pattern[str], source: str, low: int, high: int) -> re.Match[str] | None:
    matches = list(pattern.finditer(source, low, high + 1))
    return matches[-1] if matches else None


def _lead_start(source: str, low: int, words: int) -> int:
    opening = OPENING.search(source, max(low, words - 10), words)
    return opening.start() if opening else words


def _name_start(source: str, low: int, high: int) -> int:
    """Where the name begins that no phrase stands before: at the line's begin, or behind a sentence."""
    begins = [match.end() for match in _NAME_BEGIN.finditer(source, low, high)]
    return begins[-1] if begins else low


def _behind_link(source: str, end: int) -> int:
    target = _TARGET.match(source, end)
    return target.end() if target else end


def _behind_dangling(source: str, end: int) -> int:
    dangling = _DANGLING.match(source, end)
    return dangling.end() if dangling else end


def _find_kept(printed: str) -> Permalink | None:
    """The post's own address, where a Markdown link round the footer or the marker above kept it."""
    target = _TARGET.search(printed)
    return find_permalink((target[1],), parse_permalink) if target else None


def _parse_footer_date(source: str, at: int) -> PrintedDate | None:
    leads = (lead.match(source, at) for lead in _DATE_LEADS)
    dates = (parse_date(source, lead.end()) for lead in leads if lead)
    return next((printed for printed in dates if printed), None)


def _behind_repeat(source: str, printed: PrintedDate) -> int:
    """Where the footer ends: some sites print its date twice, Turkish puts it in parentheses."""
    end = printed.end + 1 if source[printed.end : printed.end + 1] in (")", "）") else printed.end
    repeat = source[printed.start : printed.end]
    return end + 1 + len(repeat) if source.startswith(repeat, end + 1) else end


def _parse_opening(source: str, floor: int, footer: int) -> tuple[int, int] | None:
    low = max(floor, footer - _LONGEST_CAPTION)
    if not any(source.find(brand, low, footer) >= 0 for brand in BRANDS):
        return None  # in every language, and a hundred times as fast to see
    opening = _last(VIEW, source, low, footer)
    return (opening.start(), opening.end()) if opening else None
