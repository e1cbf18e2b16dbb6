"""TimeGates (RFC 7089): asked for a page's address and a time in a header, they lead to the copy nearest to it.

Which archive is asked is the user's to say, by a template such as `https://archive.example/timegate/{url}`; the Wayback
Machine's is `https://web.archive.org/web/{url}`, pywb's `https://HOST/COLLECTION/{url}` (its documentation, 2026-11,
not asked [live]). The address goes in as it is, as all of them want it; behind a `?` it is percent-encoded.
"""

from __future__ import annotations

import re
from urllib.parse import quote, unquote

from ..models import ArchiveError, Permalink
from ..platforms import parse_permalink
from .wayback import find_spellings

_PLACE = "{url}"
_PAGE = re.compile(r"(https?://[^/?#]{1,300}/[^?#]{0,1000}?)(https://.+)", re.DOTALL)
_QUOTED_PAGE = re.compile(r"(https?://[^/?#]{1,300}/[^?#]{0,1000}\?.{0,1000}?)(https%3A%2F%2F[^&]+)(.*)", re.DOTALL)
_TEMPLATE = re.compile(r"https?://[^/?#{}@\\]{1,300}/[^#{}\\]{0,1000}\{url\}[^#{}\\]{0,1000}", re.IGNORECASE)


def check_template(template: str) -> str:
    """A TimeGate's template without blanks around it; raises ArchiveError, with advice, for what is none.

    >>> check_template(" https://archive.example/timegate/{url} ")
    'https://archive.example/timegate/{url}'
    """
    bare = template.strip()
    if bare.isascii() and bare.isprintable() and " " not in bare and _TEMPLATE.fullmatch(bare):
        return bare
    raise ArchiveError(
        f"the TimeGate {template[:200]!r} is no template: write its address, http or https, with {_PLACE} once, behind"
        f" the host, where that of the page goes, such as https://archive.example/timegate/{_PLACE}"
    )


def make_timegate_urls(permalink: Permalink, template: str) -> tuple[str, ...]:
    """The questions to a TimeGate about a post: one for each spelling of its address.

    >>> make_timegate_urls(Permalink("twitter", "20", "ann", "https://x.com/ann/status/20"), "https://a.example/{url}")[0]
    'https://a.example/https://twitter.com/ann/status/20'
    """
    is_query = "?" in template.partition(_PLACE)[0]
    pages = (f"https://{spelling}" for spelling in find_spellings(permalink))
    return tuple(template.replace(_PLACE, quote(page, safe="") if is_query else page) for page in pages)


def find_template(url: str) -> str | None:
    """The template that a question to a TimeGate was made by, known by the post's address in it; `None` where none is.

    >>> find_template("https://a.example/gate?url=https%3A%2F%2Fx.com%2Fann%2Fstatus%2F20&near=1")
    'https://a.example/gate?url={url}&near=1'
    """
    match = _QUOTED_PAGE.fullmatch(url) or _PAGE.fullmatch(url)
    page = unquote(match[2]) if match else ""
    permalink = parse_permalink(page)
    if match is None or permalink is None:
        return None
    spelled = next((each for each in find_spellings(permalink) if page.startswith(f"https://{each}")), None)
    if spelled is None:
        return None
    behind = match[3] if match.re is _QUOTED_PAGE else page.removeprefix(f"https://{spelled}")
    return f"{match[1]}{_PLACE}{behind}"
