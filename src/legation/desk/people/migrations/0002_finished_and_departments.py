from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("people", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="installation",
            name="finished_at",
            field=models.DateTimeField(blank=True, null=True),
        ),
        migrations.AlterField(
            model_name="unit",
            name="kind",
            field=models.CharField(
                choices=[
                    ("steering", "steering office"),
                    ("ministry", "ministry"),
                    ("department", "department"),
                    ("province", "province"),
                    ("mission", "mission"),
                    ("media", "public media"),
                ],
                max_length=20,
                verbose_name="kind",
            ),
        ),
    ]
