"""What a machine read in one article: its vector and the subjects it names."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from legation.desk.listen.models import Article


class ArticleVector(models.Model):
    """An article's embedding, so that no text is embedded twice."""

    article = models.OneToOneField(Article, models.CASCADE, primary_key=True, related_name="vector")
    model = models.CharField(max_length=80)  # the embedder's name and version
    values = models.BinaryField()  # float16, unit length

    def __str__(self) -> str:
        return f"{self.article_id} {self.model}"


class ArticleMention(models.Model):
    """The strongest place where an article names a subject, with the sentence that shows it."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="mentions")
    subject = models.CharField(_("subject"), max_length=80)
    name = models.CharField(_("name"), max_length=200)
    kind = models.CharField(max_length=20)
    field = models.CharField(max_length=10)
    sentence = models.TextField(_("sentence"))
    weight = models.FloatField()

    class Meta:
        indexes = [models.Index(fields=["subject", "-article"])]
        constraints = [models.UniqueConstraint(fields=["article", "subject"], name="one_mention_per_subject")]

    def __str__(self) -> str:
        return f"{self.subject}: {self.name}"
