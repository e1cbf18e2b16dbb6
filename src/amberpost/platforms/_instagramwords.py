"""The words that Instagram's embed prints round a post, in the languages of its script."""

from __future__ import annotations

import re


def _loose(pattern: str, flags: int = 0) -> re.Pattern[str]:
    """A pattern whose blanks may be any white space, and the quote marks of wrapped Markdown."""
    return re.compile(pattern.replace(" ", r"[\s>]{1,6}"), flags)


# What a link or a direction opens such words with.
OPENING = re.compile(r"(?:\[[0-9]{1,3}\])?\[?[\u200e\u200f]{0,4}\Z")
# "A post shared by", in the languages of the embed, before the name or behind the handle. Each begins with a letter
# of its own, which a search leaps to.
BEFORE = _loose(
    r"(?:A (?:post|photo|video) (?:shared|posted) by|Une (?:publication|photo|vidéo) (?:partagée|publiée) par"
    r"|Ein (?:von|Beitrag geteilt von|Foto gepostet von|Video gepostet von)|Ein Beitrag geteilt von"
    r"|Una publicaci[óo]n? (?:compartida|compartida de|compartida por) (?:por|de)|Una publicación compartida"
    r"|Una publicació compartida per|Una foto publicada por|Un v[ií]deo publicado por"
    r"|Uma? (?:publicação|foto|post|vídeo) (?:compartilhad|partilhad|publicad)[ao] por|Um post compartilhado por"
    r"|Um vídeo publicado por|Un post condiviso da|Una foto pubblicata da|Un video pubblicato da"
    r"|Een bericht gedeeld door|Een foto die is geplaatst door|Ett inlägg delat av"
    r"|Et opslag delt af|Et (?:opslag|innlegg) delt av"
    r"|Post udostępniony przez(?: użytkownika)?|Zdjęcie zamieszczone przez(?: użytkownika)?|Příspěvek sdílený"
    r"|Příspěvek, který sdílí|Príspevok, ktorý zdieľa|O postare distribuită de|Henkilön"
    r"|Публикация от|Фото опубликовано|Допис, поширений|Публикация, споделена от"
    r"|Η δημοσίευση κοινοποιήθηκε από το χρήστη|Sebuah kiriman dibagikan oleh|Kiriman dibagikan oleh"
    r"|Kiriman yang dikongsi oleh|Isang post na ibinahagi ni|Bài viết do|โพสต์ที่แชร์โดย"
    r"|Objavu dijeli|Објава коју дели"
    r"|تمت مشاركة منشور بواسطة|پست به اشتراک گذاشته شده توسط|פוסט משותף על ידי) (?=[^\s>])"
)
BEHIND = _loose(
    r"\s?(?:['’]\w{1,4} paylaştığı bir (?:gönderi|fotoğraf|video)|がシェアした投稿|님의 공유 게시물|님이 게시한 사진"
    r"|分享的(?:帖子|貼文|照片)|發佈的貼文|chia sẻ|jakama julkaisu|által megosztott bejegyzés|द्वारा साझा की गई पोस्ट)"
)
# "View this post on Instagram": what stands above the caption, or alone above the footer since 2018.
VIEW = _loose(
    r"(?:\[[\s>]{0,4})?(?:View this (?:post|photo) on Instagram|Voir cette publication sur Instagram"
    r"|(?:Sieh dir )?diesen Beitrag auf Instagram an(?:sehen)?|Ver esta publicaci[óo]n en Instagram"
    r"|Ver (?:essa foto|esta publicação|este post) no Instagram|Visualizza questo post su Instagram"
    r"|Dit bericht op Instagram bekijken|Bekijk dit bericht op Instagram"
    r"|(?:Visa|Se|Vis) (?:det här inlägget|dette opslag|dette innlegget) på Instagram"
    r"|Wyświetl ten post na Instagramie|Zobrazit příspěvek na Instagramu|Bu gönderiyi Instagram['’]da gör"
    r"|Посмотреть эту публикацию в Instagram|Lihat (?:postingan|kiriman) ini di Instagram"
    r"|Xem bài viết này trên Instagram"
    r"|この投稿をInstagramで見る|Instagram에서 이 게시물 보기|이 게시물을 Instagram에서 보기"
    r"|在\s?Instagram\s?(?:查看这篇帖子|查看這則貼文)"
    r"|Zobraziť tento príspevok na Instagrame|A bejegyzés megtekintése az Instagramon"
    r"|(?:Vizualizați|Vezi) această postare pe Instagram|(?:Вижте|Преглед на) тази публикация в Instagram"
    r"|Переглянути цей допис в Instagram|Pogledajte ovu objavu na Instagramu"
    r"|Погледајте ову објаву у апликацији Instagram"
    r"|Tingnan ang post na ito sa Instagram|इस पोस्ट को Instagram पर देखें|ดูโพสต์นี้บน Instagram"
    r"|مشاهده این پست در اینستاگرام|(?:הצג את הפוסט הזה|להצגת פוסט זה) באינסטגרם"
    r"|عرض هذا المنشور على Instagram|Näytä tämä julkaisu Instagramissa|Δείτε αυτή τη δημοσίευση στο Instagram"
    r")\.?(?:\]\([^()\s]*\)|\s{1,3}\(https?://[^()\s]*\))?[\s>·.]*",
    re.IGNORECASE,
)
# Its name stands in what is printed above the words in every language.
BRANDS = ("nstagram", "NSTAGRAM", "インスタグラム", "인스타그램", "اینستاگرام", "إنستغرام", "אינסטגרם")
