"""Words that tell an article's voice from a post's, in the languages that embeds come in most: tables, one pattern each."""

from __future__ import annotations

import re

# Verbs and nouns of reporting: what stands in the sentence that leads to a post, or tells what somebody said.
_SPEECH = {
    "en": "tweet twitter said says wrote writes posted shared replied announced asked added told reported according",
    "fr": "tweeté écrit publié annoncé déclaré affirmé indiqué selon",
    "de": "twitterte schrieb schreibt teilte sagte erklärte laut kündigte",
    "es": "tuit tuiteó escribió publicó dijo anunció afirmó según informó",
    "pt": "tuitou escreveu publicou disse anunciou afirmou segundo informou",
    "it": "twittato scritto pubblicato detto annunciato affermato secondo",
    "nl": "twitterde schreef zei meldde volgens",
    "pl": "napisał napisała powiedział poinformował ogłosił według",
    "ru": "написал написала сообщил сообщила заявил заявила объявил",
    "uk": "написав повідомив повідомила заявив оголосили",
    "tr": "açıkladı söyledi yazdı duyurdu paylaştı",
    "id": "mengatakan menulis mengumumkan menurut menyatakan",
}
_SPEECH_SCRIPTS = "ツイート 発表 述べ 推特 发文 發文 写道 寫道 表示 宣布 宣佈 밝혔다 말했다 발표 قال قالت أعلن أعلنت وقال گفت اعلام אמר הודיע"

# Words of narration: past auxiliaries and the like, which posts about the here and now use less.
_NARRATION = {
    "en": "had has been was were would his her their who which while after",
    "fr": "avait était été ont dont après leur leurs",
    "de": "hatte hatten wurde wurden war waren nachdem seine ihre",
    "es": "había fue fueron era han tras cuyo",
    "pt": "havia foi foram era após cujo",
    "it": "aveva stato stata erano dopo cui",
    "nl": "had hadden werd werden was waren nadat",
    "pl": "był była było zostały został która który",
    "ru": "был была было были который которая после",
    "uk": "був була було були який яка після",
    "tr": "olan edildi oldu vardı sonra",
    "id": "telah akan yang setelah",
}
_NARRATION_SCRIPTS = "した。 れた。 だった。 していた。 했다. 었다. 았다. 된다. كانت وكان بعد بود شد"

_WEEKDAYS = (
    r"\b(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day|\b(?:last|this|next) (?:week|month|year|night)\b"
    r"|\b(?:Mon|Diens|Donners|Frei|Sams|Sonn)tag|\bMittwoch|\b(?:lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche)\b"
    r"|\b(?:lunes|martes|miércoles|jueves|viernes|sábado|domingo)\b|\b(?:segunda|terça|quarta|quinta|sexta)-feira"
    r"|\b(?:lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica)\b|\b(?:maan|dins|woens|donder|vrij|zater|zon)dag\b"
    r"|\bhari (?:Senin|Selasa|Rabu|Kamis|Jumat|Sabtu|Minggu)|(?:понедельник|вторник|сред[ау]|четверг|пятниц[ау]|суббот[ау]|воскресенье)"
    r"|(?:понеділок|вівторок|серед[ау]|четвер|п['’]ятниц|субот[ау]|неділ)|(?:poniedział|wtorek|środę|czwartek|piątek|sobotę|niedzielę)"
    r"|(?:pazartesi|salı|çarşamba|perşembe|cuma|cumartesi|pazar) günü|[月火水木金土日]曜|(?:周|星期)[一二三四五六日]|[월화수목금토일]요일"
    r"|يوم (?:الاثنين|الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد)"
)


def _compile(words: dict[str, str], scripts: str) -> re.Pattern[str]:
    """One pattern: whole words where words have spaces, bare ones where the script has none."""
    spaced = sorted({re.escape(word) for line in words.values() for word in line.split()})
    bare = sorted({re.escape(word) for word in scripts.split()})
    return re.compile(rf"\b(?:{'|'.join(spaced)})\b|{'|'.join(bare)}", re.IGNORECASE)


SPEECH = _compile(_SPEECH, _SPEECH_SCRIPTS)
NARRATION = _compile(_NARRATION, _NARRATION_SCRIPTS)
WEEKDAY = re.compile(_WEEKDAYS)
