from django.db import migrations, models
from django.db.models import F, Q


def known_already(apps, schema_editor):
    """What is in the log by now was added there before anybody could ask when."""
    apps.get_model('assetdb', 'Asset').objects.filter(changed__gt=0).update(added=F('changed'))


class Migration(migrations.Migration):

    dependencies = [
        ('assetdb', '0003_versions'),
    ]

    operations = [
        migrations.AddField(
            model_name='asset',
            name='added',
            field=models.BigIntegerField(default=0, editable=False, help_text='its first position in the change log'),
        ),
        migrations.AddField(
            model_name='assettag',
            name='changed',
            field=models.BigIntegerField(default=0, editable=False, help_text="the change log's position of the decision"),
        ),
        migrations.AddField(
            model_name='importrun',
            name='changed',
            field=models.BigIntegerField(default=0, editable=False, help_text='where its end stands in the log of work'),
        ),
        migrations.AddIndex(
            model_name='asset',
            index=models.Index(fields=['added'], name='asset_added'),
        ),
        migrations.AddIndex(
            model_name='assettag',
            index=models.Index(condition=Q(changed__gt=0), fields=['changed'], name='asset_tag_changed'),
        ),
        migrations.RunPython(known_already, migrations.RunPython.noop),
    ]
