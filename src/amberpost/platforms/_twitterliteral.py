"""X's own quote, letter for letter as it gives it out: most of what pages hold, read in one match without a parser.

What is here reads as `parse_markup` would read the same element, which a test compares; whatever is not letter for
letter so, or leaves any doubt, is `None` and takes the long way.
"""

from __future__ import annotations

import re
from functools import lru_cache

from ..dates import parse_date
from ..markup import Embed, Literal, Said, distinct_links, normalize_escaped, parse_said
from ..markup.elements import BREAK, fold, normalize_language
from ..markup.plainpieces import ATTRIBUTES, ENTITY, TEXT, VALUE, parse_attributes, parse_words, unescape
from ..models import Permalink
from ._twitterbyline import read_name
from ._twitterlinks import ID, NOT_A_HANDLE, build_permalink, parse_instant

_BODY = rf"(?:{TEXT}|&#10;|<br ?/?>|<a{ATTRIBUTES}\s*+>(?:{TEXT})*+</a>)*+"
_PRINTED_NAME = rf"(?:[^<&(\0-\x1f]++|\((?!@)|{ENTITY}|&(?= ))*+"
_NO_STAMP = rf"(?:\s++(?:class|dir|rel|style|target|title)=\"{VALUE}\")*+"
_LITERAL = re.compile(
    rf"<blockquote class=\"twitter-(?:tweet|video)(?: [\w -]{{0,100}}+)?\"{ATTRIBUTES}\s*+>\s*+"
    rf"<p({ATTRIBUTES})>({_BODY})</p>\s*+(<p>\s*+)?(?:&mdash;|—|&#8212;|&#x2014;)({_PRINTED_NAME})"
    rf"\(@([A-Za-z0-9_]{{1,20}}+)\)\s{{0,9}}+<a{_NO_STAMP} href=\"https?://(?:mobile\.|www\.)?(?:twitter|x)\.com/"
    r"([A-Za-z0-9_]{1,20}+)/status(?:es)?/([0-9]{1,19}+)(?:\?[^\"<>/#\0-\x1f]*+)?\""
    rf"{_NO_STAMP}>([^<>&\s][^<>&\0-\x1f]{{3,60}}+)</a>\s*+(?(3)(?:</p>)?)\s*+</blockquote>"
)
# Links to tags and accounts, which the widget makes; and the post's own at its end, which are no words.
_TAGGED = re.compile(r"<a (?:[^<>/]++|/(?!/t\.co/))*+>([#@$＃＠][^</]*+)</a>")
_END_LINK = re.compile(
    r"<a href=\"https?://t\.co/\w+\">(?:https?://(?=t)|(?=pic))(t\.co|pic\.twitter\.com)/([A-Za-z0-9]{1,10})</a>"
)
# A short link among the words, that shows its own address.
_INNER_LINK = re.compile(r"<a href=\"https?://t\.co/\w+\">(https?://t\.co/[A-Za-z0-9]{1,10})</a>")
_MORE_WORDS = re.compile(r"\s\w")
_LINE_BREAK = re.compile("<br ?/?>")
_BLANKS = " \t\r\n\f"
_LONGEST = 16 * 1024
# What shows a post by a script: `twttr.widgets.createTweet("20", document.getElementById("a"))`.
_CALL = re.compile(
    r"\(\s{0,60}[\"']([0-9]{2,19})[\"']\s{0,60}(?:\)|,(?:[^()]{0,200}(?:\([^()]{0,100}\)[^()]{0,200}){0,2}\))?)"
)
_CALLED = re.compile(r"(?:\w{1,20}\.){1,3}\w{1,20}\Z")
_LONGEST_CALL = 80
_MARKER = len('<blockquote class="twitter')


def parse_literal(source: str, at: int) -> Literal | None:
    """Read the quote whose class `twitter-tweet` has its hyphen at `at`; `None` unless it is letter for letter X's own.

    >>> quote = '<blockquote class="twitter-tweet"><p>Rain.</p>&mdash; Ann (@ann) <a href="https://x.com/ann/status/20">'
    >>> parse_literal(quote + "March 21, 2006</a></blockquote>", 26).embed.text
    'Rain.'
    """
    if source[at] == "(":
        return _parse_call(source, at)
    start = at - _MARKER
    literal = _LITERAL.match(source, start, start + _LONGEST) if start >= 0 and source[at] == "-" else None
    if literal is None or source.find("\\", start, literal.start(2)) >= 0:
        return None  # a backslash in the tag may be that of a string, in which quotes are escaped
    embed = _parse_groups(*literal.groups())
    return Literal(embed, start, literal.end()) if embed else None


def _parse_call(source: str, at: int) -> Literal | None:
    """Read the call of X's script that shows a post, whose parenthesis stands at `at`."""
    call = _CALL.match(source, at)
    name = _CALLED.search(source, max(0, at - _LONGEST_CALL), at)
    if call is None or name is None:
        return None
    permalink = Permalink(ID, call[1], None, build_permalink(call[1]))
    embed = Embed(platform=ID, rule="twitter-script", permalink=permalink, posted_at=parse_instant(call[1]))
    return Literal(embed, name.start(), call.end())


def _parse_groups(
    paragraph: str, body: str, _byline: str | None, name: str, handle: str, owner: str, post_id: str, shown: str
) -> Embed | None:
    printed = parse_date(f") {shown}", 2)
    before = f"—{unescape(name)}"
    byline = read_name(before, len(before), handle, None)
    said = None if "/status" in body or owner in NOT_A_HANDLE else parse_body(body)
    if said is None or printed is None or byline.name is None:
        return None
    return Embed(
        platform=ID,
        rule="twitter-blockquote",
        permalink=Permalink(ID, post_id, owner, build_permalink(post_id, handle=owner)),
        handle=handle,
        name=byline.name,
        printed=printed,
        basis="iso" if printed.form == "iso" else "utc",
        posted_at=parse_instant(post_id),
        text=said.text,
        links=said.links,
        lang=_parse_language(paragraph),
    )


@lru_cache(256)
def _parse_language(paragraph: str) -> str | None:
    return normalize_language(parse_attributes(paragraph).get("lang"))


def parse_body(body: str) -> Said | None:
    """Read the post's words and links out of its paragraph; links to tags and accounts are only their words.

    >>> parse_body('Rain on <a href="https://x.com/hashtag/a?src=hash">#a</a> <a href="https://t.co/b1">https://t.co/b1</a>')
    Said(text='Rain on #a', links=('https://t.co/b1',))
    """
    body = body.replace("&#10;", "<br>") if "&#10;" in body else body
    end, links = _take_end_links(body)
    marked, inner = body[:end], list[str]()
    if "<" in marked:
        marked = _LINE_BREAK.sub(BREAK, "".join(_TAGGED.split(marked)))
        if "<" in marked:
            marked, inner = _take_inner_links(marked)
    text = "" if "<" in marked else fold(unescape(marked))[0]
    if "<" in marked or text.count("://") > len(inner) or text.count("t.co/") > len(inner) or ".com/" in text:
        words = parse_words(body)
        return parse_said(words, 0, len(words.text)) if words else None
    links = inner + links
    return Said(normalize_escaped(text), tuple(distinct_links(links) if len(links) > 1 else links))


def _take_inner_links(marked: str) -> tuple[str, list[str]]:
    """Make the short links among the words words, and list them; not where the last may be the end of the words."""
    pieces = _INNER_LINK.split(marked)
    if not _MORE_WORDS.search(pieces[-1]):
        return marked, []
    return "".join(pieces), [f"https:{link.partition(':')[2]}" for link in pieces[1::2]]


def _take_end_links(body: str) -> tuple[int, list[str]]:
    """Where the post's own links at the end of its words begin, and the links."""
    end, links = len(body.rstrip(_BLANKS)), list[str]()
    while body.endswith("</a>", 0, end):
        start = body.rfind("<a ", 0, end)
        link = _END_LINK.fullmatch(body, start, end)
        if link is None:
            break
        links.append(f"https://{link[1]}/{link[2]}")
        end = len(body[:start].rstrip(_BLANKS))
    return end, links[::-1]
