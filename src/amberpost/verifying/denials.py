"""Words that turn a sentence round, or take it back, in the languages that posts are cited in.

Lists of words are never complete, and they need not be: a word in them only keeps a verdict from being better.
"""

from __future__ import annotations

import re

_NO = """
    no not non none never nor neither nobody nothing nowhere without cannot hardly
    nicht nichts kein keine keinem keinen keiner keines nie niemals niemand nirgends ohne kaum
    ne pas jamais rien personne aucun aucune sans nunca jamás nada nadie ningún ninguna ninguno sin ni
    não nao ninguém nenhum nenhuma sem mai nessuno niente nulla senza nu nici niciun nicio fără
    niet niets geen nooit niemand zonder ikke ikkje aldri ingen intet aldrig inte icke ej uden uten utan ei eivät
    emme ette älä ilman mitte pole ilma nem ne sem soha senki semmi nincs nélkül
    nikt nic nigdy bez żaden żadna brak není nejsou nikdy nikdo nic nije nisu nema nikad nikada neće nisam nismo
    değil yok hayır asla hiç olmadan tidak bukan jangan belum tanpa không chẳng chưa đừng hindi wala hapana sio
    не ни нет нельзя никогда никто ничто ничего без нема немає ніколи ніхто ані няма нито никога
    δεν δε μη μην όχι ποτέ κανείς τίποτα χωρίς ούτε
    לא אין אינו אינה אינם בלי ללא מעולם لا لم لن ليس ليست ليسوا غير بدون نه نیست نیستند نبود هرگز بدون هیچ نہیں مت
    안 못 չի չեմ չէ չեն ոչ არ არა ვერ არაა ez inoiz níl ní gan cha naka
"""
_DENIALS = frozenset(_NO.split())
_CONTRACTED = re.compile("(?:ca|wo|do|does|did|is|are|was|were|has|have|had|ai|should|would|could|must)n'?t")
# What says of what stands before it that it is not so.
_NOT_SO = """
    false fake lie lies untrue hoax myth satire parody joke joking kidding sarcasm rumor rumour debunked denied
    denies deny disputed wrong nonsense nah nope falsch quatsch unsinn blödsinn gelogen lüge lügen erfunden
    gerücht dementiert faux fausse mensonge démenti rumeur falso falsa mentira bulo desmiente desmentido menzogna
    bufala smentito boato onwaar leugen verzonnen løgn usant lögn osant valhe väärä nieprawda kłamstwo fałsz
    fałszywe bzdura dementuje lež nepravda laž hazugság hamis fals minciună yalan asılsız yalanladı bohong hoaks
    palsu ψέμα ψευδές ψευδής неправда ложь ложный лгут враньё фейк слух шутка брехня лъжа שקר כזב שקרי כذب كذب كاذب
    كاذبة شائعة إشاعة دروغ شایعه تکذیب جھوٹ
"""
_TAKEN_BACK = frozenset(_NOT_SO.split())
# Where words are not parted by white space, or are written with signs that part them for a computer.
_WITHIN = re.compile(
    "[🚫❌🙄🙃🤥🤡🙅]|fake|hoax|satire|debunk|[不没沒未无無非否别別勿假谣謠]|ない|なかった|なく|ません|ずに|デマ|嘘|ウソ|誤報|않|못|없|아니|아닌|거짓|가짜"
    "|ไม่|มิได้|เท็จ|ปลอม|नहीं|मत |झूठ|अफवाह|নয়|নেই|না |মিথ্যা|இல்லை|పొய్|లేదు|ಇಲ್ಲ|ഇല്ല"
)
# Languages that deny within the verb.
_INSIDE = {
    "tr": re.compile(r"m[ae](?:d[ıi]|z|m[ıi]ş|y[ae]c[ae])|m[ıiuü]yor"),
    "fa": re.compile(r"\bن"),
    "cs": re.compile(r"\bne"),
    "sk": re.compile(r"\bne"),
    "sw": re.compile(r"\b[hs][ai]"),
    "lt": re.compile(r"\bne"),
    "lv": re.compile(r"\bne"),
}
_WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def is_denial(word: str) -> bool:
    """Whether a word alone turns a sentence round.

    >>> is_denial("Never"), is_denial("ever"), is_denial("isnt")
    (True, False, True)
    """
    lowered = word.lower()
    return lowered in _DENIALS or _CONTRACTED.fullmatch(lowered) is not None


def is_taken_back(word: str) -> bool:
    """Whether a word alone says that something is not so.

    >>> is_taken_back("Hoax"), is_taken_back("boat")
    (True, False)
    """
    return word.lower() in _TAKEN_BACK


def has_denial(text: str, *, lang: str | None) -> bool:
    """Whether words turn round, or take back, what stands before them or beside them.

    >>> has_denial("that is a lie", lang="en"), has_denial("本当ではない", lang=None), has_denial("so it is", lang="en")
    (True, True, False)
    """
    lowered = text.lower()
    if any(is_denial(word) or is_taken_back(word) for word in _WORD.findall(lowered)):
        return True
    inside = _INSIDE.get(lang or "")
    return _WITHIN.search(lowered) is not None or (inside is not None and inside.search(lowered) is not None)
