"""Whether an address in a page stands alone: in its paragraph, figure, shortcode or data, where it shows the post."""

from __future__ import annotations

import re

_NEAR = 400
_INLINE = r"(?:<(?:span|strong|b|em|i|u|font|small)\b[^<>]{0,200}>\s*)*"
# Word ends each paragraph in an empty element of its own.
_INLINE_END = r"(?:(?:</(?:span|strong|b|em|i|u|font|small)>|<o:p>(?:&nbsp;)?</o:p>)\s*)*"
_NO_BREAK = r"(?:(?:&nbsp;|&#160;|&#xa0;)\s*)*"
_BLOCK = r"(?:p|div|figure|blockquote|center|section|article|noscript|template|textarea|twitter-embed|amp-[a-z]{3,12})"
_BLANK_LINE = r"(?<!\s)[^\S\n]*+\n[^\S\n]*+\n"  # tried once in a run of blanks, not at each of its line breaks
_BREAKS = r"<br ?/?>\s*<br ?/?>"
_BEFORE = re.compile(
    rf"(?:\A|<{_BLOCK}\b[^<>]{{0,300}}>|</(?:p|div|figure|section|blockquote|h\d|ul|ol)>|-->|{_BLANK_LINE}|{_BREAKS})\s*"
    rf"(?:<br ?/?>\s*){{0,3}}{_INLINE}{_NO_BREAK}\Z",
    re.IGNORECASE,
)
_BEHIND = re.compile(
    rf"\s*{_NO_BREAK}(?:<br ?/?>\s*)?{_INLINE_END}"
    rf"(?:</{_BLOCK}\s*>|<figcaption|<(?:p|div|figure|blockquote|h\d)\b|<!--|\Z)|\s*{_BREAKS}"
    rf"|[^\S\n]*\n\s*\n",
    re.IGNORECASE,
)
# `[embed]URL[/embed]`, `[tweet URL]`, `{% twitter URL %}`, `{{< tweet "URL" >}}`, and the comments of block editors.
_KINDS = "embed|tweet|twitter|youtube|instagram|facebook|tiktok|bluesky|mastodon|telegram|video"
_SHORTCODE = re.compile(
    rf"(?:\[/?[a-z_-]{{0,20}}(?:{_KINDS})[a-z_-]{{0,12}}(?:\]=?|[= :])"
    rf"|\{{(?:%|\{{(?:<|&lt;))-?\s*(?:{_KINDS}|x)\s)\s*(?:(?:url|src|id)=)?(?:[\"'“”]|&quot;|&#34;)?\Z"
    r"|<!-- wp:(?:core-)?embed(?:/[a-z-]{1,20})? \{[^<>]{0,200}\"url\":\"\Z",
    re.IGNORECASE,
)
_EMBED_FIGURE = re.compile(
    r"<(?:figure\b[^<>]{0,200}\bembed|blockquote\b[^<>]{0,200}\bembedly-card|div\b[^<>]{0,200}mixtapeEmbed)[^<>]{0,300}>"
    r"\s*(?:<(?:div|h\d)\b[^<>]{0,300}>\s*)?\Z",
    re.IGNORECASE,
)
# A card, which has words beside its picture or many of them, that is all of a figure.
_FIGURE = re.compile(r"<figure\b[^<>]{0,300}>\s*\Z", re.IGNORECASE)
_FIGURE_END = re.compile(r"\s*(?:</figure\s*>|<figcaption)", re.IGNORECASE)
_TAG = re.compile(r"<[^<>]*>?")
_WORD = re.compile(r"[\u2e80-\U0010ffff]{2}|\w{2,}")  # two characters where none but the reader parts the words
_MANY_WORDS = 8
_LONGEST_CARD = 3000
# A link that a script of a go-between turns into what it leads to.
_CARD = re.compile(r"-(?:(?<=\bembedly-)card|(?<=\bdata-)iframely-url)\b")
_SHOWN_ADDRESS = re.compile(
    r"\s*+(?:<(?:span|wbr)\b[^<>]{0,300}>\s*+)*(?:(?:https?://|www\.)[^\s<>]{1,400}|[\w.]{1,40}/[^\s<>]{1,400})?\s*+"
    r"(?:</span>\s*+)?\Z",
    re.IGNORECASE,
)
# The data that a page is made of in the browser: an address as the value of such a key, in what is said to be an embed.
# In a script a name may stand without quotes.
_VALUE_OF = re.compile(
    r"(?:\\{0,3}\"|[{,])(?:\w{0,20}(?:[uU]rl|URL|[sS]rc|[sS]ource|[hH]ref|[uU]ri)|id)(?:\\{0,3}\")?\s?:\s?\\{0,3}\"\Z"
)
# What lies before it: named values, and where objects and lists begin and end. Content systems keep what an embed shows
# in an object within it, by one of these names; any other object is of something else. Contentful tells the type in an
# object beside it.
_DATA = re.compile(
    r"contentType\\{0,3}\"\s?:\s?\{\\{0,3}\"sys\\{0,3}\"\s?:\s?\{[^{}]{0,100}?"
    r"\"id\\{0,3}\"\s?:\s?\\{0,3}\"(?P<entry>[\w-]{2,40})[^{}]{0,60}\}\s?\}"
    r"|(?<![\w@])(?P<name>[\w@]{2,20})(?:\\{0,3}\")?\s?:\s?\\{0,3}\"(?P<value>(?:[^\"\\]|\\/){1,48})\\{0,3}\""
    r"|(?P<held>\b(?:data|primary|embed|oembed|attrs|attributes|value|fields|props|model|url|link)"
    r"(?:\\{0,3}\")?\s?:\s?)?\{|[}\[\]]"
)
_TYPE = re.compile(
    r"_{0,2}(?:type|typename|component|block_?type|block_?name|slice_type|node_?type|subtype)", re.IGNORECASE
)
# Any page has threads of its own.
_NAMED = (
    r"tweet|twitter|youtube|instagram|tiktok|bluesky|mastodon|facebook|vimeo|telegram|(?<![\w-])threads"
    r"|reddit|linkedin|dailymotion|soundcloud|spotify|twitch|pinterest|tumblr"
)
_SHOWS = re.compile(
    r"(?!.*(?:share(?!d)|sharing|follow|profile|button|related|settings|config|comment|promo|badge))"
    rf"[\w./ -]{{0,24}}(?:embed|{_NAMED})[\w./ -]{{0,16}}",
    re.IGNORECASE,
)
_PLATFORM = re.compile(_NAMED, re.IGNORECASE)
_ANY_TYPE = frozenset({"rich", "external"})
_WITHIN = 300
ANCHOR_END = re.compile(r"</a\s*>", re.IGNORECASE)
"""How a link ends."""


def is_alone(source: str, start: int, end: int, *, platform: str = "") -> bool:
    """Tell whether the address in `source[start:end]` is all that its paragraph, figure or shortcode holds.

    Data that names another `platform` than the address is of something else that the address stands beside.

    >>> is_alone("<p>https://x.com/a/status/1</p>", 3, 27), is_alone("<p>See https://x.com/a/status/1</p>", 7, 31)
    (True, False)
    """
    before = source[max(0, start - _NEAR) : start]
    if _SHORTCODE.search(before):
        return True
    if source.startswith(('"', "\\"), end) and _VALUE_OF.search(before, max(0, len(before) - 60)):
        return _is_embed_data(before, platform)
    return bool(_BEFORE.search(before) and _BEHIND.match(source, end, end + _NEAR))


def _is_embed_data(before: str, platform: str) -> bool:
    """Tell whether the data before an address says that it is an embed: by the type of the object that it is part of.

    >>> [_is_embed_data(f'{{"type": "{kind}", "url": "', "twitter") for kind in ("tweet", "embed", "vimeo", "link")]
    [True, True, False, False]
    """
    closed = 0
    for one in reversed(list(_DATA.finditer(before, max(0, len(before) - _WITHIN)))):
        sign = one[0][-1]
        if one["entry"]:
            if closed == 1:
                return _shows(one["entry"], platform)
        elif sign in "}]":
            closed += 1
        elif sign in "{[":
            if not closed and not one["held"]:
                return False
            closed -= bool(closed)
        elif not closed and _is_type(one["name"] or "", one["value"]):
            return _shows(one["value"].replace("\\", ""), platform)
    return False


def _shows(told: str, platform: str) -> bool:
    """Tell whether the type of an object says that it shows a post, of this platform if it names any."""
    names = [name.lower().replace("tweet", "twitter") for name in _PLATFORM.findall(told)]
    return _SHOWS.fullmatch(told) is not None and (not names or platform in names)


def _is_type(name: str, value: str) -> bool:
    """Tell whether a named value is the type of its object; the blocks of WordPress have a name for it."""
    return (_TYPE.fullmatch(name) is not None and value not in _ANY_TYPE) or (name == "name" and value[:4] == "core")


def find_alone_anchor(source: str, start: int, tag_end: int) -> int | None:
    """Where the link ends whose tag is `source[start:tag_end]`, if it shows its address alone; else `None`."""
    before = source[max(0, start - _NEAR) : start]
    tag = before.rfind("<")
    is_figure = before.startswith(("<figure", "<FIGURE"), tag) and _FIGURE.match(before, tag) is not None
    closing = ANCHOR_END.search(source, tag_end, tag_end + (_LONGEST_CARD if is_figure else 600))
    if closing is None:
        return None
    if is_figure and _FIGURE_END.match(source, closing.end()) and _is_card(source[tag_end : closing.start()]):
        return closing.end()
    if not _EMBED_FIGURE.search(before) and not _CARD.search(source, start, tag_end):
        if not _SHOWN_ADDRESS.match(source[tag_end : closing.start()]):
            return None
        if not is_alone(source, start, closing.end()):
            return None
    return closing.end()


def _is_card(inside: str) -> bool:
    """Tell whether what a link shows is a picture with words, or many words: one that says `source` shows nothing."""
    words = len(_WORD.findall(_TAG.sub(" ", inside)))
    return words >= _MANY_WORDS or (words > 0 and "<img" in inside.lower())
