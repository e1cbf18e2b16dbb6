"""The words in which articles speak of posts, by language: speech verbs, places (`on X`), nouns that are a post themselves."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How one language says that somebody wrote somewhere.

    `places` stand just before the platform (`on X`), `endings` just behind it (`X'te`, `Xで`); `fillers` may stand between
    place and platform (`on his X account`). `verbs` are searched before and behind within the sentence, as stems when they
    end in `*`. `tweets` are words that name platform and act in one; `posts` are nouns that do for a verb (`in a post on X`).
    """

    places: str
    verbs: str
    fillers: str = ""
    endings: str = ""
    tweets: str = ""
    posts: str = ""


SPEECH: dict[str, Speech] = {
    "en": Speech(
        places="on|to|onto|via|in an|in a|over|through",
        fillers="his|her|their|its|the|a|an|my|official|personal|verified|own|now-deleted|deleted|social media platform|"
        "social network|social media site|messaging app|rival platform",
        verbs="wrote|write|writes|written|writing|posted|posts|posting|said|says|saying|announced|announces|announcing|shared|"
        "shares|sharing|took|takes|taking|replied|replies|confirmed|confirms|denied|denies|claimed|claims|published|commented|"
        "complained|revealed|thanked|apologised|apologized|responded|reacted|argued|warned|joked|added|urged|called|"
        "explained|condemned|blasted|slammed|uploaded|captioned|insisted|stated|tweeted|declared|criticised|criticized",
        tweets="tweeted|retweeted|in a tweet|in a now-deleted tweet|in a deleted tweet|in a series of tweets|in a thread of "
        "tweets|in tweets|in another tweet|in a later tweet|in her tweet|in his tweet|in their tweet|in an earlier tweet|"
        "in a since-deleted tweet|tweeting",
        posts="in a post|in a message|in a statement|in a video|in a comment|in an story|in a thread|in a live|in posts",
    ),
    "fr": Speech(
        places="sur|via|dans un message sur|à",
        fillers="son|sa|ses|leur|le|la|les|l'|compte|page|réseau social|chaîne|profil|officiel|officielle",
        verbs="écrit|écrivait|a écrit|a publié|publié|publie|a posté|posté|poste|a annoncé|annoncé|annonce|a déclaré|déclaré|"
        "déclare|a réagi|réagi|réagit|dit|a dit|a partagé|partagé|partage|a dénoncé|dénonce|dénoncé|affirmé|affirme|confirmé|"
        "confirme|expliqué|explique|indiqué|indique|répondu|répond|remercié|lancé|fustigé|assuré",
        tweets="tweeté|a tweeté|tweete|retweeté|dans un tweet|dans un tweet supprimé|dans une série de tweets|dans son tweet",
        posts="dans un message|dans une publication|dans un post|dans une vidéo|dans un communiqué",
    ),
    "de": Speech(
        places="auf|bei|über|via|per|in",
        fillers="seinem|seiner|ihrem|ihrer|dem|der|den|einem|einer|Kurznachrichtendienst|Netzwerk|Plattform|Onlinedienst|"
        "sozialen|offiziellen|eigenen",
        verbs="schrieb|schreibt|schrieben|geschrieben|schreiben|postete|postet|posteten|gepostet|teilte|teilt|teilten|geteilt|"
        "erklärte|erklärt|sagte|sagt|veröffentlichte|veröffentlicht|verkündete|verkündet|kündigte|meldete|kommentierte|"
        "bedankte|reagierte|forderte|kritisierte|warnte|bestätigte",
        tweets="twitterte|twittert|getwittert|in einem Tweet|in einem gelöschten Tweet|in mehreren Tweets|per Tweet",
        posts="in einem Beitrag|in einem Post|in einer Nachricht|in einem Video",
    ),
    "es": Speech(
        places="en|a través de|por|vía|mediante",
        fillers="su|sus|la|el|las|los|una|un|de|cuenta|perfil|red social|redes sociales|canal|página|oficial|personal",
        verbs="escribió|escribe|escribió|ha escrito|escrito|publicó|publica|publicado|publicaron|dijo|dice|anunció|anuncia|"
        "compartió|comparte|compartido|señaló|afirmó|respondió|agradeció|denunció|confirmó|expresó|posteó|subió|pidió|"
        "manifestó|aseguró|lamentó|informó|reaccionó|comentó|difundió",
        tweets="tuiteó|tuitea|tuiteado|retuiteó|twitteó|en un tuit|en un tweet|en un tuit borrado|en varios tuits|en un trino",
        posts="en una publicación|en un mensaje|en un video|en un vídeo|en un comunicado",
    ),
    "pt": Speech(
        places="no|na|em|pelo|pela|via|nas|através do|por meio do",
        fillers="seu|sua|seus|suas|o|a|conta|perfil|rede social|redes sociais|canal|página|oficial|do|da|de",
        verbs="escreveu|escreve|escrito|publicou|publica|publicado|postou|posta|postado|disse|diz|anunciou|anuncia|"
        "compartilhou|compartilha|afirmou|respondeu|agradeceu|comentou|denunciou|confirmou|lamentou|partilhou|criticou|"
        "informou|desabafou|declarou|reagiu",
        tweets="tuitou|tuíta|tuitado|twittou|retuitou|em um tuíte|num tuíte|em um tweet|num tweet|em uma série de tuítes",
        posts="em uma publicação|numa publicação|em um post|em um vídeo|em uma mensagem",
    ),
    "it": Speech(
        places="su|sul|sulla|via|tramite|attraverso|in",
        fillers="suo|sua|suoi|il|la|proprio|propria|profilo|account|pagina|canale|social|social network|ufficiale",
        verbs="ha scritto|scritto|scrive|scriveva|ha pubblicato|pubblicato|pubblica|ha annunciato|annunciato|annuncia|"
        "ha detto|detto|ha condiviso|condiviso|condivide|ha commentato|commentato|commenta|ha postato|postato|posta|"
        "ha dichiarato|dichiarato|ha risposto|risposto|ha replicato|ha ringraziato|ha smentito|ha denunciato|ha confermato",
        tweets="ha twittato|twittato|twitta|ritwittato|in un tweet|con un tweet|in una serie di tweet|in un cinguettio",
        posts="in un post|con un post|in un messaggio|in un video|in una storia",
    ),
    "ru": Speech(
        places="в|во|на|через",
        fillers="своём|своем|своей|своих|его|её|ее|их|соцсети|социальной сети|мессенджере|официальном|личном|аккаунте",
        verbs="написал*|пишет|пишут|сообщил*|сообщает|опубликовал*|публикует|заявил*|заявляет|поделил*|рассказал*|"
        "рассказывает|отметил*|объявил*|ответил*|разместил*|выложил*|прокомментировал*|поблагодарил*|подтвердил*|призвал*",
        endings="-канале|-канал|-аккаунте",
        tweets="твитнул|твитнула|в твите|в своём твите|в своем твите|в удалённом твите|в удаленном твите|в серии твитов",
        posts="в посте|в публикации|в сообщении|в видео",
    ),
    "tr": Speech(
        places="",
        endings="'te|'ta|'de|'da|'ten|'tan|'den|'dan|’te|’ta|’de|’da|’ten|’tan|’den|’dan| hesabından| hesabında| paylaşımında|"
        " üzerinden| paylaşımıyla",
        verbs="yazdı|yazan|yazarak|paylaştı|paylaşan|paylaştığı|paylaşarak|paylaşım yaptı|açıkladı|açıklama yaptı|açıklamada|"
        "duyurdu|duyuran|dedi|söyledi|belirtti|ifade etti|ifadelerini kullandı|yanıt verdi|teşekkür etti|mesajında|"
        "mesajda|yayınladı|yayımladı",
        tweets="tweet attı|tweetledi|attığı tweette|tweetinde|tweet'inde|bir tweette|attığı tweet'te|tivitinde",
    ),
    "id": Speech(
        places="di|lewat|melalui|via|dalam|pada",
        fillers="akun|laman|halaman|media sosial|media|sosial|platform|kanal|resmi|pribadi|unggahan|postingan|miliknya",
        verbs="menulis|tulis|ditulis|mengunggah|diunggah|unggah|mengumumkan|membagikan|dibagikan|berkata|mengatakan|kata|"
        "menyampaikan|meminta maaf|menyatakan|menyebut|memposting|diposting|mencuit|menjawab|membalas|berterima kasih|"
        "ungkap|mengungkapkan|ujar",
        tweets="mencuit|cuit|dalam cuitan|dalam cuitannya|dalam sebuah cuitan|lewat cuitan|cuitnya|dalam twit",
        posts="dalam unggahan|dalam sebuah unggahan|dalam postingan|melalui unggahan",
    ),
    "ar": Speech(
        places="على|عبر|في|من خلال",
        fillers="منصة|موقع|حسابه|حسابها|حسابهم|حساب|صفحته|صفحتها|صفحة|قناته|قناتها|تطبيق|الرسمي|الرسمية|منصّة|شبكة|تدوينة|منشور|على|في|عبر",
        verbs="كتب|كتبت|وكتب|وكتبت|قال|قالت|وقال|وقالت|نشر|نشرت|ونشر|ونشرت|أعلن|أعلنت|وأعلن|وأعلنت|علق|علقت|وعلق|شارك|شاركت|"
        "وشارك|أضاف|وأضاف|أكد|وأكد|أكدت|رد|ردت|ورد|شكر|هنأ|يقول|يكتب|ذكر|وذكر|ذكرت",
        tweets="غرد|غردت|غرّد|غرّدت|وغرد|وغردت|في تغريدة|في سلسلة تغريدات|في تغريدته|في تغريدتها|عبر تغريدة",
    ),
    "ja": Speech(
        places="",
        endings="に|で|の|へ|上で|上に|アカウントで|アカウントに|を更新|を通じ",
        verbs="投稿|書き込|書い|つぶや|綴っ|発信|報告|発表|公開|コメント|明か|更新|謝罪|述べ|訴え|感謝|反論|告白|シェア|アップ",
        tweets="ツイートし|ツイートで|とツイート|リツイートし|とつぶやいた|にポストした|とポスト",
    ),
}

TITLES = frozenset(
    "president minister prime senator sen rep governor gov mayor chancellor secretary dr mr ms mrs sir king queen prince princess pope "
    "professor prof general gen captain lord lady chief judge congressman congresswoman actor actress singer".split()
)
"""Titles before a name are no part of it."""

NOT_NAMES = frozenset(
    "the a an he she they it we i you who his her their its this that these those in on at when while after before but and or so as "
    "le la les un une il elle ils elles on ce der die das ein eine er sie es wir el los las una él ella ellos o os as um uma ele ela "
    "lo gli i lui lei loro он она они мы я это ia dia mereka kami saya police officials one another someone everyone".split()
)
"""A capital at the beginning of a sentence makes none of these a name."""
