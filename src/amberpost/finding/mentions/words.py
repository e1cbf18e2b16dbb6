"""The words in which articles speak of posts, by language: verbs of speech, places (`on X`), words like `tweeted`."""

from __future__ import annotations

from dataclasses import dataclass

from ..credits.words import words


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """How one language says that somebody wrote somewhere.

    `places` stand just before the platform (`on X`), `endings` just behind it (`X'te`, `Xで`); `fillers` may stand
    between place and platform (`on his X account`). `verbs` are searched before and behind within the sentence, as
    stems when they end in `*`; `posts` are nouns that do for a verb (`in a post on X`), `after` such nouns behind the
    platform (`in an X post`). `tweets` name platform and act in one.
    """

    places: tuple[str, ...]
    verbs: tuple[str, ...]
    fillers: tuple[str, ...] = ()
    endings: tuple[str, ...] = ()
    tweets: tuple[str, ...] = ()
    posts: tuple[str, ...] = ()
    after: tuple[str, ...] = ()


SPEECH: dict[str, Speech] = {
    "en": Speech(
        places=words("on|to|onto|via|in|over|through"),
        verbs=words(
            "attacked|addressed|told|mocked|praised|hinted|vowed|pledged|clarified|recalled|showed|denounced",
            "wrote|write|writes|written|writing|posted|posting|said|says|saying|announced|announces|announcing",
            "shared|sharing|took|takes|taking|replied|replies|confirmed|confirms|denied|denies|claimed|published",
            "commented|complained|revealed|thanked|apologised|apologized|responded|reacted|argued|warned|joked",
            "added|urged|explained|condemned|blasted|slammed|uploaded|captioned|insisted|stated|declared",
            "criticised|criticized|repeated",
        ),
        fillers=words(
            "his|her|their|its|the|a|an|my|official|personal|verified|own|now-deleted|deleted|social media platform",
            "social network|social media site|messaging app|rival platform",
        ),
        tweets=words(
            "his tweet|her tweet|their tweet|tweet by|tweet from",
            "tweeted|retweeted|in a tweet|in a now-deleted tweet|in a deleted tweet|in a series of tweets",
            "in a thread of tweets|in tweets|in another tweet|in a later tweet|in her tweet|in his tweet",
            "in their tweet|in an earlier tweet|in a since-deleted tweet",
        ),
        posts=words(
            "in a live stream|in a reel|in a clip|a statement posted|a message posted|a video posted",
            "in a post|in a message|in a statement|in a video|in a comment|in a story|in a thread|in posts",
        ),
        after=words("post|posts|story|stories|message|statement|video|caption|thread"),
    ),
    "fr": Speech(
        places=words("sur|via"),
        verbs=words(
            "communiqué|raconté|accusé|promis|averti|regretté|félicité|commenté|montré|reconnu|estimé|dévoilé",
            "dévoile|attaqué|critiqué|qualifié|salué|appelé|présenté|excusé|excusée|excusés|rappelé|précisé|signalé",
            "écrit|écrivait|a écrit|a publié|publié|publie|a posté|posté|poste|a annoncé|annoncé|annonce|a déclaré",
            "déclaré|déclare|a réagi|réagi|réagit|dit|a dit|a partagé|partagé|partage|a dénoncé|dénonce|dénoncé",
            "affirmé|affirme|confirmé|confirme|expliqué|explique|indiqué|indique|répondu|répond|remercié|lancé",
            "fustigé|assuré|révélé|révèle",
        ),
        fillers=words(
            "messagerie|plateforme|nos|notre|une|un",
            "son|sa|ses|leur|le|la|les|l'|compte|page|réseau social|chaîne|profil|officiel|officielle",
        ),
        tweets=words(
            "son tweet|leur tweet|ses tweets",
            "tweeté|a tweeté|tweete|retweeté|dans un tweet|dans un tweet supprimé|dans une série de tweets",
            "dans son tweet",
        ),
        posts=words(
            "dans une story|dans un live|dans un communiqué|une publication|un message publié|une vidéo publiée",
            "dans un message|dans une publication|dans un post|dans une vidéo|dans un communiqué",
        ),
    ),
    "de": Speech(
        places=words("auf|bei|über|via|per|in"),
        verbs=words(
            "betonte|schilderte|wandte|äußerte|dementierte|gratulierte|beklagte|warf|drohte|verriet|posten|schreiben",
            "griff|gab|entschuldigte|entschuldigten|bedauerte|lobte|rief|berichtete|stellte|zeigte|zeigt|bezeichnete",
            "nannte|schrieb|schreibt|schrieben|geschrieben|postete|postet|posteten|gepostet|teilte|teilt|teilten",
            "geteilt|erklärte|erklärt|sagte|sagt|veröffentlichte|veröffentlicht|verkündete|verkündet|kündigte",
            "mitteilte|mitteilten|bekanntgab|meldete|kommentierte|bedankte|reagierte|forderte|kritisierte|warnte|bestätigte",
        ),
        fillers=words(
            "seinem|seiner|ihrem|ihrer|dem|der|den|einem|einer|Kurznachrichtendienst|Netzwerk|Plattform",
            "Onlinedienst|sozialen|offiziellen|eigenen",
        ),
        tweets=words(
            "sein Tweet|ihr Tweet|ihren Tweet|seinen Tweet|ihrem Tweet|seinem Tweet|Tweet von",
            "twitterte|twittert|getwittert|in einem Tweet|in einem gelöschten Tweet|in mehreren Tweets|per Tweet",
        ),
        posts=words(
            "in einem Posting|in einer Story|in einem Livestream|in einem Beitrag",
            "in einem Beitrag|in einem Post|in einer Nachricht|in einem Video",
        ),
        after=words("Post|Posts|Posting|Beitrag|Beiträge|Story|Storys|Video|Videos|Reel|Livestream|Nachricht"),
    ),
    "es": Speech(
        places=words("en|través|por|vía|mediante"),
        verbs=words(
            "pidieron|recordó|advirtió|acusó|calificó|desmintió|precisó|indicó|replicó|atacó|negó|lanzó|rechazó",
            "informaron|arremetió|criticó|disculpó|mostró|muestra|explicó|reveló|escribieron|dijeron|anunciaron",
            "contó|celebró|felicitó|escribió|escribe|ha escrito|escrito|publicó|publica|publicado|publicaron|dijo",
            "dice|anunció|anuncia|compartió|comparte|compartido|señaló|afirmó|respondió|agradeció|denunció|confirmó",
            "expresó|posteó|subió|pidió|manifestó|aseguró|lamentó|informó|reaccionó|comentó|difundió",
        ),
        fillers=words(
            "su|sus|la|el|las|los|una|un|de|cuenta|perfil|red social|redes sociales|canal|página|oficial|personal",
        ),
        tweets=words(
            "su tuit|su tweet|sus tuits|tuit de",
            "tuiteó|tuitea|tuiteado|retuiteó|twitteó|en un tuit|en un tweet|en un tuit borrado|en varios tuits",
            "en un trino",
        ),
        posts=words(
            "en un posteo|en una historia|en un video subido|en una transmisión|en un post",
            "en una publicación|en un mensaje|en un video|en un vídeo|en un comunicado",
        ),
    ),
    "pt": Speech(
        places=words("no|na|em|pelo|pela|via|nas|através|meio"),
        verbs=words(
            "comentaram|publicaram|anunciaram|parabenizou|esclareceu|rebateu|ironizou|destacou|ressaltou|alertou",
            "garantiu|atacou|mostrou|mostra|explicou|revelou|escreveram|disseram|contou|celebrou|pediu|desculpou",
            "lembrou|acusou|negou|escreveu|escreve|escrito|publicou|publica|publicado|postou|posta|postado|disse|diz",
            "anunciou|anuncia|compartilhou|compartilha|afirmou|respondeu|agradeceu|comentou|denunciou|confirmou",
            "confirmaram|lamentou|partilhou|criticou|informou|desabafou|declarou|reagiu",
        ),
        fillers=words("seu|sua|seus|suas|o|a|conta|perfil|rede social|redes sociais|canal|página|oficial|do|da|de"),
        tweets=words(
            "seu tuíte|seu tweet|seus tuítes|tuíte de",
            "tuitou|tuíta|tuitado|twittou|retuitou|em um tuíte|num tuíte|em um tweet|num tweet",
            "em uma série de tuítes",
        ),
        posts=words(
            "em uma postagem|em vídeo|em mensagem|em publicação|em postagem|numa mensagem|num vídeo|em um comunicado",
            "nos stories|em uma publicação|numa publicação|em um post|em um vídeo|em uma mensagem",
        ),
    ),
    "it": Speech(
        places=words("su|sul|sulla|via|tramite|attraverso|in"),
        verbs=words(
            "avvisato|avvertito|ribadito|precisato|sottolineato|chiesto|scusato|scusata|ironizzato|ricordato|invitato|definito",
            "rilanciato|comunicato|attaccato|attacca|criticato|critica|spiegato|spiega|rivelato|rivela|mostrato",
            "mostra|accusato|accusa|ha scritto|scritto|scrive|scriveva|ha pubblicato|pubblicato|pubblica",
            "ha annunciato|annunciato|annuncia|ha detto|detto|ha condiviso|condiviso|condivide|ha commentato",
            "commentato|commenta|ha postato|postato|posta|ha dichiarato|dichiarato|ha risposto|risposto|ha replicato",
            "ha ringraziato|ha smentito|ha denunciato|ha confermato",
        ),
        fillers=words(
            "loro|storie|stories|di|piattaforma|rete sociale|del|della|nostro|nostra|sulla",
            "suo|sua|suoi|il|la|proprio|propria|profilo|account|pagina|canale|social|social network|ufficiale",
        ),
        tweets=words(
            "suo tweet|suoi tweet|tweet di|twittano|hanno twittato",
            "ha twittato|twittato|twitta|ritwittato|in un tweet|con un tweet|in una serie di tweet|in un cinguettio",
        ),
        posts=words(
            "in una storia|nelle storie|in una diretta|in un videomessaggio|nelle stories",
            "in un post|con un post|in un messaggio|in un video|in una storia",
        ),
    ),
    "ru": Speech(
        places=words("в|во|на|через"),
        verbs=words(
            "прокомментирова*|поздравил*|напомнил*|высказал*|признал*|отреагирова*|пишут|обратил*|подчеркнул*",
            "выразил*|раскритикова*|извини*|показал*|пожалова*|назвал*|обвинил*|опроверг*|предупредил*|пояснил*",
            "уточнил*|добавил*|написал*|пишет|сообщил*|сообщает|опубликовал*|публикует|заявил*|заявляет|поделил*",
            "рассказал*|рассказывает|отметил*|объявил*|ответил*|разместил*|выложил*|прокомментировал*|поблагодарил*",
            "подтвердил*|призвал*",
        ),
        fillers=words(
            "своём|своем|своей|своих|его|её|ее|их|соцсети|социальной сети|мессенджере|официальном|личном|аккаунте",
        ),
        endings=words("-канале|-канал|-аккаунте"),
        tweets=words(
            "свой твит|своего твита|говорится в твите",
            "твитнул|твитнула|в твите|в своём твите|в своем твите|в удалённом твите|в удаленном твите",
            "в серии твитов",
        ),
        posts=words(
            "в ролике|в сторис|в заявлении|в обращении|в записи",
            "в посте|в публикации|в сообщении|в видео",
        ),
    ),
    "tr": Speech(
        places=(),
        verbs=words(
            "uyardı|kaydetti|aktardı|bildirdi|vurguladı|yalanladı|kınadı|sordu|çağrıda bulundu|özür diledi|eleştirdi",
            "anlattı|yayınladığı|yayımladığı|gösterdi|konuştu|tepki gösterdi|cevap verdi|kutladı|savundu|yazdı|yazan",
            "yazarak|paylaştı|paylaşan|paylaştığı|paylaşarak|paylaşım yaptı|açıkladı|açıklama yaptı|açıklamada",
            "duyurdu|duyuran|dedi|söyledi|belirtti|ifade etti|ifadelerini kullandı|yanıt verdi|teşekkür etti",
            "mesajında|mesajda|yayınladı|yayımladı",
        ),
        endings=words(
            " hikayesinde| hikâyesinde| sayfasında| sayfasından| kanalında| kanalından| hesabı üzerinden",
            " gönderisinde| videosunda|'te|'ta|'de|'da|'ten|'tan|'den|'dan|’te|’ta|’de|’da|’ten|’tan|’den|’dan",
            " hesabından| hesabında| paylaşımında| üzerinden| paylaşımıyla",
        ),
        tweets=words(
            "tweetini attı|tweetler attı|tweetini sildi",
            "tweet attı|tweetledi|attığı tweette|tweetinde|tweet'inde|bir tweette|attığı tweet'te|tivitinde",
        ),
    ),
    "id": Speech(
        places=words("di|lewat|melalui|via|dalam|pada"),
        verbs=words(
            "mengomentari|merespons|menuding|menyindir|mengklaim|meminta|berpesan|curhat|mengkritik|menyerang",
            "menjelaskan|memperlihatkan|menegaskan|mengaku|mengucapkan|mengecam|membantah|mengajak|mengingatkan",
            "menulis|tulis|ditulis|mengunggah|diunggah|unggah|mengumumkan|membagikan|dibagikan|berkata|mengatakan",
            "kata|menyampaikan|meminta maaf|menyatakan|menyebut|memposting|diposting|mencuit|menjawab|membalas",
            "berterima kasih|ungkap|mengungkapkan|ujar",
        ),
        fillers=words(
            "akun|laman|halaman|media sosial|media|sosial|platform|kanal|resmi|pribadi|unggahan|postingan|miliknya",
        ),
        tweets=words(
            "cuitannya|twitnya|tweetnya",
            "mencuit|cuit|dalam cuitan|dalam cuitannya|dalam sebuah cuitan|lewat cuitan|cuitnya|dalam twit",
        ),
        posts=words(
            "dalam video|dalam sebuah video|lewat video|lewat unggahan|dalam siaran langsung|dalam keterangan",
            "dalam unggahan|dalam sebuah unggahan|dalam postingan|melalui unggahan",
        ),
    ),
    "ar": Speech(
        places=words("على|عبر|في|خلال"),
        verbs=words(
            "نفى|نفت|علقت|وعلقت|هنأت|شكرت|كشف|كشفت|وكشف|وصف|وصفت|طالب|طالبت|أشار|وأشار|نشره|نشرته|نشرها|بث|بثت|كتبوا",
            "انتقد|انتقدت|وانتقد|هاجم|هاجمت|وهاجم|اعتذر|اعتذرت|واعتذر|أوضح|أوضحت|وأوضح|ظهر|ظهرت|نعى|نعت|دعا|ودعا|حذر",
            "حذرت|كتب|كتبت|وكتب|وكتبت|قال|قالت|وقال|وقالت|نشر|نشرت|ونشر|ونشرت|أعلن|أعلنت|وأعلن|وأعلنت|علق|وعلق|شارك",
            "شاركت|وشارك|أضاف|وأضاف|أكد|وأكد|أكدت|رد|ردت|ورد|شكر|هنأ|يقول|يكتب|ذكر|وذكر|ذكرت",
        ),
        fillers=words(
            "منصة|موقع|حسابه|حسابها|حسابهم|حساب|صفحته|صفحتها|صفحة|قناته|قناتها|تطبيق|الرسمي|الرسمية|منصّة|شبكة",
            "تدوينة|منشور|على|في|عبر",
        ),
        tweets=words(
            "تغريدته|تغريدتها|تغريداته|غردوا|يغرد|تغرد",
            "غرد|غردت|غرّد|غرّدت|وغرد|وغردت|في تغريدة|في سلسلة تغريدات|في تغريدته|في تغريدتها|عبر تغريدة",
        ),
        posts=words(
            "في فيديو|في منشور|وفي منشور|وفي فيديو|في تدوينة|في مقطع|في رسالة|في بيان|وفي بيان|وفي تدوينة|وفي تغريدة"
        ),
    ),
    "ja": Speech(
        places=(),
        verbs=words(
            "批判|説明|紹介|知らせ|表明|主張|反応|祝福|書き|語っ|綴り|つづっ|伝え|釈明|否定|言及|呼びかけ",
            "投稿|書き込|書い|つぶや|綴っ|発信|報告|発表|公開|コメント|明か|更新|謝罪|述べ|訴え|感謝|反論|告白|シェア|アップ",
        ),
        endings=words(
            "に|で|への|の投稿|の動画|のストーリー|のアカウント|の公式|のライブ|の生配信|の自身|へ|上で|上に|アカウントで|アカウントに|を更新|を通じ"
        ),
        tweets=words(
            "連続ツイート",
            "ツイートし|ツイートで|とツイート|リツイートし|とつぶやいた|にポストした|とポスト",
        ),
    ),
}

TITLES = frozenset(
    words(
        "vice|former|first|deputy",
        "actor|actress|captain|chancellor|chief|congressman|congresswoman|dr|gen|general|gov|governor|judge|king",
        "lady|lord|mayor|minister|mr|mrs|ms|pope|president|prime|prince|princess|prof|professor|queen|rep|secretary",
        "sen|senator|singer|sir",
    )
)
"""Titles before a name are no part of it."""

NOT_NAMES = frozenset(
    words(
        "a|after|an|and|another|as|at|before|but|ce|das|der|dia|die|ein|eine|el|ela|ele|ella|elle|elles|ellos|er|es",
        "everyone|gli|he|her|his|i|ia|il|ils|in|it|its|kami|la|las|le|lei|les|lo|loro|los|lui|mereka|o|officials|on",
        "one|or|os|police|saya|she|sie|so|someone|that|the|their|these|they|this|those|um|uma|un|una|une|we|when",
        "while|who|wir|you|él|мы|он|она|они|это|я",
    )
)
"""A capital at the beginning of a sentence makes none of these a name."""
