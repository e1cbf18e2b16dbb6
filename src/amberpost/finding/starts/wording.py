"""Words that tell an article's voice from a post's, and one language from another: tables, and one pass over a line."""

from __future__ import annotations

import re
from dataclasses import dataclass

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
    "cs sk": "řekl řekla oznámil oznámila oznámilo uvedl uvedla povedal povedala uviedol napísal napsal",
    "sr hr": "саопштио саопштила рекао рекла објавио rekao rekla priopćio objavio objavila napisao saopštio",
    "sv da nb": "sade skrev meddelade enligt sagde meldte ifølge oplyste sa skriver kunngjorde",
    "fi hu ro": "kertoi sanoi ilmoitti mukaan kirjoitti közölte mondta írta bejelentette declarat anunțat scris spus",
    "ar fa": "قال قالت وقال وقالت أعلن أعلنت وأعلنت كتب گفت نوشت",
}

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
    "cs sk": "byl byla bylo byly bol bola bolo boli který ktorý která ktorá když keď",
    "sr hr": "је био била били који која која после bio bila bili koji koja nakon",
    "sv da nb": "hade blev har varit havde blev hadde ble været vært",
    "fi hu ro": "oli olivat jälkeen volt voltak miután fost era după",
    "ar fa": "كان كانت وكان وكانت بعد التي الذي بود بودند شده که",
}

_ME = "my me we our us je mon ma mes nous notre ich mein meine meinen wir yo mi eu meu minha ik"
_YOU = "you your yours tu vous votre vos você du dein usted"
_WEEKDAYS = (
    "monday tuesday wednesday thursday friday saturday sunday montag dienstag mittwoch donnerstag freitag"
    " samstag sonntag"
    " lundi mardi mercredi jeudi vendredi samedi dimanche lunes martes miércoles jueves viernes sábado domingo feira"
    " lunedì martedì mercoledì giovedì venerdì sabato domenica maandag dinsdag woensdag donderdag vrijdag zaterdag"
    " zondag"
    " senin selasa rabu kamis jumat sabtu poniedziałek wtorek środę czwartek piątek sobotę niedzielę"
    " понедельник вторник среду четверг пятницу субботу воскресенье понеділок вівторок середу четвер суботу неділю"
    " pazartesi salı çarşamba perşembe cuma cumartesi pondelok utorok stredu štvrtok piatok sobotu nedeľu"
    " pondělí úterý středu čtvrtek pátek neděli понедељак уторак среду четвртак петак суботу недељу ponedjeljak utorak"
    " srijedu četvrtak petak subotu nedjelju måndag tisdag onsdag torsdag fredag lördag söndag mandag tirsdag lørdag"
    " søndag maanantaina tiistaina keskiviikkona torstaina perjantaina lauantaina sunnuntaina hétfőn kedden szerdán"
    " csütörtökön pénteken szombaton vasárnap luni marți miercuri joi vineri sâmbătă duminică الجمعة السبت الأحد"
    " الاثنين الثلاثاء الأربعاء الخميس"
)

# The commonest words of a language: enough to notice that two lines differ, not to name one for certain.
_COMMONEST = {
    "en": "the of and to in is that for it was on with as are this be by at from have not but you his her they their"
    " has had will would were been can could what who when which there about just more out up all if or our we your"
    " an so than into after my its how over them some only also these do did says said me no get like because",
    "fr": "le la les des et est une du dans que pour qui sur pas par avec plus ce sont au un il elle en ne se aux"
    " nous vous cette cet ces son sa ses leur mais ont été à où être fait ils comme tout tous toutes je mon c'est"
    " j'ai très après avant encore aussi était entre même sans sous on si notre votre qu'il qu'elle n'est d'une d'un",
    "de": "der die das und ist nicht ein eine mit von für auf den dem zu sich auch im des bei aus nach wird werden"
    " einen einer einem hat haben sind war wie als noch nur über vor zum zur wir ich sie es aber wenn oder mehr durch"
    " dass kann keine gegen unter bis am um was schon wurde uns mir man so",
    "es": "el los las que una por con para del se su como más pero es lo la de y en un al ha este esta ya muy también"
    " hay desde sin sobre entre cuando todo todos nos le les sus está son fue ser hasta porque donde esto hoy han si"
    " mi yo quien era tras contra",
    "pt": "que não uma com para os dos mais você por como mas seu sua em é ao de da do um na no foi as das nos nas"
    " pela pelo já também até são está tem muito isso esse essa este esta ele ela eu meu minha nós ou quando sem"
    " sobre entre à às só ser vai ainda depois hoje",
    "it": "il che di è per non una con sono della più gli nel la da ha le un al del dei dal dai due lo i si come"
    " anche alla delle dalla nella questo questa ma su ci suo sua ho hanno era stato essere tra dopo se quando già"
    " tutti molto alle sui degli ai fra mi",
    "nl": "de het een en van ik dat niet op te zijn voor met is in die er aan ook als maar om uit bij nog naar dan"
    " wat wordt worden heeft hebben was door over tot deze dit hij zij we wij ze je jullie al geen meer kan moet wel"
    " na",
    "tr": "bir ve bu için ile çok daha olan gibi ne de da en ama kadar sonra var her o ben biz değil olarak mi mı ki"
    " göre oldu diye yok şimdi bugün bile kendi hem ya iki tüm ise",
    "id": "yang dan di ini itu dengan untuk dari tidak ke pada akan ada juga kami kita saya mereka dalam oleh karena"
    " bisa sudah telah bahwa atau lebih adalah setelah para saat tak masih hari sebagai",
    "pl": "nie się jest że na do to jak ale czy po za od dla są był była było przez już tylko tak co przed jego jej"
    " ich oraz także może być będzie który która które tym tego ma nad pod przy",
    "sv": "och att det som en på är av för med till den har inte om ett var jag men vi nu från kan så när efter ska"
    " också eller hade han hon de vid under skriver mycket",
    "da": "og at det som en på er af for med til den har ikke om et var jeg men vi nu fra kan så når efter skal også"
    " eller havde han hun de ved under meget blev",
    "fi": "ja ei että oli hän mutta kun niin myös ovat ole kuin joka tai nyt vain jo sen mukaan tämä jos voi minä"
    " ollut jälkeen sekä vielä",
    "cs": "se je na že to do ale jsem jsou by byl bylo jako si po za pro už jen tak od které který jeho jsme při"
    " podle až není ve ze také",
    "ro": "și în de la nu pe cu că este din pentru au fost care un se ce sunt dar prin după fi să lui sau",
    "hu": "az és hogy nem is egy ez van volt de csak már még el meg mint ha vagy után kell lesz azt ezt",
    "vi": "và của là có không cho được một các với trong này đã những người khi để tại từ đến ở về",
}
LATIN = frozenset(_COMMONEST)

# Scripts that name a language, or a family close enough, by themselves.
_SCRIPTS = {
    "ja": "\u3040-\u30ff", "ko": "\uac00-\ud7af", "zh": "\u4e00-\u9fff", "ru": "\u0400-\u052f",
    "ar": "\u0600-\u06ff",
    "he": "\u0590-\u05ff", "el": "\u0370-\u03ff", "th": "\u0e00-\u0e7f", "hi": "\u0900-\u097f",
}  # fmt: skip
_SCRIPT = re.compile("|".join(f"([{characters}])" for characters in _SCRIPTS.values()))
_SCRIPT_NAMES = tuple(_SCRIPTS)

# The same voices where words are not parted by spaces, or carry prefixes.
_UNPARTED = (
    (
        "speech",
        re.compile(
            "ツイート|発表|述べ|推特|发文|發文|写道|寫道|表示|宣布|宣佈|밝혔다|말했다|발표|قال|أعلن|گفت|اعلام|אמר|הודיע|ประกาศ|กล่าว"
        ),
    ),
    ("narrates", re.compile("した。|れた。|だった。|していた。|[했었았된]다\\.|كانت|وكان|بعد أن|بود|شدند|היה|היתה")),
    (
        "weekday",
        re.compile(
            "[月火水木金土日]曜|(?:周|星期)[一二三四五六日]|[월화수목금토일]요일|يوم |الجمعة|السبت|الأحد|الاثنين|ביום"
            "|วัน(?:จันทร์|อังคาร|พุธ|พฤหัส|ศุกร์|เสาร์|อาทิตย์)"
        ),
    ),
)

_MARKS = ".,;:!?…\"'“”‘’()[]{}<>«»*_-–—/|#@0123456789。、！？「」"
_SAYS_I = re.compile(r"\bI\b(?!['’.])")
_CLITICS = frozenset({"s", "t", "m", "re", "ve", "ll", "d"})
_REACH = 160


@dataclass(slots=True, frozen=True)
class Wording:
    """The language of a line, `None` when too little tells, and the traits that its words give it."""

    language: str | None
    traits: frozenset[str]


_VOICES = (
    ("speech", frozenset(" ".join(_SPEECH.values()).split())),
    ("narrates", frozenset(" ".join(_NARRATION.values()).split())),
    ("me", frozenset(_ME.split())),
    ("you", frozenset(_YOU.split())),
    ("weekday", frozenset(_WEEKDAYS.split())),
)
_LANGUAGES: dict[str, list[str]] = {}
for _language, _words in _COMMONEST.items():
    for _word in _words.split():
        _LANGUAGES.setdefault(_word, []).append(_language)


def parse_wording(text: str) -> Wording:
    """Read the voice and the language of a line in one pass over its words.

    >>> wording = parse_wording("I love the garden, and it is in the sun")
    >>> wording.language, sorted(wording.traits)
    ('en', ['me'])
    """
    text = text[:_REACH]
    words = _split_words(text.lower())
    traits = {trait for trait, voice in _VOICES if not voice.isdisjoint(words)}
    if "I" in text and _SAYS_I.search(text):
        traits.add("me")
    if "'" in text or "’" in text:
        for word in words:
            traits |= _clitic_traits(word)
    language = None
    if not text.isascii():
        language = _parse_script(text)
        if language is not None:
            traits.update(trait for trait, pattern in _UNPARTED if pattern.search(text))
    return Wording(language or _parse_latin(words), frozenset(traits))


def _split_words(text: str) -> set[str]:
    """The words of a line between white space, without the marks around them: a good deal faster than a pattern."""
    words = set(text.split())
    words.update([word.strip(_MARKS) for word in words if not word.isalpha()])
    return words


def _parse_latin(words: set[str]) -> str | None:
    counts: dict[str, int] = {}
    for word in words & _LANGUAGES.keys():
        for language in _LANGUAGES[word]:
            counts[language] = counts.get(language, 0) + 1
    return _commonest(counts)


def _clitic_traits(word: str) -> set[str]:
    """What `I'm`, `we've`, `don't`, `j'ai` say of their line."""
    head, _, tail = word.replace("’", "'").rpartition("'")
    traits = {"informal"} if tail in _CLITICS else set()
    if head in ("i", "we", "j"):
        traits.add("me")
    elif head == "you":
        traits.add("you")
    return traits


def _commonest(counts: dict[str, int]) -> str | None:
    best, second, name = 0, 0, None
    for language, count in counts.items():
        if count > best:
            best, second, name = count, best, language
        elif count > second:
            second = count
    return name if best >= 2 and best > second else None


def _parse_script(text: str) -> str | None:
    found: dict[str, int] = {}
    for match in _SCRIPT.finditer(text):
        name = _SCRIPT_NAMES[(match.lastindex or 1) - 1]
        found[name] = found.get(name, 0) + 1
    if "ja" in found:
        return "ja"
    best = max(found, key=lambda language: found[language], default=None)
    return best if best is not None and found[best] > 5 else None
