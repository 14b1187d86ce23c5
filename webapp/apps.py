from django.apps import AppConfig
from django.conf import settings


class WebappConfig(AppConfig):
    name = "webapp"
    default_auto_field = "django.db.models.BigAutoField"
    verbose_name = "Access"

    def ready(self) -> None:
        from webapp import celery, logs, wiring
        from webapp.metrics import requests

        self.celery = celery.app
        logs.listen()
        requests.listen()
        if settings.LACUNA_DOORBELL:
            wiring.connect()
