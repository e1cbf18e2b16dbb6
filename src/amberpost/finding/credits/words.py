"""The words of credit lines: platforms as printed, keywords by language. Only tables: no grammar."""

from __future__ import annotations

import unicodedata


def words(*lines: str) -> tuple[str, ...]:
    """The words of lines that separate them by bars, so that a table stays readable.

    >>> words("a|b c", "d")
    ('a', 'b c', 'd')
    """
    return tuple(word for line in lines for word in line.split("|"))


PLATFORMS: dict[str, tuple[str, ...]] = {
    "twitter": words(
        "Twitter|Твиттер|ツイッター|트위터|推特|تويتر|منصة إكس|إكس|エックス|엑스|טוויטר|توییتر|ایکس|ٹوئٹر|ट्विटर|एक्स",
        "ทวิตเตอร์|টুইটার|এক্স|ட்விட்டர்|எக்ஸ்|Tviter|Твитер|Туитър|Твітер",
    ),
    "instagram": words(
        "האינסטגרם|אינסטגרם|اینستاگرام|انسٹاگرام|इंस्टाग्राम|इन्स्टाग्राम|อินสตาแกรม|ไอจี|ইনস্টাগ্রাম|Інстаграм",
        "Instagram|Insta|IGNV|Инстаграм|Инстаграмм|インスタグラム|インスタ|인스타그램|إنستغرام|انستغرام|إنستجرام|انستجرام|إنستقرام",
        "انستقرام",
    ),
    "facebook": words(
        "Facebook|FBNV|Фейсбук|Фэйсбук|フェイスブック|페이스북|脸书|臉書|فيسبوك|فايسبوك|הפייסבוק|פייסבוק|فیسبوک|فیس بک",
        "फेसबुक|ফেসবুক",
        "เฟซบุ๊ก|เฟสบุ๊ก|Fejsbuk|Фејсбук",
    ),
    "tiktok": words(
        "TikTok|Tik Tok|ТикТок|Тик-Ток|ティックトック|틱톡|抖音|تيك توك", "טיקטוק|تیک‌تاک|टिकटॉक|ติ๊กต็อก|টিকটক|ٹک ٹاک"
    ),
    "youtube": words(
        "YouTube|You Tube|Ютуб|Ютьюб|Јутјуб|Jutjub|ユーチューブ|유튜브|油管|يوتيوب", "יוטיוב|یوتیوب|यूट्यूब|ยูทูบ|ইউটিউব"
    ),
    "telegram": words(
        "Telegram|Телеграм|Телеграмм|テレグラム|텔레그램|电报|تلغرام|تليغرام|تيليغرام|تليجرام",
        "טלגרם|تلگرام|टेलीग्राम|টেলিগ্রাম",
    ),
    "threads": words("Threads|スレッズ|스레드|ثريدز"),
    "bluesky": words("Bluesky|Blue Sky Social|ブルースカイ|블루스카이|بلوسكاي"),
    "truthsocial": words("Truth Social|TruthSocial|トゥルース・ソーシャル|トゥルースソーシャル|تروث سوشيال|تروث سوشال"),
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
    "wechat": words("WeChat|微信"),
    "discord": words("Discord"),
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
    "snapchat.com": "snapchat", "flickr.com": "flickr", "telegram.me": "telegram", "ok.ru": "odnoklassniki",
}  # fmt: skip
"""Hosts that are printed in place of a name: `Photo: instagram.com/somebody`."""

KEYWORDS: dict[str, tuple[str, ...]] = {
    "en": words(
        "photo|photos|photograph|photographs|pic|pics|picture|pictures|image|images|video|videos|credit|credits",
        "source|sources|courtesy|via|screengrab|screengrabs|screen grab|screenshot|screenshots|screen shot|screencap",
        "screen capture|footage|still|clip|handout|supplied|submitted|provided|©|ⓒ|📸|📷|📹|🎥|file photo|graphic",
        "contributed photo|file image|photo illustration|photo credits|artwork|illustration|composite|h/t|cr|pc",
    ),
    "de": words(
        "foto|fotos|bild|bilder|quelle|quellen|bildquelle|fotoquelle|videoquelle|bildnachweis|fotocredit",
        "bildschirmfoto|repro|bildrechte|grafik|collage|privatfoto",
    ),
    "fr": words(
        "crédit|crédits|crédit photo|crédits photo|capture|captures|capture d'écran|captures d'écran|capture vidéo",
        "vidéo|photographie|© photo|image|images|d.r.",
    ),
    "es": words(
        "imagen|imágenes|fuente|crédito|créditos|captura|capturas|captura de pantalla|vía|vídeo|fotografía|cortesía",
        "tomada|tomado|reproducción",
    ),
    "pt": words(
        "imagem|imagens|fonte|reprodução|reproduçao|reproducao|divulgação|divulgacao|captura de tela",
        "arquivo pessoal|cortesia|print",
    ),
    "it": words("immagine|immagini|fonti|fotogramma|schermata|crediti|cattura|per gentile concessione|ph|ph.|frame"),
    "nl": words("beeld|beelden|bron|afbeelding|schermafbeelding|foto's"),
    "sv": words("källa|skärmdump|skärmbild|privat"),
    "da": words("kilde|billede|billeder|skærmbillede|skærmdump|skærmprint"),
    "no": words("skjermdump|skjermbilde|bilde|skjermbilete"),
    "fi": words("kuva|kuvat|kuvakaappaus|lähde|ruutukaappaus|kuvakaappaus videolta"),
    "pl": words("zdjęcie|zdjęcia|zdj|zdj.|fot|fot.|źródło|zrzut ekranu|zrzut|screen|wideo|grafika"),
    "ru": words(
        "фото|источник|скриншот|скрин|снимок|изображение|видео|кадр|кадр из видео|скриншот видео|стоп-кадр",
        "источник фото|коллаж",
    ),
    "uk": words("джерело|скріншот|світлина|зображення|відео|знімок|кадр з відео"),
    "tr": words("fotoğraf|fotoğraflar|kaynak|kaynağı|görsel|görüntü|ekran görüntüsü|görsel kaynağı"),
    "id": words(
        "sumber|sumber gambar|gambar|istimewa|tangkapan layar|tangkap layar|tangkapan|dok|dok.|sumber foto|foto dok"
    ),
    "vi": words("ảnh|nguồn|hình|hình ảnh|ảnh chụp màn hình|ảnh chụp|nguồn ảnh|chụp màn hình|clip"),
    "ja": words(
        "写真|画像|出典|引用|参照|出處|画像引用|引用元|出所|提供|動画|スクリーンショット|スクショ|画像出典|写真提供|画像提供"
    ),
    "ko": words("사진|출처|이미지|영상|캡처|캡쳐|사진 출처|사진출처|제공|사진제공|사진 제공"),
    "zh": words(
        "图片来源|圖片來源|图源|圖源|来源|來源|图|圖|图片|圖片|照片|截图|截圖|视频截图|摄影|视频|视频来源|图片来源于|翻攝自|翻攝",
        "翻拍自|取自|擷取自|擷自|截自|截取自|截圖自|截图自|转自|轉自|图片来自|圖片來自|來自|来自|影片",
    ),
    "ar": words("صورة|الصورة|صور|المصدر|مصدر|مصدر الصورة|لقطة شاشة|لقطة|فيديو|الفيديو|تصوير|مصدر الصور"),
    "he": words("צילום|צילומים|צילום מסך|צילומסך|מקור|תמונה|קרדיט|וידאו"),
    "fa": words("عکس|منبع|تصویر|ویدئو|ویدیو"),
    "th": words("ภาพ|ภาพจาก|ที่มา|ที่มาภาพ|เครดิต|เครดิตภาพ|ขอบคุณภาพ|ขอบคุณภาพจาก|คลิป"),
    "is": words("mynd|myndir|ljósmynd|skjáskot|skjáskot af"),
    "fil": words("larawan|litrato|pinagmulan|kuha"),
    "lt": words("nuotrauka|nuotraukos|nuotr|nuotr.|šaltinis|ekrano nuotrauka|ekrano nuotr."),
    "lv": words("avots|ekrānšāviņš"),
    "et": words("allikas|kuvatõmmis|ekraanitõmmis|ekraanipilt|pilt"),
    "ro": words("sursă|sursa|sursă foto|sursa foto|captură|captură foto|captură video|fotografie"),
    "ms": words("kredit|kredit foto|tangkap layar"),
}

COLON_KEYWORDS: dict[str, tuple[str, ...]] = {
    "cs": words("zdroj|zdroj foto|snímek|snímky|snímek obrazovky|fotografie|obrázek"),
    "sk": words("snímka|snímka obrazovky|fotografia"),
    "hu": words("fotó|fotók|kép|képek|forrás|képernyőkép|képernyőfotó|videó"),
    "hr": words("izvor|snimka|slika|fotografija|snimak|screenshot"),
    "sr": words("извор|фотографија|снимак|слика|printscreen|принтскрин"),
    "bg": words("снимка|снимки|източник|кадър|скрийншот"),
    "sl": words("posnetek zaslona|zajem zaslona|vir"),
    "sq": words("burimi|fotografi"),
    "az": words("mənbə|şəkil"),
    "eu": words("argazkia|iturria|irudia"),
    "ka": words("ფოტო|წყარო"),
    "kk": words("сурет|дереккөз"),
    "uz": words("surat|manba"),
    "mk": words("фотографија|принтскрин"),
    "el": words("φωτογραφία|φωτογραφίες|φωτό|φωτο|πηγή|εικόνα|στιγμιότυπο|βίντεο"),
    "ur": words("تصویر|بشکریہ|ماخذ"),
    "hi": words("तस्वीर|फोटो|फ़ोटो|स्रोत|सोर्स|साभार|सौजन्य|वीडियो|क्रेडिट|फोटो क्रेडिट"),
    "ne": words("तस्बिर|तस्विर"),
    "bn": words("ছবি|সূত্র|সৌজন্যে|ভিডিও"),
    "ta": words("படம்|நன்றி"),
    "sw": words("picha|chanzo"),
    "ca": words("imatge|imatges|captura de pantalla"),
}
"""Keywords of languages in which articles with credits are rarer: they count before a colon only, which costs least."""

STRONG = (
    r"(?i:scre{1,2}n[ -]?(?:grab|shot|cap|capture)s?|capturas?|captures?|reprodu[cç][aã]o|divulga[cç][aã]o|handout|"
    r"supplied|courtesy|sk[æäj]\w{2,3}(?:billede|dump|bilde|bild|print)|kuvakaappaus|zrzut|скриншот|скрін\w*|"
    r"tangkap(?:an)? layar|ekran görüntüsü|schermata|bildschirmfoto|ảnh chụp)"
)
"""Keywords that say what a picture was taken from: behind these a platform alone is a credit, even without a colon."""

_JOINING = words(
    "posted|shared|published|uploaded|taken|grabbed|obtained|screengrabbed|used|with|permission|sourced|tomada",
    "tomado|extraída|presa|presi|tratta|tratto|dal|dalla|profilo|pagina|página|mula|sa|ng|ihsan|daripada|tangkapan",
    "cắt|clip|chụp|przez|a|account|af|akun|at|auf|aus|av|by|bởi|compte|conta|courtesy|credit|credits|cuenta|của|d'",
    "da|dari|das|de|del|di|do|dos|du|em|en|foto|fra|from|från|i|image|in|kanal|konto|la|le|lewat|melalui|na|no|of",
    "oleh|om|on|op|page|par|per|photo|profil|profile|på|su|sur|the|trên|từ|uit|um|uma|un|una|van|via|video|vom|von|w",
    "z|ze|в|від|з|із|из|с|со|страницы|страница|сообщество|группа|личная|соцсети|соцсеть|соцмережі|perfil|حساب|صفحة",
    "عبر|على|من|מתוך|עמוד|מעמוד|דף|از|से|থেকে|จาก|fotoğrafı",
)
JOINERS = frozenset(_JOINING) | {word.upper() for word in _JOINING if word.isascii() and len(word) > 1}
"""Words that may stand between a keyword and the account or the platform (`Captura de pantalla de Facebook`)."""

GLUED_JOINERS = "(?:本人の?|公式|官方|본인|공식|は|の|自|於|于|了)"
"""The same in scripts that put no space behind them."""

PLACES = "on|via|auf|sur|en|em|no|su|op|på|i|w|na|в|у|во|di|trên|على|عبر|from|over|bei|tramite|dari"
"""`@somebody on X`: the word between an account and its platform."""


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
