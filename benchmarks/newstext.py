"""Invented news text, the same at every run: words and names that do not exist, punctuation as newspapers have it.

An article has some ten quotations, ten apostrophes, four colons and three parentheses, in words of seven letters; half
of the articles have a slash, one in ten an at-sign (an e-mail address). Every twentieth shows one post.
"""

from __future__ import annotations

import random
from collections.abc import Iterator

ARTICLE_SIZE = 6800
CITED_EVERY = 20
WORDS_EACH = (7, 24)

_SMALL = "the the the of of and a to in in on for with was is that by at from it as had were be an its over after"
_ONSETS = "b br c ch cl d dr f fl g gr h k l m n p pl pr qu r s sh sl st t th tr v w y"
_VOWELS = "a e i o u ai ea ee ie oo ou"
_CODAS = "d ct l lt m n nd ng nt r rd rn s st t th"
_ENDINGS = ("", "", "", "", "ed", "er", "ing", "ly", "s", "s", "ment", "ion", "al")
_CODE = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_MONTHS = "January February March April May June July August September October November December"


def find_articles(count: int, *, size: int = ARTICLE_SIZE, cited_every: int = CITED_EVERY) -> Iterator[str]:
    """Find so many articles of about `size` characters, each `cited_every`-th with one post's residue in its middle.

    >>> first, second = find_articles(2, cited_every=2)
    >>> "(@" in first, "(@" in second, 6000 < len(first) < 7600
    (False, True, True)
    """
    press = Press()
    for number in range(1, count + 1):
        paragraphs = press.paragraphs(size)
        if number % cited_every == 0:
            paragraphs.insert(len(paragraphs) // 2, press.residue())
        yield "\n\n".join(paragraphs)


class Press:
    """Writes paragraphs out of a vocabulary of its own, from one seed."""

    def __init__(self, seed: int = 1) -> None:
        self.chance = random.Random(seed)
        roots = [self._syllables() + self.chance.choice(_ENDINGS) for _ in range(2500)]
        # As in any language, the first few hundred words do most of the work.
        self._words = _SMALL.split() * 40 + roots[:300] * 4 + roots
        self._names = [self._syllables().capitalize() for _ in range(400)]

    def _syllables(self) -> str:
        pick = self.chance.choice
        begin = "".join(pick(_ONSETS.split()) + pick(_VOWELS.split()) for _ in range(pick((1, 1, 1, 2, 2, 3))))
        return begin + pick(_CODAS.split())

    def paragraphs(self, size: int) -> list[str]:
        paragraphs, total = [self._heading()], 0
        while total < size:
            sentences = [self.sentence() for _ in range(self.chance.randint(2, 5))]
            paragraphs.append(" ".join(sentences))
            total += len(paragraphs[-1]) + 2
        if self.chance.random() < 0.5:
            paragraphs.append(self._with_slash())
        if self.chance.random() < 0.1:
            paragraphs.append(f"Write to {self._word()}@{self._word()}.example with what you know.")
        return paragraphs

    def residue(self) -> str:
        """What the embed of a post leaves in extracted text."""
        name, code = self.name(), "".join(self.chance.choices(_CODE, k=10))
        day = f"{self.chance.choice(_MONTHS.split())} {self.chance.randint(1, 28)}, {self.chance.randint(2012, 2024)}"
        return f"{self._clause()}. pic.twitter.com/{code} — {name} (@{name.replace(' ', '')[:15]}) {day}"

    def name(self) -> str:
        return f"{self.chance.choice(self._names)} {self.chance.choice(self._names)}"

    def sentence(self) -> str:
        kind = self.chance.random()
        if kind < 0.16:
            return f"“{self._clause()},” {self.name()} said{self._tail()}."
        if kind < 0.22:
            return f"{self._clause()}: “{self._clause()}.”"
        if kind < 0.28:
            return f"{self._clause()} ({self._phrase(self.chance.randint(1, 4))}){self._tail()}."
        if kind < 0.31:
            return f"{self._clause()} at {self.chance.randint(1, 12)}:{self.chance.randint(10, 59)} p.m."
        if kind < 0.36:
            return f"{self._clause()} — {self._phrase(4)} — {self._phrase(5)}."
        if kind < 0.48:
            return f"{self.chance.choice(self._names)}’s {self._phrase(6)} wasn’t {self._phrase(5)}{self._tail()}."
        return f"{self._clause()}{self._tail()}."

    def _heading(self) -> str:
        return self._phrase(self.chance.randint(5, 9)).capitalize()

    def _clause(self) -> str:
        words = self._phrase(self.chance.randint(*WORDS_EACH)).split()
        if self.chance.random() < 0.4:
            words[len(words) // 2 : len(words) // 2] = ["in", self.chance.choice(self._names) + ","]
        if self.chance.random() < 0.15:
            words[-1:] = [f"{self.chance.randint(2, 980)}", words[-1]]
        return " ".join([words[0].capitalize(), *words[1:]])

    def _tail(self) -> str:
        return f", {self._phrase(self.chance.randint(3, 9))}" if self.chance.random() < 0.4 else ""

    def _with_slash(self) -> str:
        slashed = self.chance.choice(("and/or", "km/h", "24/7", "2023/24", "his/her"))
        return f"{self._clause()} {slashed} {self._phrase(5)}."

    def _phrase(self, count: int) -> str:
        return " ".join(self.chance.choices(self._words, k=count))

    def _word(self) -> str:
        return self.chance.choice(self._words)
