"""Who stands in credit lines and is no author, and what only looks like a credit. Only tables: no grammar."""

from __future__ import annotations

import re

from .words import words

NOT_ACCOUNTS = frozenset(
    words(
        "about|c|channel|company|events|explore|groups|hashtag|help|home|i|in|intent|login|p|pages|permalink.php",
        "photo|photo.php|photos|pin|playlist|posts|privacy|profile|profile.php|r|reel|reels|s|search|share|sharer",
        "shorts|status|stories|story.php|tv|u|user|video|videos|watch",
    )
)
"""First parts of a path that are no account names."""

AGENCIES = frozenset(
    words(
        "aa|aap|abaca|afp|afp photo|alamy|anadolu|ani|anp|ansa|antara|ap|ap photo|apa|associated press|belga",
        "bernama|bloomberg|cna|ctk|dha|dpa|efe|epa|epa-efe|europa press|getty|getty images|ians|iha|imago|irna|isna",
        "jiji|keystone|kyodo|lusa|mti|nna|ntb|nurphoto|pap|pti|reuters|rex|ria|ria novosti|ritzau|sana|shutterstock",
        "sipa|sputnik|storyful|tass|the associated press|tt|uni|upi|vna|wireimage|xinhua|yonhap|zuma|čtk|интерфакс",
        "риа|риа новости|тасс|укринформ|унiан|унн|أ ف ب|رويترز|共同|共同通信|新华社|新華社|時事|時事通信|연합뉴스",
    )
)
"""Agencies pass pictures on; they are printed where an account would stand, and are none."""

UNNAMED = frozenset(
    words(
        "social media|social networks|socials|redes sociales|redes sociais|rrss|réseaux sociaux|soziale medien",
        "social|internet|sosial media|media sosial|medsos|mạng xã hội|sosyal medya|соцсети|соціальні мережі",
        "सोशल मीडिया|مواقع التواصل|ugc|user generated|handout|uncredited|-|--|dr|d.r.|privat|private|courtesy",
        "personal|istimewa|ist|file|archive|especial|cortesía|divulgação|arquivo pessoal|screen|screenshot",
        "screengrab|printscreen|web|open source|archivo",
    )
)
"""What stands where an author would and names none: behind these a platform is a credit without author."""

COMPANIES = frozenset(words("alphabet|bytedance|google|meta|microsoft|suisse|agricole|tencent"))
"""Firms that own platforms, or stand behind a word that is a keyword, too: Credit Suisse."""

NO_NAMES = frozenset(
    words(
        "API|Ads|App|Blue|Business|CEO|Corp|Corp.|Daily|Factor|Files|Games|Gaming|Inc|Inc.|Kids|Live|Marketplace",
        "Holdings|Messenger|Music|Premium|Prize|Red|Reels|Shorts|Spaces|TV|Watch|Web|Games",
    )
)
"""Words that with a platform's name are the name of something else."""

NO_AUTHORS = frozenset(
    words(
        "continue|ipad|macbook|about|advertisers|alphabet|amazon|android|app|apple|apps|blog|business|bytedance|companies|contact|copy",
        "culture|explained|law|playstation|xbox|disney|e-mail|email|follow|ftc|lifestyle|markets|menu|netflix",
        "opinion|oracle|partners|people|privacy|read|search|sec|spotify|subscribe|terms|topics|trending|viral",
        "walmart|watch|entertainment|marketing|ads|seo|celebrity|google|home|internet|ios|iphone|linux|login|mac",
        "mail|media|meta|microsoft|news|online|politics|print|radio|share|sign|site|snap|social|social_media|socials",
        "sport|sports|tag|tags|tech|technology|tencent|tv|unix|video|videos|web|website|windows|world",
    )
)
"""What stands before `/PLATFORM` in headings, menus and company pairs: no author unless a keyword says so."""

SERVICES = frozenset(
    words(
        "alerts|announcements|appointments|assistance|broadcast|call|calls|chat|chats|clips|comment|comments|contest",
        "customer|dates|details|discussion",
        "auction|class|classes|course|courses|deals|demo|discount|download|downloads|event|events|games|guide|guides",
        "lesson|lessons|link|links|meme|memes|music|offers|photos|posts|reactions|recipes|results|review|reviews|schedule",
        "session|sessions|shop|store|tips|tricks|webinar|workshop|abstimmung|angebote|bestellen|cours|curso|cursos|tienda",
        "loja|negozio|winkel|butik|sklep|mağaza|toko|einladung|umfrage|votación|votação",
        "donate|feedback|free|help|highlights|hotline|info|interview|interviews|invite|jobs|join|listen|live|livestream",
        "message|messages|more|notifications|order|orders|payment|payments|play|podcast|poll|preview|promo|question",
        "questions|quiz|replay|reports|request|requests|rsvp|sale|sales|service|sign-up|signup|story|stories",
        "stream|streams|submissions|support|ticket|tickets|trailer|tutorial|tutorials|update|updates|vote|votes",
        "anfrage|anfragen|anruf|antwort|auskunft|fragen|gewinnspiel|hilfe|karten|kontakt|kundenservice|mehr|nachricht",
        "spenden|stellen|termin|termine",
        "nachrichten|aide|billets|commande|commandes|commentaires|direct|inscrits|plus|ayuda|boletos",
        "citas|consultas|contacto|directo|entradas|más|pedidos|preguntas|reserva|reservas|sorteo|venta|ventas|vivo",
        "ajuda|contato|contatos|dúvidas|encomendas|ingressos|mais|perguntas|sorteio|vendas|aiuto|altro|assistenza",
        "biglietti|contatti|diretta|domande|ordini|aanmelden|bestellen|inschrijven|kaarten|reserveren|vragen|anmälan",
        "beställ|biljetter|frågor|påmelding|tilmelding|bilety|kontakty|pomoc|pytania|zapisy|билеты|вопросы|запись",
        "заказ|заказы|комментарии|новости|помощь|связь|эфир|bilet|bilgi|canlı|destek|haber|iletişim|kayıt|sipariş",
        "bantuan|berita|daftar|kontak|pemesanan|pendaftaran|pertanyaan|tiket",
    )
)
"""What is offered by way of a platform, where an author would stand: `(Tickets via Facebook)`."""

_OFFERED = re.compile(r"\w{3,}(?:ung|ungen|tions?|ci[oó]n(?:es)?|ção|ções|zion[ei]|ings?)")


def is_service(name: str) -> bool:
    """Whether what stands before `via` is what is offered there, and nobody: nouns of doing, by list or by ending.

    >>> is_service("Live Updates"), is_service("Anmeldung"), is_service("Holm News"), is_service("Ann Lorre")
    (True, True, False, False)
    """
    return name != "" and all(
        word in SERVICES or word in NO_AUTHORS or (" " not in name and _OFFERED.fullmatch(word) is not None)
        for word in name.casefold().split()
    )


FOLLOW = re.compile(
    r"(?i:\b(?:follow|find|like|join|share|contact|subscribe|reach|tweet|visit|connect|dm|keep up|stay|check out|"
    r"more from|see more|our|socials?|tips|questions|folg|mehr (?:auf|von|bei)|besuch|abonnier|abonnez|suivez|suis|"
    r"retrouve|partag|rejoign|s[ií]gue|s[ií]ga|encu[eé]ntr|vis[ií]ta|compart|curta|acompanhe|inscreva|segui|iscriviti|"
    r"condivid|volg|följ|følg|seuraa|obserwuj|śledź|dołącz|sledujte|kövess|urmăriți|pratite|подпис|подпиш|підпис|"
    r"читайте|следите|мы в|ακολουθ|takip|paylaş|ikuti|bagikan|theo dõi)\w*"
    r"|フォロー|팔로우|关注|關注|تابع|شارك|עקבו|फॉलो|ติดตาม)"
)
"""Follow-me and share-this lines show the same shapes as credits."""

FOLLOW_BEHIND = re.compile(r"\btakip ed|フォロー|팔로우|फॉलो")
"""The same in languages that put the verb last."""

HANDLE_SHAPES: dict[str, str] = {
    "twitter": r"[A-Za-z0-9_]{1,20}",
    "telegram": r"[A-Za-z][A-Za-z0-9_]{1,31}",
    "reddit": r"[A-Za-z0-9_\-]{2,30}",
    "weibo": r"[\w\-]{1,30}",
    "bilibili": r"[\w\-]{1,30}",
    "douyin": r"[\w.\-]{1,30}",
    "xiaohongshu": r"[\w.\-]{1,30}",
    "mastodon": r"[A-Za-z0-9_.\-]{1,40}(?:@[A-Za-z0-9.\-]{3,60})?",
    "bluesky": r"[A-Za-z0-9.\-]{2,80}",
}
HANDLE_SHAPE = r"[A-Za-z0-9_.\-]{1,40}"
"""Account names elsewhere: Instagram, TikTok, YouTube and the rest differ only in length."""


def is_handle(name: str, *, platform: str) -> bool:
    """Whether a printed name has the form of an account name on that platform.

    >>> is_handle("Kim Dorn", platform="instagram"), is_handle("kim.dorn", platform="instagram")
    (False, True)
    """
    return re.fullmatch(HANDLE_SHAPES.get(platform, HANDLE_SHAPE), name) is not None
