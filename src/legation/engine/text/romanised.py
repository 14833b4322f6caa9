"""Recognise languages of other scripts when they are typed in Latin letters."""

from __future__ import annotations


def _gather(words: str) -> frozenset[str]:
    """Cut a list of words, written as one text so that it can be read."""
    return frozenset(words.split())


# Words of grammar and of everyday news as people romanise them without any standard. A word that is common
# in a language written in Latin letters ("to", "na", "par", "den") counts only beside others, so each list
# holds many. Chosen by hand; tried in docs/decisions/0005.
_WORDS: dict[str, frozenset[str]] = {
    language: frozenset(words.split())
    for language, words in {
        "ru": (
            "i v vo na ne chto kak eto iz za po ot dlya posle pri byl byla bylo byli budet net yest "
            "kotoryy kotoraya kotorye ego ee ikh oni ona no ili uzhe tolko pod nad mezhdu god goda let "
            "segodnya vchera strany strane pravitelstvo prezident ministr rossii rossiya moskva moskve "
            "gosudarstva zayavil zayavila skazal soobshchil novosti mir voyna vremya chelovek lyudi "
            "bolshe ochen takzhe odin raz zhizn mozhet budut protiv cherez"
        ),
        "uk": (
            "i v u na ne shcho yak tse z za po vid dlya pislya pry buv bula bulo buly bude nemaye ye "
            "yakyy yaka yaki yoho yiyi yikh vony vona ale abo vzhe tilky pid nad mizh rik roku rokiv "
            "sohodni vchora krayiny krayini uryad prezydent ministr ukrayina ukrayiny ukrayini kyiv "
            "kyyevi derzhavy zayavyv skazav povidomyv novyny svit viyna chas lyudy bilshe duzhe takozh "
            "proty cherez"
        ),
        "hi": (
            "hai hain ka ki ke ko se mein me aur nahi nahin kya ye yeh wo woh tha thi the raha rahi "
            "rahe kar karne kiya kiye gaya gayi gaye hua hui hue liye bhi ho hoga hogi par kuch sab log "
            "desh sarkar mantri pradhan bharat kaha baad pehle aaj kal jab tab agar lekin apne apni "
            "unke unki iske iski isse usse wala wali wale bahut abhi phir kyun kaise saath khilaf dono "
            "naya nayi"
        ),
        "ar": (
            "al fi min ila ala ilayhi an anna inna hatha hadha hadhihi hathihi allah wa aw bayna baad "
            "baada qabla kana kanat yakun rais wazir wizara hukuma dawla balad bilad sabah yawm alyawm "
            "fil lil bil allathi alladhi allati kul kull ghayr mish leish shu ana inta huwa hiya nahnu "
            "hum ma la lam lan sawfa khabar akhbar sharq kharijiya"
        ),
        "fa": (
            "va dar be az ke ra ba in an ast bud shod mishavad mikonad kard kardan khahad bara baraye "
            "ta ya nist ham har yek do iran irani dowlat dolat vazir raees jomhur jomhouri keshvar "
            "emruz dirooz mardom shahr goft gofte kharejeh khareje pas pish digar hame chera chetor ma "
            "shoma anha"
        ),
        "el": (
            "kai tou tis ton tin sto sti stin ston gia apo me na tha den oti pou einai itan ena mia "
            "enas o i to ta oi meta prin chora kyvernisi ypourgos ellada athina simera chthes nea"
        ),
        "ja": (
            "no wa ga wo ni de to mo kara made desu masu shita suru sareta sare shite iru ita aru naru "
            "natta koto mono kono sono nihon nippon shusho daijin kaigi seifu kuni tokyo kyo kinou "
            "ashita hito nichi gatsu nen yori nado tame tsuite"
        ),
        "ko": (
            "eun neun i ga eul reul ui e eseo euro ro gwa wa do hago hanguk hangug jeongbu "
            "daetongnyeong seoul hamnida imnida haessda hada issda eopda geu geosi oneul eoje naeil "
            "nara saram"
        ),
    }.items()
}
_PINYIN_ONSETS = (
    "zh",
    "ch",
    "sh",
    *"bpmfdtnlgkhjqxrzcsyw",
)  # Hanyu Pinyin, the longer ones first
_PINYIN_RIMES = _gather(
    "a o e i u v ai ei ao ou an en ang eng ong er ia ie iao iu ian in iang ing iong ua uo uai ui uan un "
    "uang ue ve"
)
_PINYIN_WORDS = _gather(
    "de shi zai he zhongguo guojia renmin jingji fazhan huiyi zhuxi zongli buzhang jintian xinwen women "
    "tamen zhengfu shijie beijing shanghai guanxi hezuo waijiao bu le you yige zhe na dao wei yu zhong "
    "guo ren min jia fa zhan hui yi zhu xi li shang xia nian yue ri jin xin wen"
)
_MIN_WORDS = 5  # of text; a name of three words in Latin letters says nothing
_MIN_SHARE = 0.34  # of the words that are in one list
_MIN_DISTINCT = 3
_SLAVIC = {"ru", "uk"}  # share so many words that the better list decides without a margin
_MIN_MARGIN = 1.5  # how much better the best list must be than the next one of another script


def recognise_romanised(words: list[str]) -> tuple[str, float]:
    """Name the language of other script that a text in Latin letters is written in.

    words: folded words in small letters. Returns the language and the share of words that speak for it;
    ("", 0.0) where none is recognised. Only for texts that no detector is sure of: the lists share words
    with languages that are written in Latin letters.
    """
    if len(words) < _MIN_WORDS:
        return "", 0.0
    shares = {
        language: sum(word in known for word in words) / len(words)
        for language, known in _WORDS.items()
        if len({word for word in words if word in known}) >= _MIN_DISTINCT
    }
    pinyin = sum(is_pinyin(word) for word in words) / len(words)
    if pinyin >= 0.95 and len({word for word in words if word in _PINYIN_WORDS}) >= _MIN_DISTINCT:
        shares["zh"] = max(shares.get("zh", 0.0), sum(word in _PINYIN_WORDS for word in words) / len(words))
    if not shares:
        return "", 0.0
    ranked = sorted(shares.items(), key=lambda pair: -pair[1])
    language, share = ranked[0]
    rivals = [other for name, other in ranked[1:] if {name, language} != _SLAVIC]
    if share < _MIN_SHARE or (rivals and rivals[0] * _MIN_MARGIN > share):
        return "", 0.0
    return language, share


def is_pinyin(word: str) -> bool:
    """Tell whether a word in small letters without marks is made of syllables of Hanyu Pinyin."""
    return _split_pinyin(word, 0)


def _split_pinyin(word: str, depth: int) -> bool:
    """Take one syllable off the word's beginning and look at the rest; a word has at most four."""
    if not word:
        return depth > 0
    if depth == 4:
        return False
    onset = next((onset for onset in _PINYIN_ONSETS if word.startswith(onset)), "")
    rest = word[len(onset) :]
    return any(
        rest[:size] in _PINYIN_RIMES and _split_pinyin(rest[size:], depth + 1)
        for size in range(min(4, len(rest)), 0, -1)
    )
