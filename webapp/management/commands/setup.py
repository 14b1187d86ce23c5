"""What a library needs before its processes are started one by one."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from assetdb import sources
from webapp.management.base import administrator, set_up
from webapp.sign_in import link_for


class Command(BaseCommand):
    help = "Prepare database, object store, static files, account and sample, for web and workers to be started after"

    def handle(self, *args: Any, **options: Any) -> None:
        for name, work in set_up():
            work()
            self.stdout.write(f"{name}: done")
        admin = administrator()
        if sources.start_sample(admin) is not None:
            self.stdout.write("the sample library is read as soon as the workers run")
        if admin.last_login is None:
            self.stdout.write(f"sign in as admin, once and within an hour, at {link_for(admin)}")
