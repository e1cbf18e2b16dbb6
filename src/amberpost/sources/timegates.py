"""TimeGates (RFC 7089): asked for a page's address and a time in a header, they lead to the copy nearest to it.

Which archive is asked is the user's to say, by a template such as `https://archive.example/timegate/{url}`; the Wayback
Machine's is `https://web.archive.org/web/{url}`, pywb's `https://HOST/COLLECTION/{url}` (its documentation, 2026-11,
not asked [live]). The address goes in as it is, as all of them want it; behind a `?` it is percent-encoded.
"""

from __future__ import annotations

import re
from urllib.parse import quote

from ..models import ArchiveError, Permalink
from .wayback import find_spellings

_PLACE = "{url}"
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
