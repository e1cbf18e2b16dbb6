"""Words that tell what is said of a platform from what is said on it: `he said the ban on X ends`. Only tables."""

from __future__ import annotations

from ..credits.words import words

CLAIMS = frozenset(
    words(
        "said|says|saying|claimed|argued|warned|urged|explained|insisted|stated|declared|clarified|recalled|hinted",
        "a dit|dit|déclaré|déclare|a déclaré|affirmé|affirme|averti|reconnu|estimé|expliqué|explique|assuré|rappelé",
        "sagte|sagt|erklärte|erklärt|warnte|betonte|berichtete|meldete|forderte",
        "dijo|dice|dijeron|advirtió|aseguró|afirmó|explicó|recordó|negó|rechazó",
        "disse|diz|disseram|alertou|garantiu|afirmou|explicou|lembrou|negou|declarou",
        "ha detto|detto|spiegato|spiega|dichiarato|ha dichiarato|ricordato",
        "сказал|заявил|заявила|заявили|предупредил|предупредила|предупредили|отметил|отметила|подчеркнул|напомнил",
        "uyardı|berkata|mengatakan|kata|mengingatkan|menyatakan|menyebut|قال|قالت|حذر|حذرت|أكد|أكدت|يقول",
    )
)
"""Verbs that mostly tell what else is the case: they count beside the place, or with the words in quotation marks."""

ASIDES = frozenset(
    words(
        "it|so|them|him|her|this|that|as|much|later|late|early|earlier|also|then|again|today|yesterday|tonight|first",
        "on|in|at|a|the|of|last|week|month|morning|evening|afternoon|night|publicly|briefly|simply|only|repeatedly",
        "monday|tuesday|wednesday|thursday|friday|saturday|sunday|now-deleted|deleted|short|long|brief|joint|live",
        "lundi|mardi|mercredi|jeudi|vendredi|samedi|dimanche|dans|un|une|aussi|hier|ce|matin|soir|montag|dienstag",
        "mittwoch|donnerstag|freitag|samstag|sonntag|am|er|sie|es|gestern|heute|auch|abend|später|einem|einer|lunes",
        "martes|miércoles|jueves|viernes|sábado|domingo|el|este|ayer|hoy|también|segunda|terça|quarta|quinta|sexta",
        "hoje|ontem|também|em|uma|num|numa|lunedì|martedì|mercoledì|giovedì|venerdì|sabato|domenica|oggi|ieri|anche",
        "он|она|они|об|этом|вчера|сегодня|понедельник|вторник|среду|четверг|пятницу|субботу|воскресенье|в|во|dalam",
        "sebuah|pada|lewat|hari|ini|senin|selasa|rabu|kamis|jumat|sabtu|minggu|itu|ia|dia|في|يوم|اليوم|أمس|الاثنين",
        "الثلاثاء|الأربعاء|الخميس|الجمعة|السبت|الأحد|الشرطة|الوزير|الوزيرة|الرئيس|المتحدث",
    )
)
"""What may stand between such a verb and the place."""

POSTED = frozenset(
    words(
        "post|posts|message|statement|video|clip|comment|thread|reply|story|interview|stream|posted|published|shared",
        "publication|vidéo|communiqué|beitrag|nachricht|mensaje|publicación|comunicado|publicação|mensagem",
        "vídeo|postagem|nota|messaggio|видео|посте|сообщении|unggahan|منشور|بيان|فيديو|تدوينة|نشره|نشرته",
    )
)
"""What is written or shown, which may stand there with whatever belongs to it: `said a post on her campaign's page`."""

CLAUSES = words(
    "that|is|was|are|were|has|had|have|which|than|dass|daß|ist|wird|wirbt|wurde|est|était|ont|está|eran|é|è|что",
    "bahwa|أن|إن",
)
"""Words that begin or carry another clause, so that the verb before them tells of that one."""

TOPICS = words(
    "advert*|ads|ad campaign*|spending|growth|revenue*|decline|fraud*|scam*|hack*|bully*|harassment|abuse|hate",
    "hatred|privacy|limit*|ban|bans|boycott*|curb*|rules|censorship|course|courses|channel|shop|store|stranger*",
    "disinformation|misinformation|propaganda|traffick*|drug*|investigation|moderator*|moderation|sellers|data|users|listed|accounts|lawsuit*|tax|taxes|outage*|servers|market*|investment*|stake",
    "publicité*|pub|haine|harcèlement|arnaque*|croissance|chaîne|boutique|censure|interdiction|abonnés|utilisateurs|désinformation|propagande|trafic|enquête|ventes|modération",
    "Werbung|Hass|Betrug|Betrugs*|Mobbing|Wachstum|Kanal|Betrieb|Boykott|Verbot|Zensur|Nutzer*|Anzeigen|Desinformation|Propaganda|Hetze|Handel|Daten|Moderation|Aufsicht",
    "publicidad|odio|estafa*|fraude*|acoso|crecimiento|canal|tienda|veto|censura|prohibición|seguidores|usuarios|desinformación|bulos|tráfico|ventas|propaganda|moderación",
    "publicidade|ódio|golpe|golpes|assédio|crescimento|loja|bloqueio|proibição|seguidores|usuários|anúncios|desinformação|tráfico|quadrilha|vendas|moderação",
    "pubblicità|truff*|bullismo|crescita|ricavi|negozio|censura|divieto|follower|utenti|inserzioni|disinformazione|traffico|indagin*|vendite|propaganda|moderazione",
    "реклам*|мошенни*|рост|роста|травл*|канал|магазин|запрет*|блокиров*|подписчик*|ненавист*|цензур*|торговл*|наркотик*|дезинформац*|пропаганд*|модераци*",
    "pertumbuhan|penipuan|iklan|kebencian|perundungan|larangan|toko|pengikut|pengguna|sensor|disinformasi|hoaks|penjualan|moderasi",
    "الاحتيال|إعلانات|الإعلانات|الكراهية|التنمر|حظر|الحظر|متابعين|نمو|النمو|الإعلان|التضليل|الدعاية|المراقبة",
)
"""What is spoken of as being on a platform, and is no post."""

TOPICS_BEHIND = words(
    "reklam*|büyüme*|dolandırıcılı*|nefret*|zorbalı*|yasağ*|yasak*|sansür*|takipçi*",
)
TOPICS_INSIDE = words("詐欺|広告|被害|いじめ|規制|禁止|収益|フォロワー|検閲")
"""The same in Turkish and in Japanese, which put them behind the name."""
