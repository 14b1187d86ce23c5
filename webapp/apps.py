from django.apps import AppConfig
from django.conf import settings


class WebappConfig(AppConfig):
    name = "webapp"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Access"

    def ready(self) -> None:
        from webapp import celery, wiring

        self.celery = celery.app
        if settings.LACUNA_DOORBELL:
            wiring.connect()
