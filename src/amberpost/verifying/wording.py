"""Words made comparable: two spellings of one text become one, and what a writer would call an edit stays one.

Nothing that a reader would see as another word, number or sign is folded. So no NFKC over all: it would make `10²` into
`102`. Case stays as well.
"""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from ..urls import parse_url

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# What html2text and markdownify put before a character that Markdown would read.
_ESCAPED = re.compile(r"\\(?=[!-/:-@\[-`{-~])")
_URL_SIGNS = r"[!#$%&'()*+,\-./:;=?@A-Z_a-z0-9~]"
_LINK = re.compile(
    # t.co codes have had ten characters since 2013: what is glued behind the tenth is text.
    r"(?:https?://)?(?:(?<![A-Za-z0-9@.-])t\.co|pic\.(?:twitter|x)\.com)/[A-Za-z0-9]{1,10}"
    rf"|https?://t\.co/[A-Za-z0-9]{{1,10}}|https?://{_URL_SIGNS}{{4,2000}}"
    # As a service shows a link: no scheme, often cut with dots.
    rf"|(?<![\w@.-])(?:[A-Za-z0-9-]{{1,63}}\.){{1,5}}[a-z]{{2,24}}/{_URL_SIGNS}{{0,2000}}…?"
)
_TRAILING = ".,;:!?'’)*_"
_WIDTHS = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000\ufb00-\ufb06\uff01-\uffef]+")
_DASHES = re.compile("-{2,}")
_SPACE = re.compile(r"(\s+)")
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛´`ʼ′＇", "'"),
        **dict.fromkeys("“”„‟«»″〝〞＂", '"'),
        **dict.fromkeys("‐‑‒–—―−﹘﹣－", "-"),
        "…": "...",
        # Invisible: soft hyphen, zero width, marks of direction, variation selectors.
        **dict.fromkeys("\u00ad\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u061c"),
        **dict.fromkeys(map(chr, (*range(0x202A, 0x202F), *range(0x2066, 0x206A), *range(0xFE00, 0xFE10)))),
    }
)
_EMOJI = re.compile(
    "[\u203c\u2049\u20e3\u2122\u2139\u2194-\u21aa\u231a-\u23ff\u24c2\u25aa-\u27bf\u2934\u2935"
    "\u2b05-\u2b55\u3030\u303d\u3297\u3299\U0001f000-\U0001faff\U000e0020-\U000e007f]+"
)
# What stands where an emoji was: a name between colons, or the sign for a character that is lost.
_STAND_IN = re.compile(r":[a-z][a-z0-9_+-]{1,40}:|[\ufffd\u25a1\u25a0]")
_LEAD = re.compile(r"(?:\.?[@＠][A-Za-z0-9_.-]{1,40}\s+)+")
_WIDE = re.compile("[\u1100-\u11ff\u2e80-\ud7ff\uf900-\ufaff\U00020000-\U0003ffff]")
_SPACELESS = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u2e80-\ua4cf\uf900-\ufaff\U00020000-\U0003ffff]")
_POINTED = re.compile(r"\d[.,]\d\Z")
_SHORT_ENOUGH = 3000
_MOST_MARKS = 30


@dataclass(slots=True, frozen=True)
class Words:
    """A text without white space, where in it white space stood between two words, and where lines ended.

    A gap is true at the end of a line.
    """

    key: str
    gaps: Mapping[int, bool]
    lines: frozenset[int] = frozenset()

    def __len__(self) -> int:
        """How much is said: a wide character, as of Chinese, counts twice."""
        return len(self.key) + (0 if self.key.isascii() else len(_WIDE.findall(self.key)))


def normalize_wording(text: str, *, hosts: Iterable[str] = ()) -> str:
    """One spelling for a text: entities undone, links out, quotes, dashes, widths and invisible signs as one.

    A link leaves the end of a line, which two texts may differ in. `hosts` are those of links shown without a path.

    >>> normalize_wording("“Rain &amp; wind” — see https://t.co/abcdefghij, ok…")
    '"Rain & wind" - see \\n, ok...'
    """
    bare = _ESCAPED.sub("", _undo_entities(text))
    bare = _LINK.sub(_mask, bare)
    for host in hosts:
        bare = re.sub(rf"(?<![\w@.-])(?:www\.)?{re.escape(host)}(?![\w-])", "\n", bare, flags=re.IGNORECASE)
    wide = _WIDTHS.sub(lambda run: unicodedata.normalize("NFKC", run[0]), bare)
    folded = unicodedata.normalize("NFC", _limit_marks(wide.translate(_FOLDED)))
    return _DASHES.sub("-", folded.translate(_FOLDED)).strip()


def make_words(text: str) -> Words:
    """Take the white space out of a normalized text, and remember where it parted two words.

    >>> make_words("now here!\\nOK")
    Words(key='nowhere!OK', gaps={3: False}, lines=frozenset({8}))
    """
    key: list[str] = []
    breaks: dict[int, bool] = {}
    place = 0
    for part in _SPACE.split(text.strip()):
        if part.isspace():
            breaks[place] = "\n" in part
        else:
            key.append(part)
            place += len(part)
    joined = "".join(key)
    gaps = {at: line for at, line in breaks.items() if _parts_words(joined, at)}
    return Words(joined, gaps, frozenset(at for at, line in breaks.items() if line))


def bare_hosts(targets: Iterable[str]) -> tuple[str, ...]:
    """The hosts of links that lead to a site's front page: such a link is shown as nothing but its host.

    >>> bare_hosts(["https://www.example.com/", "https://example.org/a"])
    ('example.com',)
    """
    urls = [parse_url(target[:2000]) for target in targets]
    return tuple({url.host.removeprefix("www."): None for url in urls if url and not url.path and not url.query})[:50]


def find_shown(text: str) -> list[str]:
    """The links that stand in a text, as they are shown there: whole, short, or cut with dots.

    >>> find_shown("see example.com/abc… and https://t.co/abcdefghij, ok")
    ['example.com/abc…', 'https://t.co/abcdefghij']
    """
    found = (link[0] for link in _LINK.finditer(text))
    return [link if link.endswith(("...", "…")) else link.rstrip(_TRAILING) for link in found]


def has_emoji(text: str) -> bool:
    return _EMOJI.search(text) is not None


def drop_emoji(text: str) -> str:
    """Take emoji out, and what stands for them where an extractor could not show them.

    >>> drop_emoji("rain 🌧 again :umbrella:").split()
    ['rain', 'again']
    """
    return _STAND_IN.sub("\n", _EMOJI.sub("\n", text)).strip()


def name_emoji(text: str) -> str:
    """Put the Unicode names of emoji in their place, as a picture's alternative text has them.

    >>> name_emoji("rain 🌧")
    'rain \\nCloud with rain\\n'
    """
    return _EMOJI.sub(lambda run: "\n".join(["", *map(_name, run[0]), ""]), text)


def drop_lead(text: str) -> str:
    """Take out the accounts that a reply opens with: some services print them before the words, others do not.

    >>> drop_lead("@ada @ben so it is"), drop_lead("so it is @ada")
    ('so it is', 'so it is @ada')
    """
    lead = _LEAD.match(text)
    return text[lead.end() :] if lead else text


def repair_encoding(text: str) -> str | None:
    """The text whose UTF-8 was read as Windows-1252, which leaves `â€™` for an apostrophe; `None` when it is not so.

    >>> repair_encoding("itâ€™s"), repair_encoding("it's")
    ('it’s', None)
    """
    try:
        return None if text.isascii() else text.encode("cp1252").decode()
    except UnicodeError:
        return None


def _undo_entities(text: str) -> str:
    for _ in range(2):  # a site that escapes what was escaped is common, a third time is not
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    return text


def _mask(link: re.Match[str]) -> str:
    kept = link[0].rstrip(_TRAILING)
    behind = link[0][len(kept) :]
    return "\n" if behind.startswith("...") else "\n" + behind


def _limit_marks(text: str) -> str:
    """Keep thirty marks on one letter, as the Unicode stream-safe format does: sorting more takes time in squares."""
    if len(text) < _SHORT_ENOUGH or text.isascii():
        return text
    kept, run = [], 0
    for sign in text:
        run = run + 1 if unicodedata.combining(sign) else 0
        if run <= _MOST_MARKS:
            kept.append(sign)
    return "".join(kept)


def _parts_words(key: str, place: int) -> bool:
    """White space that parts two words, in a script that does so; beside a sign it may come and go.

    Not within a number: `3, 400` are two.
    """
    before, behind = key[place - 1 : place], key[place : place + 1]
    if before.isalnum() and behind.isalnum():
        return not (_SPACELESS.match(before) or _SPACELESS.match(behind))
    return _POINTED.match(key[max(0, place - 2) : place + 1]) is not None or (
        _POINTED.match(key[max(0, place - 1) : place + 2]) is not None
    )


def _name(sign: str) -> str:
    return unicodedata.name(sign, "").capitalize()
