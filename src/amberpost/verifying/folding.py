"""Signs made comparable: entities, widths, fonts, quotes, dashes and digits in one spelling, invisible signs out.

Nothing that a reader would see as another word, number or sign is folded. So no NFKC over all: it would make `10²` into
`102`. Case stays as well. Letters that are two to some readers are blurred apart, and leave a doubt.
"""

from __future__ import annotations

import html
import re
import unicodedata

_ENTITY = re.compile(r"&(?:#[0-9]{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
# A site that escapes what was escaped is common, and escapes it once more when it is copied.
_MOST_ESCAPED = 3
# What html2text and markdownify put before a character that Markdown would read, or for the end of a line.
_ESCAPED = re.compile(r"\\(?=[!-/:-@\[-`{-~\n])")
# Spaces, ligatures, wide and narrow forms, joined forms of Arabic, and letters of mathematics, which stand for bold.
_WIDTHS = re.compile(
    "[\u00a0\u2000-\u200a\u202f\u205f\u2800\u3000\u3164\ufb00-\ufb06\ufb50-\ufdcf\ufdf0-\ufdf9\ufdfc\ufe80-\ufefc\uff01-\uffef"
    "\u2102\u210a-\u2113\u2115\u2119-\u211d\u2124\u2128\u212c\u212d\u212f-\u2131\u2133\u2134\U0001d400-\U0001d7ff]+"
)
# WordPress makes it of the letter.
_TIMES = re.compile(r"(?<=\d)×(?=\d)")
# Dashes that are no hyphens, or two of these: they stand apart, whether there is space beside them or not.
_DASHES = re.compile(" ?(?:[—―]|-{2,})[—―-]* ?")
# Dashes that are no hyphens, between two words and between two years: spaces beside them are a house's manner.
_BLANK = "[ \u00a0\u2009\u200a\u202f]"
_LETTER = r"[^\W\d_]"
_PARTING = re.compile(
    rf"(?:(?<={_LETTER})|(?<=[\u0300-\u036f])){_BLANK}{{0,2}}(?:[–—―]+|-{{2,}}){_BLANK}{{0,2}}(?={_LETTER})"
)
_YEAR = "(?:1[5-9]|20)[0-9]{2}"
_YEARS = re.compile(rf"(?<![\w.,:/–-])({_YEAR})(?:–|{_BLANK}–{_BLANK})(?=({_YEAR})(?![\w/–-]|[.,:]\d))")
# A sign that hardly a post has, and no hyphen to whatever looks for one.
PARTED = "⸺"
# The noughts of scripts that have digits of their own: the other nine follow each.
_NOUGHTS = "٠۰०০੦૦୦௦౦೦൦๐໐༠၀០"
_FOLDED = str.maketrans(
    {
        **dict.fromkeys("‘’‚‛´`ʼʻ′‹›׳＇", "'"),
        **dict.fromkeys("“”„‟«»″〝〞״「」『』＂", '"'),
        **dict.fromkeys("‐‑‒–−־﹣－", "-"),
        **{chr(ord(nought) + value): str(value) for nought in _NOUGHTS for value in range(10)},
        **dict.fromkeys("…⋯", "..."),
        "﹘": "—",
        "〜": "~",
        "٪": "%",
        # Romanian was typed with a cedilla for as long as fonts had no comma.
        **dict(zip("ȘșȚț", "ŞşŢţ", strict=True)),
        # Blank, though no space: Instagram's captions are spaced with the first.
        **dict.fromkeys("\u2800\u3164\u1160", " "),
        # Invisible: soft hyphen, zero width, marks of direction, variation selectors, the stretch of Arabic letters,
        # and the sign for something that was embedded.
        **dict.fromkeys(
            "\u00ad\u0640\u180e\u200b\u200c\u200d\u200e\u200f\u2060\u2061\u2062\u2063\u2064\ufeff\u061c\ufffc"
        ),
        **dict.fromkeys(map(chr, (*range(0x2066, 0x206A), *range(0xFE00, 0xFE10), *range(0xE0100, 0xE01F0)))),
    }
)
# These turn letters and digits round, so that 41 reads 14; mere embeddings do not.
_OVERRIDES = re.compile("[\u202d\u202e]")
_DIRECTIONS = re.compile("[\u202a-\u202e]+")
# One letter to those who type them for each other, and to some readers two: `все` is another word than `всё`.
_BLURRED = str.maketrans({"ё": "е", "Ё": "Е", "ي": "ی", "ك": "ک", "ß": "ss", "œ": "oe", "Œ": "OE"})
# UTF-8 that was read as Windows-1252, and the bytes for which that has no sign.
_MISREAD = {ord(sign): byte for byte in range(0x80, 0xA0) for sign in bytes([byte]).decode("cp1252", "ignore")}
_FOREIGN = re.compile("[^\\x00-\\x7f]{2,}")
# What is left of HTML that was not wholly undone. `<s>` says the opposite of what it holds, and stays.
_BROKEN = re.compile(r"</?(?:br|p)\s{0,2}/?>", re.IGNORECASE)
_TAGGED = re.compile(r"</?(?:b|i|em|strong|span)>", re.IGNORECASE)
_SHORT_ENOUGH = 3000
_MOST_MARKS = 30


def undo_escapes(text: str) -> str:
    """Undo entities, the tags of words and lines, and the backslashes of Markdown.

    >>> undo_escapes("Rain &amp;amp; <b>wind</b> \\\\#storm")
    'Rain & wind #storm'
    """
    for _ in range(_MOST_ESCAPED):
        if "&" not in text:
            break
        text = _ENTITY.sub(lambda entity: html.unescape(entity[0]), text)
    if "<" in text:
        text = _TAGGED.sub("", _BROKEN.sub("\n", text))
    return _ESCAPED.sub("", text)


def fold_signs(text: str) -> str:
    """One spelling for quotes, dashes, dots, widths, fonts, digits and composed letters; invisible signs out.

    >>> fold_signs("“١٤” 𝐛𝐨𝐚𝐭𝐬 ‒ 10²…")
    '"14" boats - 10²...'
    """
    wide = _WIDTHS.sub(lambda run: unicodedata.normalize("NFKC", run[0]), text)
    plain = wide if _OVERRIDES.search(wide) else _DIRECTIONS.sub("", wide)
    folded = unicodedata.normalize("NFC", _limit_marks(plain.translate(_FOLDED)))
    return _TIMES.sub("x", _DASHES.sub(" - ", folded.translate(_FOLDED))).replace("''", '"')


def part_dashes(text: str) -> str:
    """Make dashes that part words, or join years, one sign that is no hyphen, with the spaces beside them.

    It must see the dashes before they are folded: a hyphen makes one word of two, and there a space says another thing.

    >>> part_dashes("ready – and"), part_dashes("ready–and"), part_dashes("no - one"), part_dashes("2 –1")
    ('ready⸺and', 'ready⸺and', 'no - one', '2 –1')
    """
    return _YEARS.sub(_join_years, _PARTING.sub(PARTED, text))


def drop_directions(text: str) -> str:
    """Take out the marks that turn the direction of what stands behind them.

    >>> drop_directions("at \\u202e41\\u202c")
    'at 41'
    """
    return _DIRECTIONS.sub("", text)


def blur_letters(text: str) -> str:
    """Make letters one that many type for each other.

    >>> blur_letters("ещё"), blur_letters("Straße")
    ('еще', 'Strasse')
    """
    return text.translate(_BLURRED)


def repair_encoding(text: str) -> str | None:
    """The text whose UTF-8 was read as Windows-1252, which leaves `â€™` for an apostrophe; `None` when it is not so.

    >>> repair_encoding("itâ€™s"), repair_encoding("it's")
    ('it’s', None)
    """
    mended = _FOREIGN.sub(lambda run: _decode(run[0]), text)
    return mended if mended != text else None


def _join_years(found: re.Match[str]) -> str:
    """A range goes forward: `1953 – 1836` is a year, and a number of something."""
    return found[1] + PARTED if found[1] < found[2] else found[0]


def _decode(misread: str) -> str:
    try:
        return misread.translate(_MISREAD).encode("latin-1").decode()
    except UnicodeError:
        return misread


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
