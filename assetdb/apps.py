from django.apps import AppConfig


class AssetdbConfig(AppConfig):
    name = "assetdb"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Assets"
