from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ('generators', '0001_initial'),
    ]

    operations = [
        migrations.AddField(
            model_name='run',
            name='changed',
            field=models.BigIntegerField(default=0, editable=False, help_text='position in the log of work'),
        ),
        migrations.AddIndex(
            model_name='run',
            index=models.Index(fields=['changed'], name='run_changed'),
        ),
    ]
