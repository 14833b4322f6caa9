"""Make the mail that carries one version of a brief, in HTML and in plain text, with the PDF."""

from __future__ import annotations

import mrml
from django.conf import settings
from django.core.cache import cache
from django.template.loader import render_to_string
from django.utils import translation

from legation.desk.carry.models import Delivery
from legation.desk.carry.services.registry import GiveUp
from legation.desk.understand.models import BriefVersion
from legation.desk.understand.services.brief_pages import BriefPage, build_page
from legation.desk.understand.services.brief_renderings import render_pdf
from legation.engine.records.mails import MailAttachment, OutgoingMail

# Ministries' servers commonly refuse above ten megabytes; base64 adds a third. A larger PDF is linked only.
MAX_ATTACHMENT_BYTES = 7_000_000
PDF_KEPT_SECONDS = 600  # a version is mailed to its readers within minutes


def make_mail(delivery: Delivery) -> OutgoingMail:
    """Make the mail of a delivery about "understand.brief:<brief>:v<number>". Raises GiveUp."""
    version = _find_version(delivery.about)
    page = build_page(brief=version.brief, version=version)
    attachments: tuple[MailAttachment, ...] = ()
    if not page.is_withdrawn:
        pdf = _pdf_of(version, page)
        if len(pdf) <= MAX_ATTACHMENT_BYTES:
            attachments = (MailAttachment(f"{page.file_stem}.pdf", "application/pdf", pdf),)
    return OutgoingMail(
        message_id=delivery.message_id,
        sender=settings.ENVIRONMENT.mail_from,
        recipient=delivery.recipient,
        subject=delivery.subject,
        text=render_text(page),
        html=render_mail_html(page),
        attachments=attachments,
        headers={"Content-Language": page.language},
    )


def render_mail_html(page: BriefPage) -> str:
    """Render the mail's HTML part; it loads nothing from anywhere."""
    with translation.override(page.language):
        source = render_to_string("understand/brief_mail.mjml", {"page": page})
    options = mrml.RenderOptions(fonts={})  # without this it would load its default font from elsewhere
    return str(mrml.to_html(source, render_options=options).content)


def render_text(page: BriefPage) -> str:
    """Render the mail's plain text part."""
    with translation.override(page.language):
        text = render_to_string("understand/brief_mail.txt", {"page": page})
    lines = [line.rstrip() for line in text.splitlines()]
    kept = [line for index, line in enumerate(lines) if line or (index and lines[index - 1])]
    return "\n".join(kept).strip() + "\n"


def _pdf_of(version: BriefVersion, page: BriefPage) -> bytes:
    """Render a version's PDF once for all its readers; a second or more each."""
    key = f"understand.brief.pdf:{version.pk}:{version.document_sha256}"
    pdf: bytes | None = cache.get(key)
    if pdf is None:
        pdf = render_pdf(page)
        cache.set(key, pdf, PDF_KEPT_SECONDS)
    return pdf


def _find_version(about: str) -> BriefVersion:
    _prefix, brief, number = about.split(":")
    version = (
        BriefVersion.objects.filter(brief_id=int(brief), number=int(number.removeprefix("v")))
        .select_related("brief__unit__parent", "by")
        .first()
    )
    if version is None:
        raise GiveUp(f"The version {number} of brief {brief} does not exist any more.")
    return version
