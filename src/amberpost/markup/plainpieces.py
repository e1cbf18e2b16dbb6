"""Pieces of HTML that hold nothing for a parser to mend, read without one: nine in ten of what platforms give out.

Each tag is closed in its turn, each attribute is quoted, each entity is a known one: then any parser reads the same.
A test compares both ways. What is not so plain is left to `souppieces`.
"""

from __future__ import annotations

import html
import re
from collections.abc import Mapping

from .elements import BREAK, CLOSE, EDGE, OPEN, Anchor, Element, Part, fold, normalize_language

# Entities that every parser knows; numbers of surrogates, controls and what is no character are left out.
_NAMED = (
    "amp|lt|gt|quot|apos|nbsp|[mn]dash|hellip|[lr][sd]quo|[lr]aquo|bull|middot|euro|szlig"
    "|[aeiouAEIOU](?:acute|grave|circ|uml)|[anoANO]tilde|[cC]cedil"
)
_DECIMAL = (
    "0?3[2-9]|[4-9][0-9]|1[01][0-9]|12[0-6]|1[6-9][0-9]|[2-9][0-9]{2}|[1-9][0-9]{3}"
    "|[1-4][0-9]{4}|5[0-4][0-9]{3}|6[0-3][0-9]{3}|1[0-2][0-9]{4}"
)
_HEXADECIMAL = (
    "[2-6]H|7[0-9A-E]|[A-F]H|[1-9A-F]H{2}|[1-9A-C]H{3}|D[0-7]H{2}|FEH{2}|FF[0-9A-E]H|1[0-9A-E]H{3}|1F[0-9A-E]H{2}"
)
ENTITY = rf"&(?:{_NAMED}|#(?:{_DECIMAL})|#[xX](?i:{_HEXADECIMAL.replace('H', '[0-9A-F]')}));"
_NAME = "[A-Za-z][A-Za-z0-9:_-]{0,40}+"
# In an address an ampersand may stand bare before the name of the next field.
_INSIDE = rf"{ENTITY}|&(?=[A-Za-z_]{{1,30}}+=)"
VALUE = rf"(?:[^\"<>&\0-\x1f]++|{_INSIDE})*+"
ATTRIBUTES = rf"(?:\s++{_NAME}(?:=\"{VALUE}\"|='(?:[^'<>&\0-\x1f]++|{_INSIDE})*+')?+)*+"
TEXT = rf"[^<&\0-\x08\x0b\x0e-\x1f]++|{ENTITY}|&(?= )"
_INLINE = "(?:[bius]|em|strong|span)"
_TAGS = rf"</?(?:p|a|{_INLINE})>|<br ?/?>|<(?:p|a|{_INLINE}){ATTRIBUTES}\s*>"
WORDS = rf"(?:{TEXT}|{_TAGS})*+"
_QUOTE = re.compile(rf"<blockquote({ATTRIBUTES})\s*>({WORDS})</blockquote>")
# Of these only the tag is read, when nothing stands inside.
_LEAF = re.compile(rf"<({_NAME})({ATTRIBUTES})\s*+/?>\s*+(?:</\1 ?>)?")
# How X's widget is kept in a saved page: a frame alone in a box.
_BOXED = re.compile(rf"<div({ATTRIBUTES})\s*+>\s*+<iframe({ATTRIBUTES})\s*+>\s*+</iframe>\s*+</div>")
_NO_LEAVES = frozenset({"a", "p", "br", "img", "html", "head", "body", "frameset"})
_ATTRIBUTE = re.compile(rf"({_NAME})(?:=\"([^\"]*+)\"|='([^']*+)')?+")
_REFERENCE = re.compile(r"&#?\w{1,8};")
_HREF = 'href="'
_LINE_FEED = "&#10;"  # how embeds of 2013 break lines


def parse_plain(piece: str) -> Element | None:
    """Read a blockquote of words and links, or an element with nothing inside; `None` where it is not that plain.

    >>> parse_plain('<iframe src="https://a.example/?b=1&amp;c=2" allowfullscreen></iframe>').attributes
    {'src': 'https://a.example/?b=1&c=2', 'allowfullscreen': ''}
    >>> parse_plain("<blockquote><p>One<p>two</blockquote>").text, parse_plain("<blockquote><b>One</blockquote>")
    ('One\\n\\ntwo', None)
    """
    if not piece.startswith("<blockquote"):
        return _parse_leaf(piece)
    plain = _QUOTE.fullmatch(piece.replace(_LINE_FEED, "<br>") if _LINE_FEED in piece else piece)
    words = parse_words(plain[2]) if plain else None
    if plain is None or words is None:
        return None
    return Element("blockquote", parse_attributes(plain[1]), words.text, words.anchors, (), words.lang)


def _parse_leaf(piece: str) -> Element | None:
    boxed = _BOXED.fullmatch(piece)
    if boxed:
        inner = parse_attributes(boxed[2])
        return Element("div", parse_attributes(boxed[1]), parts=(Part("iframe", inner),) if inner else ())
    leaf = _LEAF.fullmatch(piece)
    name = leaf[1].lower() if leaf else ""
    return Element(name, parse_attributes(leaf[2])) if leaf and name not in _NO_LEAVES else None


def parse_words(body: str) -> Element | None:
    """Read what stands in a plain blockquote, as a paragraph; `None` where a tag is not closed in its turn."""
    first, *rest = body.split("<")
    marked, targets, opened = [first], list[Mapping[str, str]](), list[str]()
    lang: str | None = None
    for piece in rest:
        tag, _, text = piece.partition(">")
        if tag in _LINE_BREAKS:
            marked += BREAK, text
        elif tag[0] == "/":
            name = tag[1:]
            if not opened or opened.pop() != name:
                return None
            marked += _CLOSINGS.get(name, ""), text
        else:
            name, *written = tag.split(None, 1)
            if not _may_open(name, opened):
                return None
            marked += _OPENINGS.get(name, ""), text
            if name == "a":
                targets.append(parse_attributes(written[0]) if written else {})
            elif name == "p" and written:
                lang = lang or parse_attributes(written[0]).get("lang")
    if opened not in _ENDINGS:
        return None
    text, places = fold(unescape("".join(marked)))
    anchors = [_anchor(target, *place) for target, place in zip(targets, places, strict=True)]
    return Element("p", {}, text, tuple(anchors), (), normalize_language(lang))


_LINE_BREAKS = frozenset({"br", "br/", "br /"})
_OPENINGS = {"p": EDGE, "a": OPEN}
_CLOSINGS = {"p": EDGE, "a": CLOSE}
_ENDINGS: tuple[list[str], ...] = ([], ["p"])


def _may_open(name: str, opened: list[str]) -> bool:
    """Open an element where it may stand: a paragraph ends the one before, and in a link there is no other."""
    if name == "p" and opened:
        return opened == ["p"]
    if name == "a" and "a" in opened:
        return False
    opened.append(name)
    return True


def _anchor(attributes: Mapping[str, str], start: int, end: int) -> Anchor:
    return Anchor(attributes.get("href", "").strip(), start, end, attributes.get("data-datetime"))


def parse_attributes(written: str) -> dict[str, str]:
    """Take apart the attributes of a plain tag; of two with the same name the first counts, as in a browser.

    >>> parse_attributes(' a="1" B=\\'2&amp;3\\' c a="4"')
    {'a': '1', 'b': '2&3', 'c': ''}
    """
    if written.startswith(_HREF) and written.find('"', len(_HREF)) == len(written) - 1:
        return {"href": _unescape_value(written[len(_HREF) : -1])}
    attributes = dict[str, str]()
    for name, value, other in _ATTRIBUTE.findall(written):
        attributes.setdefault(name.lower(), _unescape_value(value or other))
    return attributes


def _unescape_value(value: str) -> str:
    """Undo the entities of an attribute, in which an ampersand without a semicolon stands for itself."""
    if "&" not in value:
        return value
    plain = value.replace("&amp;", "&")
    return plain if ";" not in value.replace("&amp;", "") else _REFERENCE.sub(_unescape_one, value)


def _unescape_one(reference: re.Match[str]) -> str:
    return html.unescape(reference[0])


def unescape(text: str) -> str:
    """Undo entities, where there are any; most texts have none but `&amp;`."""
    if "&" not in text:
        return text
    return text.replace("&amp;", "&") if text.count("&") == text.count("&amp;") else html.unescape(text)
