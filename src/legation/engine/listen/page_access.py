"""Name what stands between a reader and a page's text, and keep the wall's own words out of it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from itertools import islice
from typing import Final

from lxml import etree
from lxml.html import HtmlElement

from legation.engine.listen.page_heads import PageHead
from legation.engine.records.articles import PageAccess

# Sentences with which publications ask to be paid, as their pages were seen to word them. Each must be clear
# without its neighbours: articles write about subscriptions, too.
_PAY: Final = re.compile(
    r"(?:subscribe|sign up|become a (?:member|subscriber)|upgrade)\b.{0,60}\b(?:to|and) (?:continue"
    r"|keep|read"
    r"|unlock|access|see|view|enjoy)|(?:this|the) (?:article|story|content|page|post"
    r"|report) is (?:only |exclusively"
    r" )?(?:available |reserved |exclusive )?(?:for|to) (?:our )?(?:paid |paying |registered |premium "
    r"|digital )?"
    r"(?:subscriber|member)|already (?:a|an) (?:\w+ )?(?:subscriber|member)\?|subscribers? only"
    r"|members? only"
    r"|unlock (?:this|the full) (?:article|story)|to continue reading(?: this (?:article|story))?, "
    r"|you.ve (?:reached|used) (?:your|all)|support (?:quality|independent) journalism.{0,40}subscri"
    r"|abonnez[- ]vous (?:pour|afin)|(?:article|contenu) (?:est )?réservée? (?:à nos|aux) abonn|déjà abonn"
    r"|pour lire la suite|il vous reste .{0,20}% (?:de cet article )?à (?:lire|découvrir)"
    r"|la suite est réservée"
    r"|(?:nur )?für (?:unsere )?abonnent|jetzt (?:weiterlesen|abonnieren)|weiterlesen mit"
    r"|sie sind bereits abonnent"
    r"|bereits abonnent|dieser (?:artikel|inhalt) ist (?:exklusiv|nur|kostenpflichtig)|artikel freischalten"
    r"|suscr[ií]b(?:e|ete|ase|irse)\b.{0,50}(?:leer|leyendo|seguir|acceder|continuar)"
    r"|(?:ya )?eres suscriptor"
    r"|(?:contenido|artículo) (?:exclusivo|solo|sólo)? ?para (?:nuestros )?suscriptores|para seguir leyendo"
    r"|assine\b.{0,50}(?:ler|lendo|acess|continu)|(?:conteúdo|matéria) exclusiv\w+ para assinantes"
    r"|já é assinante"
    r"|abbonati (?:per|ora)|(?:contenuto|articolo) (?:è )?riservato agli abbonati|sei già abbonato"
    r"|per continuare a legg"
    r"|(?:word|neem een) abon\w*.{0,40}(?:lez|toegang)|alleen voor abonnees|al abonnee|verder lezen\?"
    r"|bli prenumerant|(?:endast|bara) för prenumeranter|logga in och läs|for abonnenter"
    r"|kun for abonnent|bli abonnent"
    r"|(?:vain )?tilaajille|tilaa ja lue|wykup (?:dostęp|subskrypcję)|tylko dla (?:subskrybentów"
    r"|prenumeratorów)"
    r"|(?:pouze|jen) pro předplatitele|csak előfizetők|abonează-te pentru|(?:doar|numai) pentru abonați"
    r"|оформите подписку|только (?:для|по) подпис|материал доступен (?:только )?(?:подписчикам|по подписке)"
    r"|подпишитесь, чтобы|(?:лише|тільки) для передплатників|оформіть передплату|само за абонати"
    r"|abone ol(?:un|arak)?\b.{0,40}(?:oku|devam|eriş)|(?:sadece|yalnızca) abone|συνδρομητές"
    r"|για να συνεχίσετε την ανάγνωση"
    r"|(?:dành riêng|chỉ dành|dành) cho (?:độc giả|bạn đọc|người dùng)? ?(?:là )?(?:hội viên|thành viên"
    r"|trả phí|đăng ký|thuê bao|vip|premium)"
    r"|(?:đăng ký|mua) (?:gói|tài khoản|thuê bao).{0,40}(?:để|đọc)|đăng ký.{0,30}để đọc"
    r"|berlangganan\b.{0,40}(?:untuk|membaca|lanjut|akses)|(?:khusus|hanya) (?:untuk )?pelanggan"
    r"|langgan\b.{0,30}untuk membaca"
    r"|mag-?subscribe\b.{0,30}para|สมัครสมาชิก.{0,30}(?:เพื่อ|อ่าน)|เฉพาะสมาชิก|សម្រាប់តែសមាជិក"
    r"|ສະເພາະສະມາຊິກ"
    r"|(?:订阅|訂閱|购买|開通|开通)(?:会员|會員)?.{0,10}(?:阅读|閱讀|继续|全文|解锁)|付费(?:阅读|内容"
    r"|文章)|(?:会员|會員|订户|訂戶)(?:专享|專享|專屬|可读|限定)|剩余.{0,6}内容"
    r"|有料会員(?:限定|になると|の方)|会員限定|この記事は有料|続きを読むには|残り\s?[\d,]+\s?文字"
    r"|구독(?:하고|하시면|자 전용|자만|후)|유료 (?:회원|기사|콘텐츠)|회원 전용"
    r"|اشترك (?:الآن )?(?:لقراءة|لمتابعة|للوصول|لتتمكن)|للمشتركين فقط|(?:هذا )?(?:المحتوى"
    r"|المقال) (?:حصري|مخصص|متاح) للمشتركين"
    r"|برای (?:خواندن|ادامه).{0,30}(?:مشترک|اشتراک)|ویژه مشترکین|למנויים בלבד|הצטרפו למנויים"
    r"|כדי להמשיך לקרוא"
    r"|(?:सदस्यता|सब्सक्राइब).{0,30}(?:पढ़|जारी)|केवल सदस्यों|সাবস্ক্রাইব.{0,30}পড়",
    re.IGNORECASE,
)
_LOGIN: Final = re.compile(
    r"(?:log|sign) ?in\b.{0,40}\b(?:to|and) (?:continue|read|view|access|see)|(?:register|create (?:an"
    r"|your) (?:free )?"
    r"account)\b.{0,40}\b(?:to|and) (?:continue|read|view|access)|please (?:log|sign) ?in|you (?:must"
    r"|need to) be logged in"
    r"|connectez[- ]vous (?:pour|afin)|créez un compte.{0,30}(?:pour|lire)"
    r"|(?:bitte )?(?:melden sie sich an|anmelden, um)"
    r"|registrieren sie sich.{0,40}(?:lesen|um )|inicia(?:r)? sesión para|regístrate.{0,30}(?:para|leer)"
    r"|(?:faça login|cadastre-se).{0,30}para|accedi per|registrati per|log in om|logga in för|logg inn for"
    r"|zaloguj się|přihlaste se|войдите,? чтобы|авторизуйтесь|зарегистрируйтесь, чтобы|увійдіть, щоб"
    r"|đăng nhập (?:để|nhằm)|(?:giriş|üye girişi) yap|masuk (?:untuk|ke akun)|log masuk untuk"
    r"|เข้าสู่ระบบเพื่อ"
    r"|登录后|登入後|请(?:先)?登录|ログイン(?:して|すると)|로그인 (?:후|하시면)|(?:سجل"
    r"|قم بتسجيل) الدخول|وارد شوید|התחבר(?:ו)? כדי|लॉग इन कर",
    re.IGNORECASE,
)
_METER: Final = re.compile(
    r"(?:you have|you.ve) .{0,20}\b(?:free|complimentary) (?:articles?|stories|story)"
    r"|free articles? (?:left|remaining)"
    r"|articles? gratuits? restants?|kostenlose artikel übrig|artículos? gratis (?:este mes|restantes)"
    r"|matérias grátis"
    r"|còn .{0,20}bài (?:viết )?miễn phí|бесплатн\w+ (?:статей|материал\w*) (?:осталось|в месяц)"
    r"|剩余.{0,5}篇免费|無料記事.{0,8}残り",
    re.IGNORECASE,
)
_CHECK: Final = re.compile(
    r"just a moment\.\.\.|checking (?:your browser|if the site connection)|attention required!"
    r"|verify(?:ing)? (?:that )?you"
    r" are (?:a )?human|are you a robot|i.m not a robot|enable javascript and cookies to continue"
    r"|ddos protection by"
    r"|unusual traffic|access (?:to this page has been )?denied|pardon our interruption|security check"
    r"|bot detection"
    r"|please wait while (?:we|your request)|request unsuccessful\. incapsula|vous êtes un robot"
    r"|sind sie ein (?:mensch|roboter)"
    r"|проверка браузера|вы не робот|xác minh (?:bạn|rằng bạn) (?:là|không)|安全验证|人机验证"
    r"|人間であることを確認|로봇이 아닙니다"
    r"|التحقق من أنك (?:إنسان|لست)|robot olmadığınızı",
    re.IGNORECASE,
)
_CONSENT: Final = re.compile(
    r"before you continue to|we (?:and our partners )?(?:use|value|care about|respect) (?:cookies"
    r"|your privacy)"
    r"|(?:accept|agree to) (?:all )?cookies|cookie (?:consent|settings|preferences)"
    r"|manage (?:your )?(?:consent|privacy)"
    r"|nous (?:respectons|utilisons).{0,30}(?:vie privée|cookies)|wir (?:verwenden|nutzen"
    r"|benötigen).{0,30}(?:cookies|zustimmung)"
    r"|usamos cookies|utilizamos cookies|(?:noi e i nostri|utilizziamo).{0,30}cookie|wij gebruiken cookies"
    r"|мы используем (?:файлы )?cookie|chúng tôi (?:và đối tác )?sử dụng cookie|我们使用(?:cookie|缓存)"
    r"|クッキーの使用|نستخدم ملفات تعريف",
    re.IGNORECASE,
)
# One of these stands in every sentence above; looking for them first takes a fiftieth of the time.
_HINTS: Final = (
    "subscri", "sign", "log", "member", "account", "register", "upgrade", "unlock", "reading", "reached",
    "used", "free", "complimentary", "abon", "réserv", "lire", "reste", "compte", "connect",
    "weiterlesen", "freischalten", "exklusiv", "kostenlos", "registrieren", "anmeld", "suscri", "leyendo",
    "sesión", "regístrate", "gratis", "assin", "cadastre", "faça", "grátis", "abbona", "riservato",
    "legg", "accedi", "registrati", "lezen", "prenumer", "tilaa", "wykup", "zaloguj", "předplat",
    "přihlas", "előfiz", "подпис", "войд", "авториз", "зарегистр", "бесплат", "передплат", "увійд",
    "абонати", "abone", "giriş", "συνδρομ", "συνεχίσετε", "thành viên", "hội viên", "độc giả", "bạn đọc",
    "đăng ký", "đăng nhập", "mua ", "miễn phí", "người dùng", "dành", "langgan", "masuk", "สมาชิก",
    "เข้าสู่ระบบ", "សមាជិក", "ສະມາຊິກ", "订阅", "訂閱", "购买", "开通", "開通", "付费", "会员", "會員",
    "订户", "訂戶", "剩余", "登录", "登入", "会員", "有料", "続き", "残り", "無料", "ログイン", "구독",
    "유료", "회원", "로그인", "اشترك", "مشترك", "اشتراک", "الدخول", "وارد", "למנויים", "מנויים", "להמשיך",
    "התחבר", "सदस्य", "सब्सक्राइब", "लॉग", "সাবস্ক্রাইব",
)  # fmt: skip
_WALL_NAME: Final = re.compile(
    r"pay-?wall|meter(?:ed)?-?content|regwall|reg-wall|registration-?wall|subscri(?:ption|ber"
    r"|be)-?(?:wall|only|prompt|gate)"
    r"|premium-?(?:lock|gate|wall)|locked-?content|content-?(?:gate|lock)|piano-(?:inline|container"
    r"|offer)|tp-container-inner"
    r"|leaky|poool|qiota|zephr|fence-body|abo-?wall|bezahlschranke|muro-?de-?pago",
    re.IGNORECASE,
)
# What each of these names holds, so that most elements are passed over quickly.
_WALL_PART: Final = re.compile(
    r"aywall|ay-wall|etered|egwall|eg-wall|ubscri|remium|ocked|ontent-gate|iano-|tp-container|leaky|poool"
    r"|qiota|zephr|fence-body|abo|bezahl|muro"
)
_MAX_WALL_CHARACTERS: Final = (
    1500  # of a wall with its offers; a longer element with such a name is the article
)
_MAX_LINE_CHARACTERS: Final = 350  # of a paragraph that is the wall's; the longest seen has 240
_MAX_WALLS: Final = 200  # elements of a page with such a name; a template has one or two
_LAST_LINES: Final = 6  # of a text, where a wall may speak
_WHOLE_CHARACTERS: Final = 2500  # of a text that is there although its page says it must be paid for
_CHECK_CHARACTERS: Final = 1500  # of all that a consent or robot check shows


@dataclass(frozen=True, slots=True)
class PageWall:
    """What bars a page's text, and the text without the wall's own words."""

    access: PageAccess
    body: str


def find_page_wall(tree: HtmlElement, head: PageHead, body: str, *, visible: str = "") -> PageWall:
    """Name what bars a text, and take the wall's words out of it.

    body: the text found in the page. visible: all words of the page where they are few, "" otherwise. What
    the page declares counts, and what its wall says; an empty element that is called a paywall does not: free
    articles carry it, too. A text that is there in spite of the declaration is metered.
    """
    if len(body) < _CHECK_CHARACTERS and is_check(head, visible or body):
        return PageWall(PageAccess.CONSENT, "")
    kept, spoken = _take_out_lines(body)
    if len(kept) >= _WHOLE_CHARACTERS and not _METER.search(spoken):
        kept, spoken = body, ""  # a long text whose author speaks of subscriptions
    tier = head.metas.get("article:content_tier", "").lower()
    declared = head.is_paid or tier in {"locked", "paid", "premium"}
    is_whole = len(kept) >= _WHOLE_CHARACTERS and not spoken
    wall = spoken or ("" if is_whole or declared else _read_wall(tree))
    if declared:
        return PageWall(PageAccess.METERED if is_whole else PageAccess.PAYWALL, kept)
    if wall and not is_whole:
        if _PAY.search(wall):
            return PageWall(PageAccess.PAYWALL, kept)
        if _LOGIN.search(wall):
            return PageWall(PageAccess.LOGIN, kept)
    is_metered = tier == "metered" or (wall and _METER.search(wall) is not None)
    return PageWall(PageAccess.METERED if is_metered else PageAccess.FREE, kept)


def is_check(head: PageHead, visible: str) -> bool:
    """Tell whether a page only asks for consent or whether its reader is a robot."""
    if len(visible) > _CHECK_CHARACTERS or head.is_article:
        return False
    titles = f"{head.document_title}\n{head.heading}"
    if _CHECK.search(titles) or _CONSENT.search(titles):
        return True
    return len(visible) < _CHECK_CHARACTERS // 2 and bool(_CHECK.search(visible) or _CONSENT.search(visible))


def is_wall_line(line: str) -> bool:
    """Tell whether a paragraph is the wall's and not the article's."""
    if len(line) > _MAX_LINE_CHARACTERS or not any(hint in line.lower() for hint in _HINTS):
        return False
    return bool(_PAY.search(line) or _LOGIN.search(line) or _METER.search(line))


def _take_out_lines(body: str) -> tuple[str, str]:
    """Return a text without the paragraphs that are the wall's, and those paragraphs.

    A wall stands at the end; further up an article may speak of subscriptions.
    """
    lines = body.split("\n\n")
    first = max(0, len(lines) - _LAST_LINES)
    walls = {place for place in range(first, len(lines)) if is_wall_line(lines[place])}
    if not walls:
        return body, ""
    kept = "\n\n".join(line for place, line in enumerate(lines) if place not in walls)
    return kept, "\n".join(lines[place] for place in sorted(walls))


def _read_wall(tree: HtmlElement) -> str:
    """Return the words of the elements that are called a wall by their page; "" where they are empty."""
    for element in islice(filter(_is_called_wall, tree.iter(etree.Element)), _MAX_WALLS):
        if element.tag in {"body", "html"}:
            continue
        words = " ".join(element.text_content().split())
        if 0 < len(words) <= _MAX_WALL_CHARACTERS and is_wall_line(words[:_MAX_LINE_CHARACTERS]):
            return words
    return ""


def _is_called_wall(element: HtmlElement) -> bool:
    """Tell whether an element's class or id is that of a wall."""
    for attribute in ("class", "id"):
        name = element.get(attribute)
        if name and _WALL_PART.search(name) and _WALL_NAME.search(name):
            return True
    return False
