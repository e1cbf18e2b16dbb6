"""Text made to cost time or to mislead: the fragments, each repeated, that `test_growth` and `test_properties` use."""

from __future__ import annotations

import random
from collections.abc import Callable

# Repeated as they are. Characters and half-finished forms that some rule anchors on, or that hide what it looks for.
FRAGMENTS = {
    "at": "@",
    "wide at": "＠",
    "open at": "(@",
    "handle": "(@a)",
    "handle, space": "(@a) ",
    "wide handle": "（＠a）",
    "linked handle": "([@a](",
    "escaped handle": "(@a\\_",
    "footer without date": "— A (@a) ",
    "footer, half a date": "— A (@a) May 1 ",
    "no dash, date": "(@a) May 1, 2020 ",
    "footer": "— A (@a) May 1, 2020 ",
    "footer, linked date": "— A (@a) [May 1, 2020](",
    "footer, tag": "— A (@a) <a href=",
    "footer, breaks": "— A\n(@a)\n",
    "footer, other month": "— A (@a) 3 décembre ",
    "slash": "/",
    "slashes": "a//",
    "host": "x.com/",
    "long host": "a.b.c.d.x.com/",
    "short link": "https://t.co/abcdefghij ",
    "glued short links": "https://t.co/abcdefghij",
    "status": "https://x.com/a/status/",
    "status, id": "https://x.com/a/status/1234567890123456789/",
    "scheme": "https://",
    "em dash": "— ",
    "hyphens": "-- ",
    "minus": "-",
    "quote mark": "> ",
    "nested quote marks": ">",
    "quoted lines": "> a\n",
    "newlines": "\n",
    "carriage returns": "\r\n \t",
    "short lines": "a\n",
    "short paragraphs": "a\n\n",
    "date": "May 1, 2020 ",
    "month": "May ",
    "clock": "11:22 PM - ",
    "card": "@a 11:22 PM - 19 Oct 2016 ",
    "card lines": "A @a\n11:22 PM - 19 Oct 2016\n",
    "card handles": "A @a\n",
    "clock without card": "11:22 PM - 19 Oct 2016\n",
    "skip link": "Skip Twitter post by @a ",
    "end link": "End of Twitter post by @a ",
    "frame": "Skip Twitter post by @a Hi. End of Twitter post by @a ",
    "site": "(twitter.com)",
    "consent note": "externen Inhalt von twitter.com",
    "whole consent note": "externen Inhalt von twitter.com, der den Artikel ergänzt. ",
    "consent note, site": "externen Inhalt von twitter.com ergänzt. (twitter.com) ",
    "posted": "Posted by ",
    "posted, half a date": "Posted by A on Monday, May 1 ",
    "posted, date": "Posted by A on\u00a0Monday, May 1, 2020 ",
    "posted, lines": "a.\nPosted by A on Monday, May 1, 2020\n",
    "posted, Turkish": "A paylaştı: 1 Mayıs 2020 ",
    "music": "♬ a - b ",
    "handle, music": "@a ♬ a - b\n",
    "handles before music": "\n@a ",
    "post by": "Post by @a ",
    "post by, view": "Post by @a@b.c\nView on Mastodon\n",
    "byline of a card": "byu/a inb ",
    "card, lines": "a\nby u/a in b\n",
    "label": "a | View post on imgur.com\n",
    "image, footer": "[image or embed]\n— A (@a.b) May 1, 2020 ",
    "shared": "A post shared by ",
    "shared, handle": "A post shared by A (@a) ",
    "shared, bare": "A post shared by @a ",
    "shared, long name": "A post shared by A (@a (@a (",
    "view": "View this post on Instagram ",
    "bracket": "[",
    "link middle": "](",
    "link": "[a](",
    "links in a post": "[a](https://a.example/b) ",
    "escape": "\\_",
    "attributes": "[a](https://a.example/b){",
    "by number": "[a][1]",
    "link number": "[1]#a ",
    "link numbers": "[1]",
    "address beside": "@a (https://a.example/b) ",
    "blanks before an address": "        (http",
    "broken address": "https://\n",
    "list of links": "1. https://x.com/a/status/1\n",
    "underlined": "— A (@a) May_1,_",
    "set in": "    a\n",
    "credit": "Credit: ",
    "credit, line": "Credit: A/X\n",
    "credits in a line": "Photo: A/Instagram) ",
    "credit words": "Photo by courtesy of ",
    "platform": "X/",
    "account": "@a/X ",
    "account behind": "X/@a ",
    "bars": "A | X | ",
    "colon": ":",
    "bar": "|",
    "parenthesis": "(",
    "wide parenthesis": "（",
    "parentheses": "()",
    "semicolon": "; ",
    "entity": "&mdash; ",
    "mangled": "â€” ",
    "replacement": "\ufffd ",
    "tag": "<a href=",
    "emoji": "😀",
    "family": "👩‍👩‍👧",
    "chinese": "漢字。",
    "japanese": "ツイート「",
    "hebrew": "שלום ",
    "right to left": "\u202e\u200f",
    "zero width": "\u200b",
    "soft hyphens": "\xad",
    "accents": "a\u0301\u0302",
    "accents only": "\u0301",
    "no-break spaces": "\xa0",
    "digits": "1",
    "arabic digits": "٢",
    "one long line": "a",
    "stops": ". ",
    "ellipses": "…",
    "nul": "\x00",
    "surrogate": "\ud800",
    "prose": "The council of Arrowmere met on Monday, its third meeting of the year; nobody left early. ",
    "tweeted": "she wrote on X that ",
    "hashtags": "#a ",
    "speech marks": "“a” ",
}

Maker = Callable[[int], str]


def repeat(fragment: str) -> Maker:
    return lambda size: (fragment * (size // len(fragment) + 1))[:size]


def end_in_footer(fragment: str, separator: str = "\n\n") -> Maker:
    """A huge article of one kind with one citation at its end, whose start has to be looked for."""
    footer = f"{separator}Rain again. https://t.co/abcdefghij — Ada Wren (@adawren) May 1, 2020"
    return lambda size: repeat(fragment)(max(0, size - len(footer))) + footer


def open_and_close(opening: str, inside: str, closing: str) -> Maker:
    """Something opened once, filled for long, and closed once."""
    return lambda size: opening + repeat(inside)(max(1, size - len(opening) - len(closing))) + closing


def shuffle_fragments(size: int) -> str:
    chance = random.Random(len(FRAGMENTS))
    pieces = list(FRAGMENTS.values())
    mixed = "".join(chance.choices(pieces, k=3000))
    return repeat(mixed)(size)


SHORT_LINES = "Wet day.\nNo bus.\nNo tram.\n" * 5
COMPOSED: dict[str, Maker] = {
    "prose, then one footer": end_in_footer(FRAGMENTS["prose"]),
    "one line, then one footer": end_in_footer(FRAGMENTS["prose"], " "),
    "no spaces, then one footer": end_in_footer("a", ""),
    "short lines, then one footer": end_in_footer("a\n"),
    "newlines, then one footer": end_in_footer("\n"),
    "quoted lines, then one footer": end_in_footer("> a\n", "\n> "),
    "quote marks, then one footer": end_in_footer(">", "\n> "),
    "links, then one footer": end_in_footer("https://t.co/abcdefghij ", " "),
    "markdown links, then one footer": end_in_footer("[a](https://a.example/b) ", " "),
    "emoji, then one footer": end_in_footer("😀", " "),
    "footers of many lines": repeat(f"{SHORT_LINES}— Ada Wren (@adawren) May 1, 2020\n\n"),
    "footers in quote blocks": repeat("> Rain.\n> More rain.\n> — Ada Wren (@adawren) May 1, 2020\n"),
    "addresses beside mentions, then one footer": end_in_footer("@a (https://a.example/b) ", " "),
    "footers set in": repeat("  Rain.\n\n  — Ada Wren (@adawren) May 1, 2020\n\n"),
    "footers set in between headings": repeat("1. Why?\n\n  Rain.\n\n  — Ada Wren (@adawren) May 1, 2020\n\n"),
    "labels, then one footer": end_in_footer("\n[a\n [a]: /\n > [a]:\n", " "),
    "links by label, then one footer": end_in_footer("\n[a]: /\n[@a] [a][1] [a][]", " "),
    "signs at the ends of lines, then one footer": end_in_footer("#\na ]#\na @\n", " "),
    "footers at the depth of everything": repeat("  a\n  — A (@a) May 1, 2020\n"),
    "footers whose links have lines": repeat("@a\nrain\n— Ada Wren (@adawren)\nMay 1, 2020\n"),
    "numbered footers, each above a list": repeat("Rain.\n— A (@a) [1]May 1, 2020\n1. https://x.com/a/status/1\n"),
    "set in, then one footer": end_in_footer("    a\n", "\n    "),
    "one quote block of footers": repeat("> — Ada Wren (@adawren) May 1, 2020\n"),
    "name of many dashes": open_and_close("— ", "—- ", "(@a) May 1, 2020"),
    "skip link long before its end": open_and_close("Skip Twitter post by @a ", "Skip ", "End of Twitter post by @a"),
    "view long before its footer": open_and_close("View this post on Instagram ", "a ", "A post shared by A (@a)"),
    "consent note long before its site": open_and_close(
        "externen Inhalt von twitter.com ergänzt. ", "(t", "(twitter.com)"
    ),
    "lines between an account and music": repeat("@adawren " + "\n" * 4000 + "♬ "),
    "blanks where a shared post's date would be": repeat("A post shared by A (@a) on\n" + "\u3000 " * 2000 + "7 "),
    "one markdown paragraph of links": repeat("<https://x.com/a/status/1> "),
    "everything shuffled": shuffle_fragments,
}
HOSTILE: dict[str, Maker] = {name: repeat(fragment) for name, fragment in FRAGMENTS.items()} | COMPOSED

# Ordinary citations, among ordinary paragraphs: what one costs is compared with the validation of its record.
CITED = {
    "footers": "Rain again over Arrowmere, and no bus. https://t.co/abcdefghij — Ada Wren (@adawren) May 1, 2020\n\n",
    "footers, other language": "Encore la pluie. pic.twitter.com/abcdefghij — Ada Wren (@adawren) 3 décembre 2020\n\n",
    "footers without dash": "Rain again.\nAda Wren (@adawren) May 1, 2020\n\n",
    "footers, linked dates": "> Rain.\n>\n> — Ada Wren (@adawren) [May 1, 2020](https://twitter.com/adawren/status/1256000000000000000)\n\n",
    "instagram": "View this post on Instagram\n\nA post shared by Ada Wren (@adawren) on May 1, 2020 at 7:39pm PDT\n\n",
    "frames": "Skip Twitter post by @adawren\nRain again.\nEnd of Twitter post by @adawren\n\n",
    "cards": "Ada Wren @adawren\nRain again.\n11:22 PM - 19 Oct 2016\n\n",
    "links": "The mayor said so (https://x.com/adawren/status/1256000000000000000) on Friday. ",
    "credits": "Credit: Ada Wren/X\n\n",
    "accounts": "@adawren/X\n\n",
}

# Prose that speaks of posts, or nearly does.
MENTIONED = {
    "letter": "X ",
    "place": "on X ",
    "verb, place": "wrote on X ",
    "verb, place, colon": "wrote on X: ",
    "quotation": "“a” she wrote on X: ",
    "open quotations": "wrote on X: “",
    "verbs": "tweeted ",
    "verbs, names": "Ann Oakes tweeted ",
    "names": "Ann Oakes ",
    "handles": "@a wrote on X ",
    "closing marks": "” ",
    "japanese": "とツイート「",
    "arabic": "غرد على تويتر ",
    "turkish": "Twitter’dan ",
    "former name": "X, formerly Twitter, ",
    "no stop": "a",
    "newlines": "X\n",
}
