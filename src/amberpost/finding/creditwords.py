"""The words of credit lines: platforms as printed, keywords by language, agencies. Only tables: no grammar."""

from __future__ import annotations

import re
import unicodedata


def words(*lines: str) -> tuple[str, ...]:
    """The words of lines that separate them by bars, so that a table stays readable.

    >>> words("a|b c", "d")
    ('a', 'b c', 'd')
    """
    return tuple(word for line in lines for word in line.split("|"))


PLATFORMS: dict[str, tuple[str, ...]] = {
    "twitter": words(
        "Twitter|Твиттер|ツイッター|트위터|推特|تويتر|منصة إكس|إكس|エックス|엑스", "טוויטר|توییتر|ट्विटर|ทวิตเตอร์"
    ),
    "instagram": words(
        "אינסטגרם|اینستاگرام|इंस्टाग्राम|อินสตาแกรม",
        "Instagram|Insta|Инстаграм|Инстаграмм|インスタグラム|インスタ|인스타그램|إنستغرام|انستغرام|إنستجرام|انستجرام|إنستقرام",
        "انستقرام",
    ),
    "facebook": words(
        "Facebook|Фейсбук|Фэйсбук|フェイスブック|페이스북|脸书|臉書|فيسبوك|فايسبوك", "פייסבוק|فیسبوک|फेसबुक|เฟซบุ๊ก"
    ),
    "tiktok": words("TikTok|Tik Tok|ТикТок|Тик-Ток|ティックトック|틱톡|抖音|تيك توك", "טיקטוק|تیک‌تاک|टिकटॉक|ติ๊กต็อก"),
    "youtube": words("YouTube|You Tube|Ютуб|ユーチューブ|유튜브|油管|يوتيوب", "יוטיוב|یوتیوب|यूट्यूब|ยูทูบ"),
    "telegram": words(
        "Telegram|Телеграм|Телеграмм|テレグラム|텔레그램|电报|تلغرام|تليغرام|تيليغرام|تليجرام",
        "טלגרם|تلگرام|टेलीग्राम",
    ),
    "threads": words("Threads|スレッズ|스레드|ثريدز"),
    "bluesky": words("Bluesky|Blue Sky Social|ブルースカイ|블루스카이|بلوسكاي"),
    "truthsocial": words("Truth Social|TruthSocial|تروث سوشيال|تروث سوشال"),
    "mastodon": words("Mastodon|マストドン"),
    "reddit": words("Reddit|레딧|ريديت"),
    "linkedin": words("LinkedIn|Linked In|링크드인|领英|لينكد إن"),
    "vk": words("VKontakte|ВКонтакте|ВК"),
    "odnoklassniki": words("Одноклассники|Odnoklassniki"),
    "snapchat": words("Snapchat|스냅챗|سناب شات"),
    "pinterest": words("Pinterest|ピンタレスト|핀터레스트"),
    "tumblr": words("Tumblr"),
    "flickr": words("Flickr"),
    "weibo": words("Sina Weibo|Weibo|微博|新浪微博|웨이보"),
    "douyin": words("Douyin"),
    "xiaohongshu": words("Xiaohongshu|小红书|小紅書"),
    "bilibili": words("Bilibili|哔哩哔哩"),
    "naver": words("Naver|네이버"),
    "weverse": words("Weverse|위버스"),
    "whatsapp": words("WhatsApp|واتساب"),
    "twitch": words("Twitch"),
    "vimeo": words("Vimeo"),
    "imgur": words("Imgur"),
    "rumble": words("Rumble"),
}
"""Names as printed, written in any case. Words that mean something else in lower case still need a credit's grammar."""

SHORT: dict[str, str] = {"X": "twitter", "IG": "instagram", "FB": "facebook", "VK": "vk", "YT": "youtube"}
"""Names of one or two letters, which count in capitals only."""

HOSTS: dict[str, str] = {
    "twitter.com": "twitter", "x.com": "twitter", "instagram.com": "instagram", "facebook.com": "facebook",
    "fb.com": "facebook", "tiktok.com": "tiktok", "youtube.com": "youtube", "t.me": "telegram", "vk.com": "vk",
    "threads.net": "threads", "threads.com": "threads", "weibo.com": "weibo", "reddit.com": "reddit",
    "bsky.app": "bluesky", "truthsocial.com": "truthsocial", "pinterest.com": "pinterest", "linkedin.com": "linkedin",
    "snapchat.com": "snapchat", "flickr.com": "flickr",
}  # fmt: skip
"""Hosts that are printed in place of a name: `Photo: instagram.com/somebody`."""

NOT_ACCOUNTS = frozenset(
    words(
        "about|c|channel|company|events|explore|groups|hashtag|help|home|i|in|intent|login|p|pages|permalink.php",
        "photo|photo.php|photos|pin|playlist|posts|privacy|profile|profile.php|r|reel|reels|s|search|share|sharer",
        "shorts|status|stories|story.php|tv|u|user|video|videos|watch",
    )
)
"""First parts of a path that are no account names."""

KEYWORDS: dict[str, tuple[str, ...]] = {
    "en": words(
        "photo|photos|photograph|photographs|pic|pics|picture|pictures|image|images|video|videos|credit|credits",
        "source|sources|courtesy|via|screengrab|screengrabs|screen grab|screenshot|screenshots|screen shot",
        "screencap|screen capture|footage|still|clip|handout|supplied|provided|©|📸|📷|📹|🎥",
    ),
    "de": words(
        "foto|fotos|bild|bilder|quelle|quellen|bildquelle|fotoquelle|videoquelle|bildnachweis|fotocredit",
        "bildschirmfoto|repro",
    ),
    "fr": words(
        "crédit|crédits|crédit photo|crédits photo|capture|captures|capture d'écran|captures d'écran|capture vidéo",
        "vidéo|photographie|© photo",
    ),
    "es": words(
        "imagen|imágenes|fuente|crédito|créditos|captura|capturas|captura de pantalla|vía|vídeo|fotografía|cortesía",
        "tomada|tomado|redes sociales",
    ),
    "pt": words(
        "imagem|imagens|fonte|reprodução|reproduçao|reproducao|divulgação|divulgacao|captura de tela",
        "arquivo pessoal|cortesia|print",
    ),
    "it": words("immagine|immagini|fonti|fotogramma|schermata|crediti|cattura|per gentile concessione"),
    "nl": words("beeld|bron|afbeelding|schermafbeelding|foto's"),
    "sv": words("källa|skärmdump|skärmbild|privat"),
    "da": words("kilde|billede|billeder|skærmbillede|skærmdump|skærmprint"),
    "no": words("skjermdump|skjermbilde|bilde|skjermbilete"),
    "fi": words("kuva|kuvat|kuvakaappaus|lähde|ruutukaappaus|kuvakaappaus videolta"),
    "pl": words("zdjęcie|zdjęcia|fot|fot.|źródło|zrzut ekranu|zrzut|screen|wideo|grafika"),
    "ru": words(
        "фото|источник|скриншот|скрин|снимок|изображение|видео|кадр|кадр из видео|соцсети|скриншот видео|стоп-кадр",
    ),
    "uk": words("джерело|скріншот|світлина|зображення|відео|знімок|кадр з відео|соцмережі"),
    "tr": words("fotoğraf|fotoğraflar|kaynak|görsel|görüntü|ekran görüntüsü"),
    "id": words("sumber|gambar|tangkapan layar|tangkap layar|tangkapan|dok|dok.|sumber foto|foto dok"),
    "vi": words("ảnh|nguồn|hình|hình ảnh|ảnh chụp màn hình|ảnh chụp|nguồn ảnh|chụp màn hình|clip"),
    "ja": words(
        "写真|画像|出典|引用|画像引用|引用元|出所|提供|動画|スクリーンショット|スクショ|画像出典|写真提供|画像提供"
    ),
    "ko": words("사진|출처|이미지|영상|캡처|캡쳐|사진 출처|사진출처|제공"),
    "zh": words(
        "图片来源|圖片來源|图源|圖源|来源|來源|图|圖|图片|圖片|照片|截图|截圖|视频截图|摄影|视频|图/|圖/|翻攝自|翻攝|取自"
    ),
    "ar": words("صورة|الصورة|صور|المصدر|مصدر|مصدر الصورة|لقطة شاشة|لقطة|فيديو|الفيديو|تصوير|مصدر الصور"),
}

COLON_KEYWORDS: dict[str, tuple[str, ...]] = {
    "cs": words("zdroj|snímek|snímky|snímek obrazovky|fotografie|obrázek"),
    "sk": words("snímka|snímka obrazovky|fotografia"),
    "hu": words("fotó|fotók|kép|képek|forrás|képernyőkép|képernyőfotó|videó"),
    "ro": words("sursă|sursa|sursă foto|sursa foto|captură|captură foto|captură video|fotografie"),
    "hr": words("izvor|snimka|slika|fotografija|snimak|screenshot"),
    "sr": words("извор|фотографија|снимак|слика"),
    "bg": words("снимка|снимки|източник|кадър|скрийншот"),
    "sl": words("posnetek zaslona"),
    "lt": words("nuotrauka|nuotr|nuotr.|šaltinis|ekrano nuotrauka"),
    "lv": words("avots|ekrānšāviņš"),
    "et": words("allikas|kuvatõmmis|pilt"),
    "el": words("φωτογραφία|φωτογραφίες|φωτό|φωτο|πηγή|εικόνα|στιγμιότυπο|βίντεο"),
    "he": words("צילום|צילומים|צילום מסך|מקור|תמונה|קרדיט|וידאו"),
    "fa": words("عکس|منبع|تصویر|ویدئو|ویدیو"),
    "ur": words("تصویر|بشکریہ|ماخذ"),
    "hi": words("तस्वीर|फोटो|फ़ोटो|स्रोत|साभार|सौजन्य|वीडियो"),
    "bn": words("ছবি|সূত্র|সৌজন্যে|ভিডিও"),
    "ta": words("படம்|நன்றி"),
    "th": words("ภาพ|ภาพจาก|ที่มา|เครดิต|เครดิตภาพ|ขอบคุณภาพ|ขอบคุณภาพจาก|คลิป"),
    "sw": words("picha|chanzo"),
    "ms": words("kredit|kredit foto|tangkap layar"),
    "fil": words("larawan|litrato|pinagmulan"),
    "ca": words("imatge|imatges|captura de pantalla"),
}
"""Keywords of languages in which articles with credits are rarer: they count before a colon only, which costs least."""

STRONG = (
    r"(?i:scre{1,2}n[ -]?(?:grab|shot|cap|capture)s?|capturas?|captures?|reprodu[cç][aã]o|divulga[cç][aã]o|handout|"
    r"supplied|courtesy|sk[æäj]\w{2,3}(?:billede|dump|bilde|bild|print)|kuvakaappaus|zrzut|скриншот|скрін\w*|"
    r"tangkap(?:an)? layar|ekran görüntüsü|schermata|bildschirmfoto|ảnh chụp)"
)
"""Keywords that say what a picture was taken from: behind these a platform alone is a credit, even without a colon."""

JOINERS = frozenset(
    words(
        "posted|shared|published|uploaded|taken",
        "a|account|af|akun|at|auf|aus|av|by|bởi|compte|conta|courtesy|credit|credits|cuenta|của|d'|da|dal|dalla",
        "dari|das|de|del|di|do|dos|du|em|en|foto|fra|from|från|i|image|in|kanal|konto|la|le|lewat|melalui|na|no|of",
        "oleh|om|on|op|page|par|per|photo|profil|profile|profilo|på|su|sur|the|trên|từ|uit|um|uma|un|una|van|via",
        "video|vom|von|w|z|ze|в|від|з|из|с|со|حساب|صفحة|عبر|على|من",
    )
)
"""Words that may stand between a keyword and the account or the platform (`Captura de pantalla de Facebook`)."""

PLACES = "on|via|auf|sur|en|em|no|su|op|på|i|w|na|в|у|во|di|trên|على|عبر|from|over|bei|tramite|dari"
"""`@somebody on X`: the word between an account and its platform."""

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

NO_AUTHORS = frozenset(
    words(
        "about|alphabet|amazon|android|app|apple|apps|blog|business|bytedance|contact|culture|e-mail|email|follow",
        "google|home|internet|ios|iphone|linux|login|mac|mail|media|meta|microsoft|news|online|opinion|politics",
        "print|radio|screen|share|sign|site|snap|social|social_media|socials|sport|sports|tag|tags|tech|technology",
        "tencent|tv|unix|video|videos|web|website|windows|world",
    )
)
"""What stands before `/PLATFORM` in headings, menus and company pairs: no author unless a keyword says so."""

FOLLOW = re.compile(
    r"(?i:\b(?:follow|find|like|join|share|contact|subscribe|reach|tweet|visit|connect|dm|folg|abonnier|suivez|suis|"
    r"partag|rejoign|s[ií]gue|siga|síguenos|compart|curta|segui|condivid|volg|följ|følg|seuraa|obserwuj|śledź|подпис|"
    r"подпиш|читайте|takip|paylaş|ikuti|bagikan|theo dõi)\w*|フォロー|팔로우|关注|關注|تابع|شارك)"
)
"""Follow-me and share-this lines show the same shapes as credits."""

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


def _folded(words: tuple[str, ...]) -> set[str]:
    forms = {word.casefold() for word in words} | {word.replace("'", "’").casefold() for word in words}
    return forms | {unicodedata.normalize("NFD", word) for word in forms}


LEFT_MARKS = "([（【|*_\"“’'>»)«"
"""Marks that may lean on a keyword or a name from the left."""

PLATFORM_OF: dict[str, str] = {form: key for key, names in PLATFORMS.items() for form in _folded(names)}
OPENING_FORMS: frozenset[str] = frozenset(form for words in KEYWORDS.values() for form in _folded(words))
KEYWORD_FORMS: frozenset[str] = OPENING_FORMS.union(*(_folded(words) for words in COLON_KEYWORDS.values()))
KEYWORD_PARTS: frozenset[str] = frozenset(part for form in KEYWORD_FORMS for part in form.split())
CASELESS = tuple(
    sorted((w for w in KEYWORD_FORMS if w[0] > "\u2e7f" or "\u0600" <= w[0] < "\u0700"), key=len, reverse=True)
)
"""Keywords of scripts without capitals; Japanese and Chinese put no space before them either."""


def platform_of(printed: str) -> str | None:
    """The platform id of a name as printed, or None.

    Names of one or two letters count in capitals only: `ig` and `x` are words of other kinds.

    >>> platform_of("INSTAGRAM"), platform_of("X"), platform_of("x")
    ('instagram', 'twitter', None)
    """
    return SHORT.get(printed) or PLATFORM_OF.get(printed.casefold())


def is_handle(name: str, *, platform: str) -> bool:
    """Whether a printed name has the form of an account name on that platform.

    >>> is_handle("Kim Dorn", platform="instagram"), is_handle("kim.dorn", platform="instagram")
    (False, True)
    """
    return re.fullmatch(HANDLE_SHAPES.get(platform, HANDLE_SHAPE), name) is not None
