"""Pages made to cost time: each maker gives a page of about so many characters; `test_html` measures how time grows."""

from __future__ import annotations

from collections.abc import Callable

Maker = Callable[[int], str]

STATUS = "https://twitter.com/ab/status/993098047288274957"
LINK = f'<a href="{STATUS}">May 6, 2018</a>'
QUOTE = '<blockquote class="twitter-tweet">'
WHOLE = f"{QUOTE}<p>Rain.</p>&mdash; A (@ab) {LINK}</blockquote>"

WIDE = "\u3000 "

# What a page is cut into and built from, for the tests that feed anything at all.
FRAGMENTS = (
    QUOTE,
    WHOLE,
    LINK,
    STATUS,
    "</blockquote>",
    "<blockquote>",
    "<p>",
    "</p>",
    "<!--",
    "-->",
    "<script>",
    "</script>",
    '<div class="twitter-tweet',
    '<iframe src="https://www.youtube.com/embed/abcdefghijk">',
    '<amp-twitter data-tweetid="993098047288274957">',
    '<div data-attrs="{&quot;url&quot;:[',
    'data-component-name="Twitter2ToDOM">',
    "&lt;blockquote class=&quot;twitter-tweet&quot;&gt;",
    '\\u003cblockquote class=\\"twitter-tweet\\"\\u003e',
    '<blockquote class=\\"twitter-tweet\\">',
    "_brlbs-cb-PGJsb2NrcXVvdGU",
    '<blockquote class="instagram-media"',
    '<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:abc/app.bsky.feed.post/3ljrcuxpu222g">',
    '<div class="fb-post" data-href="https://www.facebook.com/a/posts/1020304050607">',
    "(@ab)",
    "— ",
    "&#10;",
    "\0",
    "\x02",
    "\x1f",
    "&#x3",
    "{a}b=",
    "\ud800",
    '"',
    "'",
    "<",
    ">",
    "&",
    "\\",
)


def repeated(piece: str) -> Maker:
    return lambda size: piece * (size // len(piece))


def nested(opening: str, inner: str, closing: str) -> Maker:
    return lambda size: (
        opening * (size // len(opening + closing + inner)) + inner + closing * (size // len(opening + closing + inner))
    )


def filled(before: str, piece: str, behind: str, times: int) -> Maker:
    return repeated(before + piece * times + behind)


HOSTILE: dict[str, Maker] = {
    "nested blockquotes": nested(QUOTE, LINK, "</blockquote>"),
    "open blockquotes": repeated(QUOTE),
    "open blockquotes, one closed in a string": lambda size: repeated(QUOTE)(size) + "<\\/blockquote>",
    "addresses of go-betweens": repeated("'//cdn.embedly.com/widgets/'"),
    "open blockquotes with links": repeated(f"<blockquote>{LINK}"),
    "comments without end": repeated("<!--"),
    "comments with a marker": repeated("<!-- twitter-tweet "),
    "a million attributes": lambda size: f"{QUOTE[:-1]} {'a=1 ' * (size // 4)}>",
    "attributes of other names": lambda size: f"<div {' '.join(f'a{n}=1' for n in range(size // 10))} twitter-tweet>",
    "quotes without end": repeated('<div class="twitter-tweet '),
    "one quote without end": lambda size: f'<div class="twitter-tweet{"x" * size}',
    "at-signs": repeated("(@"),
    "deep nesting": nested("<div>", "twitter-tweet", "</div>"),
    "deep nesting in a post": filled(QUOTE, "<div>", f"{LINK}</blockquote>", 900),
    "markers without tags": repeated("twitter-tweet "),
    "hyphens": repeated("-"),
    "slashes": repeated("/"),
    "less-than signs": repeated("<"),
    "addresses": repeated(f"{STATUS} "),
    "links": repeated(f"{LINK} "),
    "addresses alone": repeated(f"<p>{STATUS}</p>"),
    "one post again and again": repeated(WHOLE),
    "one post in scripts": repeated(f"<script>{WHOLE}</script>"),
    "entities": repeated("&lt;blockquote class=&quot;twitter-tweet&quot;&gt;"),
    "json": repeated('\\u003cblockquote class=\\"twitter-tweet\\"\\u003e'),
    "json with plain brackets": repeated('<blockquote class=\\"twitter-tweet\\">'),
    "entities closed far behind": filled("", "&lt;p twitter-tweet ", "&lt;/p&gt;", 3000),
    "entities round divisions": filled("", "&lt;div class=&quot;twitter-tweet&quot;&gt; ", "&lt;/div&gt;", 1400),
    "json closed far behind": filled("", '<blockquote class=\\"twitter-tweet\\"> ', "</blockquote>", 1500),
    "frames": repeated('<iframe src="https://www.youtube.com/embed/abcdefghijk">'),
    "base64": lambda size: f"_brlbs-cb-{'QUJD' * (size // 4)}",
    "open wrappers": repeated('<div class="embed-twitter">'),
    "blank lines before an address": filled("", "\n \n", STATUS, 100),
    "posts full of tags": filled(QUOTE, "<q>", f"{LINK}</blockquote>", 300),
    "posts of broken tags": repeated(f"{QUOTE}<q>{LINK}</blockquote>"),
    "words between deep tags": lambda size: repeated(f"{QUOTE}{'<q>' * 450}{'x<s></s>' * 180}{LINK}</blockquote>")(
        size
    ),
    "breaks in a post": filled(QUOTE, "<br><q>", f"{LINK}</blockquote>", 400),
    "boxes": repeated("<div class='twitter-tweet'><iframe src='//x.com/a/status/20' "),
    "end links in a post": filled(
        f"{QUOTE}<p>",
        '<a href="https://t.co/abcdefghij">https://t.co/abcdefghij</a>',
        f"</p>&mdash; A (@ab) {LINK}",
        200,
    ),
    "blanks in a post": filled(f"{QUOTE}<p>", " ", f"</p>&mdash; A (@ab) {LINK}</blockquote>", 10_000),
    # White space that no reading of a page folds into one blank.
    "wide blanks in a post of Bluesky": filled(
        '<blockquote class="bluesky-embed" data-bluesky-uri="at://did:plc:abc/app.bsky.feed.post/3ljrcuxpu222g"><p>Rain',
        WIDE,
        "x</p>&mdash; A (@a.bsky.social)</blockquote>",
        8000,
    ),
    "wide blanks in a post of TikTok": filled(
        '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@a/video/7000000000000000000"><p>Rain',
        WIDE,
        "x</p></blockquote>",
        8000,
    ),
    "music in a post of TikTok": filled(
        '<blockquote class="tiktok-embed" cite="https://www.tiktok.com/@a/video/7000000000000000000"><p>Rain',
        "♬",
        "<br>x</p></blockquote>",
        16_000,
    ),
    "breaks and blanks in a card of Reddit": filled(
        '<blockquote><a href="https://www.reddit.com/r/birds/comments/1abcde/a_slug/">Birds</a>',
        "<br>\u3000",
        "x</blockquote>",
        8000,
    ),
    "wide blanks in a post of Instagram": filled(
        '<blockquote class="instagram-media" data-instgrm-permalink="https://www.instagram.com/p/DFqSZjHgBDh/">'
        "<p>A post shared by Nora (@nora) on<br>",
        WIDE,
        "7</p></blockquote>",
        8000,
    ),
    "wide blanks in links alone": filled(f'<p><a href="{STATUS}"><span>', WIDE, "\x01</a></p>", 280),
    "attributes of a frame": filled("<iframe ", "a=1 ", ' src="https://www.youtube.com/embed/abcdefghijk">', 500),
    "dashes in a byline": filled(QUOTE, "— ", f"(@ab) {LINK}</blockquote>", 2000),
    "handles in a byline": filled(QUOTE, "(@a) ", f"{LINK}</blockquote>", 1000),
    "links in a post": filled(QUOTE, LINK, "</blockquote>", 70),
    "short links in a post": filled(QUOTE, '<a href="https://t.co/abcdefghij">x</a> ', f"{LINK}</blockquote>", 100),
    "documents of frames, escaped": filled("<iframe srcdoc='", f"&lt;a href={STATUS}&gt;", "'></iframe>", 500),
    "links of redirects": repeated('<a href="//www.google.com/url?q=https%3A%2F%2Fx.com%2Fab%2Fstatus%2F20">x</a> '),
    "queries of redirects": filled("//www.google.com/url?", "a=https%3A&", " ", 400),
    "redirects of apps": repeated(
        '<a href="https://lm.facebook.com/l.php?u=https%3A%2F%2Fx.com%2Fab%2Fstatus%2F20">x '
    ),
    "cards that are figures": repeated(f'<figure><a href="{STATUS}"><b>x'),
    "breaks round addresses": filled("", "<br><br>", STATUS, 20),
    "no-break spaces round addresses": filled("<p>", "&nbsp;", STATUS, 20),
    "objects before an address": filled('{"type":"tweet",', '"model":{"a":"b",', f'"url":"{STATUS}"}}', 20),
    "types of Contentful": filled("", '"contentType":{"sys":{"id":"tweet"', f'"url":"{STATUS}"', 10),
    "words of figures": filled(f'<figure><a href="{STATUS}">', "<b>x", "</a></figure>", 500),
    "types that name platforms": filled('{"type":"', "threads", f'","url":"{STATUS}"}}', 5),
    "pictures in cells": filled(f'<td><a href="{STATUS}"><img ', "alt='width=", "></a></td>", 240),
    "colours round samples of code": filled("<pre>", "<b>", "&lt;blockquote class=&quot;twitter-tweet&quot;&gt;", 12),
    "samples of code": repeated("<code>&lt;blockquote class=&quot;twitter-tweet&quot;&gt;"),
    "frames of forums": repeated('<iframe src="//s9e.github.io/iframe/2/reddit.min.html#a/comments/1abcde">'),
    "boxes that name an address": filled('<div class="embed" data-url="//t.me/abc/1">', "<q>", "</div>", 300),
    "captions that name platforms": repeated("<figcaption>X Facebook ok.ru</figcaption>"),
    "captions closed again and again": lambda size: f"<em>{repeated('X </em></p>')(size)}",
    "captions half closed": repeated("</figcaption "),
    "captions never opened": repeated("Facebook X</figcaption>"),
    "paragraphs behind a name": repeated("via Facebook</p>"),
    "links behind a name": repeated("<a>Facebook</a></p>"),
    "blanks before a name": filled("", " ", "Facebook</p>", 380),
    "slashes beside names": repeated("X/Facebook /X"),
    "labels of a host": lambda size: f"//{'a-' * (size // 2)}",
    "labels of a mirror": lambda size: f"//nitter.{'a.' * (size // 2)}",
}
