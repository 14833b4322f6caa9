from django.db import migrations, models
from django.db.models import Max


def number_changed_articles(apps, schema_editor):
    """Write into articles that were changed before which version stands there now, and since when."""
    versions, articles = apps.get_model("listen", "ArticleVersion"), apps.get_model("listen", "Article")
    latest = versions.objects.order_by().values("article_id").annotate(last=Max("number"), at=Max("seen_at"))
    for row in latest.iterator(1000):
        articles.objects.filter(pk=row["article_id"]).update(version=row["last"] + 1, changed_at=row["at"])


class Migration(migrations.Migration):

    dependencies = [
        ('listen', '0005_capture_chain'),
    ]

    operations = [
        migrations.AddField(
            model_name='articleversion',
            name='change',
            field=models.JSONField(blank=True, default=dict),
        ),
        migrations.AddField(
            model_name='articleversion',
            name='noticed',
            field=models.CharField(blank=True, max_length=12),
        ),
        migrations.RunPython(number_changed_articles, migrations.RunPython.noop, elidable=True),
    ]
