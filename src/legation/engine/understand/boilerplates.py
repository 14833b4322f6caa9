"""Tells an article's own sentences from captions, invitations, bylines and other furniture of a page."""

from __future__ import annotations

import re

# Openings that publishers put before what is no part of the text, in lower case. A list of ours, from what
# the press is known to print; not measured. Each is too long for a sentence of an article to open so.
OPENINGS = (
    # further reading
    "read more", "read also", "also read", "see also", "related:", "related articles", "more on this story",
    "xem thêm", "đọc thêm", "mời xem", "mời độc giả", "tin liên quan",
    "lire aussi", "à lire aussi", "voir aussi", "lea también", "lee también", "leer más", "vea también",
    "leia também", "leia mais", "veja também", "lesen sie auch", "mehr zum thema", "leggi anche",
    "читайте также", "читать далее", "подробнее:", "اقرأ أيضا", "اقرأ المزيد", "إقرأ أيضا",
    "阅读更多", "延伸阅读", "相关阅读", "相关新闻", "関連記事", "あわせて読みたい", "관련기사",
    "baca juga", "simak juga", "อ่านเพิ่มเติม",
    # captions and credits
    "photo:", "photo by", "photos:", "image:", "image source", "file photo", "picture:", "video:", "watch:",
    "ảnh:", "ảnh minh họa", "nguồn ảnh", "clip:", "photo d'archives", "crédit photo", "foto:", "fotografía:",
    "imagem:", "bild:", "фото:", "видео:", "صورة:", "الصورة:", "图片来源", "图:", "图为", "写真:", "사진=",
    # invitations and rights
    "subscribe to", "sign up", "click here", "follow us", "download the app", "all rights reserved",
    "copyright ©", "©", "đăng ký nhận", "bấm vào đây", "theo dõi chúng tôi", "abonnez-vous", "inscrivez-vous",
    "tous droits réservés", "suscríbete", "síguenos", "assine já", "siga-nos", "jetzt abonnieren",
    "подписывайтесь", "все права защищены", "اشترك في", "تابعونا", "جميع الحقوق محفوظة",
    "版权所有", "责任编辑",
    # desk notes
    "(reporting by", "reporting by", "(editing by", "editing by", "this article was originally",
)  # fmt: skip
BYLINE = re.compile(r"^(?:by|par|por|von|di|oleh)\s+[^\s,]+(?:\s+[^\s,]+){0,4}$", re.IGNORECASE)
ADDRESS = re.compile(r"https?://|www\.|\S+@\S+\.\w|(?:^|\s)@\w{3,}", re.IGNORECASE)
CREDIT_END = re.compile(
    r"(?:photo|ảnh|foto|image|picture|фото|图)\s*[:：]\s*[^.!?。]{1,40}[)）]?\.?$", re.IGNORECASE
)
MIN_LETTER_SHARE = 0.6  # below it a line is a table, a score or a list of tags; a judgement


def is_boilerplate(sentence: str) -> bool:
    """Tell whether a sentence belongs to the page and not to the article."""
    text = sentence.strip().lstrip("-–—•·*►▶>([\"'“« ").casefold()
    if not text or text.startswith(OPENINGS):
        return True
    if BYLINE.match(text) or ADDRESS.search(text) or CREDIT_END.search(text):
        return True
    # Vowel signs of South-East Asian scripts are no letters to Python, but they are above this code point.
    letters = sum(character.isalpha() or ord(character) > 0x0900 for character in text)
    return letters < MIN_LETTER_SHARE * len(text.replace(" ", ""))
