"""Take out of a text what changes by itself: update stamps, live counters, links to other articles."""

from __future__ import annotations

import re

from legation.engine.text.folding import fold_text

# Words are folded: lower case, without accents, đ as d. Languages are those of docs/glossary.md's reference
# deployment and the commonest of the world's press. A stamp is a line of these and of a date, nothing more:
# "Updated: nine were hurt, not twelve" says something, and stays.
_STAMPS = (
    "last updated", "updated", "update", "modified", "published", "posted", "first published", "edited",
    "cap nhat lan cuoi", "cap nhat", "dang luc", "xuat ban", "mis a jour", "mise a jour", "modifie", "publie",
    "actualizado", "actualizada", "ultima actualizacion", "publicado", "modificado", "atualizado",
    "atualizada", "aktualisiert", "stand", "veroffentlicht", "aggiornato", "pubblicato", "diperbarui",
    "diterbitkan", "dikemas kini", "обновлено", "опубликовано", "изменено", "оновлено", "更新时间", "更新",
    "发布时间", "最終更新", "配信", "최종수정", "입력", "수정", "اخر تحديث", "تم التحديث", "تحديث", "نشر في",
    "به روز شده", "อัปเดต", "อัพเดต", "เผยแพร่", "ອັບເດດ", "ອັບເດດລ່າສຸດ", "បានធ្វើបច្ចុប្បន្នភាព",
)  # fmt: skip
_DATE_WORDS = (
    "at|on|the|of|am|pm|a m|p m|gmt|utc|cet|cest|est|edt|ist|h|hrs|ago|min|mins|minutes?|hours?|days?|by"
    "|luc|ngay|thang|nam|gio|phut|truoc|le|a|il y|de|del|el|las|os|as|um|uhr|vom|am|в|от|г|года|мин|назад"
    "|alle|ore|pukul|wib|jam|[月日年时分前時시분월일년]|في|يوم|الساعه|ساعه|น|เมื่อ|ເວລາ"
    "|(?:jan|feb|fev|mar|apr|avr|abr|may|mai|mei|jun|jui|jul|aug|agu|aou|ago|sep|oct|okt|out|nov|dec|dez|des|dic"
    "|ene|янв|фев|мар|апр|мая|май|июн|июл|авг|сен|окт|ноя|дек)\\w*"
    "|(?:mon|tue|wed|thu|fri|sat|sun|lun|mer|jeu|ven|sam|dim|sab|dom|thu|пн|вт|ср|чт|пт|сб|вс)\\w*"
    "|chu nhat|thu (?:hai|ba|tu|nam|sau|bay)"
)
_COUNTED = (
    "views?|reads?|shares?|comments?|likes?|reactions?|followers?|reading|watching|luot xem|binh luan|chia se"
    "|luot doc|vues?|commentaires?|partages?|visitas|vistas|lecturas|comentarios|compartidos|visualizacoes"
    "|aufrufe|kommentare?|просмотр\\w*|комментари\\w*|阅读|评论|浏览|次|条评论|조회수|댓글|閲覧|コメント"
    "|مشاهده|مشاهدات|تعليق\\w*|دیدگاه|بازدید|ครั้ง|ความคิดเห็น|ຄັ້ງ"
)
_RELATED = (
    "read also", "also read", "read more", "see also", "related", "related articles", "related stories",
    "more on this", "recommended", "most read", "don't miss", "xem them", "doc them", "tin lien quan",
    "bai lien quan", "co the ban quan tam", "lire aussi", "a lire aussi", "sur le meme sujet", "voir aussi",
    "lea tambien", "lea mas", "te puede interesar", "noticias relacionadas", "leia tambem", "leia mais",
    "lesen sie auch", "mehr zum thema", "leggi anche", "baca juga", "lihat juga", "читайте также",
    "читать также", "материалы по теме", "по теме", "相关新闻", "相关阅读", "延伸阅读", "推荐阅读",
    "関連記事", "관련기사", "اقرا ايضا", "اقرا المزيد", "مواضيع ذات صله", "بیشتر بخوانید",
    "อ่านเพิ่มเติม", "ข่าวที่เกี่ยวข้อง",
    "ອ່ານເພີ່ມ", "ຂ່າວທີ່ກ່ຽວຂ້ອງ", "អានបន្ថែម",
)  # fmt: skip
# A stamp or a counter is short; a sentence of news that begins like one is longer.
_MAX_STAMP_CHARACTERS = 90
_MAX_LINK_CHARACTERS = 200


def _alternatives(words: tuple[str, ...]) -> str:
    return "|".join(re.escape(fold_text(word)) for word in sorted(words, key=len, reverse=True))


_SEPARATORS = "[\\s\\d:.,/|·•()\\[\\]+–-]"
# One separator at a time: a repeated run of them would try every way to cut a hostile line.
_STAMP = re.compile(
    f"[(\\[]?(?:{_alternatives(_STAMPS)})?(?=.*\\d)"
    f"(?:(?:{_DATE_WORDS})(?={_SEPARATORS}|$)|{_SEPARATORS})*[)\\]]?"
)
_NUMBER = "\\d[\\d.,]*\\s?[km]?"
_COUNTER = re.compile(
    f"(?:[^\\w\\d]*{_NUMBER}\\s?(?:{_COUNTED})[\\s|·•,]*)++"
    f"|(?:[^\\w\\d]*(?:{_COUNTED})\\s?[:：(]?\\s?{_NUMBER}\\)?[\\s|·•,]*)++"
)
_LINK = re.compile(f"[\\W_]*(?:{_alternatives(_RELATED)})\\s*(?:[:：>»–|-].*|$)")
_PARENTHESISED = re.compile("[(\\[（][^()\\[\\]（）\\n]{3,90}[)\\]）]")
_ENDS = (".", "!", "?", "。", "！", "？", "؟", "।", "។", "”", '"', "»")


def strip_noise(text: str) -> str:
    """Take out update stamps, live counters and links to other articles; what is said stays as it is.

    text: paragraphs, each on its own line or with blank lines between. Whole lines go, and stamps in
    parentheses; after a line that announces related articles the short lines without a full stop go too.
    """
    kept: list[str] = []
    follows_links = False
    for line in text.splitlines():
        if not line.strip():
            continue
        folded = fold_text(line)
        if is_link_line(folded):
            follows_links = True
            continue
        if is_stamp(folded) or _is_counter(folded):
            continue
        if follows_links and len(line) <= _MAX_LINK_CHARACTERS and not line.rstrip().endswith(_ENDS):
            continue
        follows_links = False
        kept.append(_PARENTHESISED.sub(_drop_stamp, line))
    return "\n".join(kept)


def is_stamp(folded: str) -> bool:
    """Tell whether a folded line says when a page was written or changed, and nothing else."""
    return len(folded) <= _MAX_STAMP_CHARACTERS and _STAMP.fullmatch(folded) is not None


def is_link_line(folded: str) -> bool:
    """Tell whether a folded line leads to other articles; a sentence that begins so does not."""
    is_sentence = folded.endswith((".", "。", "।", "។"))
    return not is_sentence and len(folded) <= _MAX_LINK_CHARACTERS and _LINK.fullmatch(folded) is not None


def _is_counter(folded: str) -> bool:
    return len(folded) <= _MAX_STAMP_CHARACTERS and _COUNTER.fullmatch(folded) is not None


def _drop_stamp(match: re.Match[str]) -> str:
    inside = match.group()[1:-1]
    begins = fold_text(inside).startswith(tuple(fold_text(word) for word in _STAMPS))
    return " " if begins and is_stamp(fold_text(inside)) else match.group()
