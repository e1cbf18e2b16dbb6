"""Links as converters and text browsers print them, brought back to what the page showed.

`[shown](URL)`, `[shown][12]`, `[12]shown`, `shown (URL)`, `` `shown <URL>`__ ``; and addresses that a hard wrap broke.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from ..urls import normalize_link

_MARKDOWN_LINK = re.compile(
    r"\[((?:[^\[\]\\]|\\.){0,300})\]\(\s*<?(https?://[^\s<>()]{1,600}(?:\([^\s()]{0,80}\)[^\s()]{0,80})?)>?(?:\s+\"[^\"]{0,200}\")?\s*\)"
    r"(?:\{[^{}]{0,200}\})?"
)
_PLATFORM_LINK = re.compile(
    r"https?://(?:\w+\.)?(?:twitter|x|instagram)\.com/(?:hashtag/|search[/?]|explore/|#!/|\w+/?(?:\?|$))"
)
# Of a link kept in a list below: its number, or nothing but the brackets where it is plain that it was a link.
_BY_NUMBER = re.compile(r"\[((?:[^\[\]\\]|\\.){1,300})\]\[(\d{0,4})\]")
_BY_ITSELF = re.compile(r"\[((?:\\?[#＃@＠]|pic\.(?:twitter|x)\.com/|(?:https?://)?t\.co/)[\w\\]{1,80})\](?![(\[:])")
_BACKQUOTED = re.compile(r"`([^`<>]{1,300}?)\s{1,40}<(https?://[^\s<>`]{1,600})>`_{0,2}")
# What only a link shows: a tag, a mention, an address. Its number stands before it, or before its word.
_SHOWN_LINK = r"(?=[#＃@＠$]\w|https?:|pic\.(?:twitter|x)\.com|(?:[\w-]{1,40}\.){1,4}[a-z]{2,10}/)"
_NUMBER = re.compile(rf"\[\d{{1,4}}\](?:[ \t]*\n[ \t]*)?{_SHOWN_LINK}|(?<=[#＃@＠])\[\d{{1,4}}\](?=\w)")
_BESIDE = re.compile(r"[ \t]{1,8}\((https?://[^\s()]{1,400})\)")
_SHOWN_BEFORE = re.compile(r"(?:[#＃@＠$]\w{1,80}|(?:https?://)?(?:[\w-]{1,40}\.){1,4}[a-z]{2,10}/[^\s()]{0,200})\Z")
_SHORTENER = ("https://t.co/", "http://t.co/")
_HOST = re.compile(r"https?://(?:www\.)?")
_NEAR = 240
# An address whose line ended at a slash or, where a line has no blank, inside its code; a hashtag behind its sign.
_BROKEN = re.compile(
    r"((?:https?:|pic\.(?:twitter|x)\.com|(?<![\w/.])t\.co)[/\w.]{0,24})[ \t]*\n[ \t]*([/\w.]{1,40})", re.ASCII
)
_SHORT = re.compile(r"(?:https?://)?(?:t\.co|pic\.(?:twitter|x)\.com)/\w{7,10}(?!\w)", re.ASCII)
_IS_WHOLE = re.compile(r"/\w{7,10}\Z", re.ASCII)
# Only the number before it says that the sign is a link; else it is one where others of the text are parted too.
_BROKEN_NUMBERED = re.compile(r"(?<=\])([#＃])[ \t]*\n[ \t]*(?=[^\W\d])")
_BROKEN_TAG = re.compile(r"(?<!\S)([#＃])[ \t]*\n[ \t]*(?=[^\W\d])")
_BROKEN_SIGN = re.compile(r"(?<!\S)[#＃@＠][ \t]*\n[ \t]*\w")


def show_links(
    text: str, targets: dict[str, None] | None = None, *, labels: Collection[str] | None = None, split: bool = False
) -> str:
    """A text with each link as it was shown; what they lead to is added to `targets`.

    A hashtag's and a mention's target is no link of the post. `[shown][12]` is a link where `labels`, those of the
    article's list of links, hold its number; without them any will do, which is enough to weigh a text. Unless the
    links were `split` from their lines, a sign at a line's end is a hashtag's only where other links are broken too.

    >>> show_links("see [t.co/abcdefghij](https://t.co/abcdefghij)")
    'see t.co/abcdefghij'
    >>> show_links("[4]#news [5]pic.twitter.com/\\nabcdefghij"), show_links("@ana (https://twitter.com/ana) spoke")
    ('#news pic.twitter.com/abcdefghij', '@ana spoke')
    """
    if "\n" in text:
        text = _join_lines(text, split=split)
    if "[" in text:
        if "](" in text:
            text = _MARKDOWN_LINK.sub(lambda link: _anchor(link, targets), text)
        text = _BY_NUMBER.sub(lambda link: link[1] if _is_listed(link[2] or link[1], labels) else link[0], text)
        text = _BY_ITSELF.sub(lambda link: link[1] if _is_listed(link[1], labels) else link[0], text)
        text = _NUMBER.sub("", text)
    if ">`" in text:
        text = _BACKQUOTED.sub(lambda link: _anchor(link, targets), text)
    return _BESIDE.sub(lambda link: _beside(link, targets), text) if "(http" in text else text


def make_label(shown: str) -> str:
    """The key of a link in the article's list of links: case and blanks tell nothing.

    >>> make_label("The  Ferry")
    'the ferry'
    """
    return " ".join(shown.split()).casefold()


def _is_listed(shown: str, labels: Collection[str] | None) -> bool:
    return labels is None or make_label(shown) in labels


def _join_lines(text: str, *, split: bool) -> str:
    if "t.co" in text or "http" in text or "pic." in text:
        whole = _BROKEN.sub(_joined, text)
        text, split = whole, split or whole != text
    if "#" not in text and "＃" not in text:
        return text
    text = _BROKEN_NUMBERED.sub(r"\1", text)
    if split or len(_BROKEN_SIGN.findall(text)) > 1:
        text = _BROKEN_TAG.sub(r"\1", text)
    return text


def _joined(broken: re.Match[str]) -> str:
    whole = broken[1] + broken[2]
    return whole if _SHORT.match(whole) and not _IS_WHOLE.search(broken[1]) else broken[0]


def _anchor(link: re.Match[str], targets: dict[str, None] | None) -> str:
    """What a Markdown link showed; its target is a link too, but for a hashtag's, a mention's, or one shown."""
    shown, target = link[1], link[2]
    if shown.startswith(("#", "@", "\\#", "\\@")) or "://" in shown or ".com/" in shown or "t.co/" in shown:
        return shown
    _add(target, targets)
    return shown


def _beside(link: re.Match[str], targets: dict[str, None] | None) -> str:
    """Nothing, where the address in parentheses is that of the tag, the mention or the address shown before it."""
    before = link.string[max(0, link.start() - _NEAR) : link.start()].rsplit(None, 1)
    shown = _SHOWN_BEFORE.search(before[-1]) if before else None
    if shown is None or not _leads_there(shown[0], link[1]):
        return link[0]
    if not _SHORT.match(shown[0]):
        _add(link[1], targets)
    return ""


def _leads_there(shown: str, target: str) -> bool:
    """Tell whether a link that showed this leads there: a tag or a mention within its platform, an address by X's short
    one or by itself, cut at its end perhaps."""
    if shown.startswith(("#", "＃", "@", "＠", "$")):
        return _PLATFORM_LINK.match(target) is not None
    bare = _HOST.sub("", target)
    address = _HOST.sub("", shown)
    return target.startswith(_SHORTENER) or bare == address or (address[-1] == "…" and bare.startswith(address[:-1]))


def _add(target: str, targets: dict[str, None] | None) -> None:
    if targets is not None and not _PLATFORM_LINK.match(target):
        targets.setdefault(normalize_link(target))
