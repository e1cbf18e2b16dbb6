"""A guess at the language of a line: enough to notice that two lines differ, not to name one for certain."""

from __future__ import annotations

import re

_WORD = re.compile(r"[^\W\d_]+")
_STOP_WORDS = {
    "en": "the of and to in is that for it was on with as are this be by at from have not but you",
    "fr": "le la les des et est une du dans que pour qui sur pas par avec plus ce sont au",
    "de": "der die das und ist nicht ein eine mit von für auf den dem zu sich auch im",
    "es": "el los las que una por con para del se su como más pero es lo",
    "pt": "que não uma com para os dos mais você por como mas seu sua em é ao",
    "it": "il che di è per non una con sono della più gli nel",
    "nl": "de het een en van ik dat niet op te zijn voor met",
    "tr": "bir ve bu için ile çok daha olan gibi ne de da",
    "id": "yang dan di ini itu dengan untuk dari tidak ke pada akan",
    "pl": "nie się jest że na do to jak ale czy",
}
LATIN = frozenset(_STOP_WORDS)
_LANGUAGES: dict[str, tuple[str, ...]] = {}
for _language, _words in _STOP_WORDS.items():
    for _word in _words.split():
        _LANGUAGES[_word] = (*_LANGUAGES.get(_word, ()), _language)

# First code points of scripts that name a language, or a family close enough, by themselves.
_SCRIPTS = ((0x3040, 0x30FF, "ja"), (0xAC00, 0xD7AF, "ko"), (0x4E00, 0x9FFF, "zh"), (0x0400, 0x052F, "ru"))
_SCRIPTS += ((0x0600, 0x06FF, "ar"), (0x0590, 0x05FF, "he"), (0x0370, 0x03FF, "el"), (0x0E00, 0x0E7F, "th"))
_SCRIPTS += ((0x0900, 0x097F, "hi"),)


def parse_language(text: str) -> str | None:
    """Guess the language of a line by its script, else by its commonest words; `None` when too little tells.

    >>> parse_language("The quick fox is in the garden"), parse_language("こんにちは"), parse_language("Ok")
    ('en', 'ja', None)
    """
    if not text.isascii():
        script = _parse_script(text[:200])
        if script:
            return script
    counts: dict[str, int] = {}
    for word in _WORD.findall(text[:240].lower()):
        for language in _LANGUAGES.get(word, ()):
            counts[language] = counts.get(language, 0) + 1
    ranked = sorted(counts.values(), reverse=True)
    if not ranked or ranked[0] < 2 or (len(ranked) > 1 and ranked[1] == ranked[0]):
        return None
    return max(counts, key=lambda language: counts[language])


def _parse_script(text: str) -> str | None:
    found: dict[str, int] = {}
    for character in text:
        point = ord(character)
        if point < 0x370:
            continue
        for first, last, language in _SCRIPTS:
            if first <= point <= last:
                found[language] = found.get(language, 0) + 1
    if found.get("ja"):
        return "ja"
    best = max(found, key=lambda language: found[language], default=None)
    return best if best and found[best] > 5 else None
