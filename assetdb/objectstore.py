"""Files in an S3 bucket, or in anything that speaks S3, with the habits of ``assetdb.storage.DurableStorage``."""

from __future__ import annotations

import errno
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from boto3.exceptions import Boto3Error
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError
from django.core.files import File
from django.utils.deconstruct import deconstructible
from storages.backends.s3 import S3Storage

_IN_MEMORY = 4 << 20
_logger = logging.getLogger(__name__)


@deconstructible(path="assetdb.objectstore.ObjectStorage")
class ObjectStorage(S3Storage):
    """An ``S3Storage`` whose failures are those of a disk, so that callers need know of one kind.

    Keys name their content, so writing a key again replaces it with the same bytes. A file is fetched
    whole when it is opened: into memory, or a temporary file when it is large.
    """

    def __init__(self, **options: Any) -> None:
        config = Config(
            connect_timeout=3,
            read_timeout=20,
            retries={"total_max_attempts": 3, "mode": "standard"},
            s3={"addressing_style": "path" if options.get("endpoint_url") else "auto"},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
        )
        super().__init__(client_config=config, max_memory_size=_IN_MEMORY, file_overwrite=True, **options)

    def make_bucket(self) -> bool:
        """Make the bucket unless it is there; return whether it was made."""
        with _as_of_a_disk():
            try:
                self.connection.meta.client.head_bucket(Bucket=self.bucket_name)
            except ClientError as error:
                if not _absent(error):
                    raise
                self.connection.create_bucket(Bucket=self.bucket_name)
                return True
        return False

    def _open(self, name: str, mode: str = "rb") -> File:
        with _as_of_a_disk():
            opened = super()._open(name, mode)
            opened.open()
        return opened

    def _save(self, name: str, content: File) -> str:
        with _as_of_a_disk():
            return str(super()._save(name, content))

    def delete(self, name: str) -> None:
        with _as_of_a_disk():
            super().delete(name)

    def exists(self, name: str) -> bool:
        with _as_of_a_disk():
            return bool(super().exists(name))

    def listdir(self, name: str) -> tuple[list[str], list[str]]:
        with _as_of_a_disk():
            return super().listdir(name)

    def size(self, name: str) -> int:
        with _as_of_a_disk():
            return int(super().size(name))

    def get_modified_time(self, name: str) -> datetime:
        with _as_of_a_disk():
            return super().get_modified_time(name)


@contextmanager
def _as_of_a_disk() -> Iterator[None]:
    """Raise what the object store says as ``OSError``: ``FileNotFoundError``, or an input/output error."""
    try:
        yield
    except ClientError as error:
        if _absent(error):
            raise FileNotFoundError(errno.ENOENT, "no such object") from error
        raise _failure(error) from error
    except (BotoCoreError, Boto3Error) as error:
        raise _failure(error) from error


def _absent(error: ClientError) -> bool:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404


def _failure(error: Exception) -> OSError:
    # What the client says names hosts and buckets: it goes to the log, not to the caller.
    _logger.warning("the object store does not work: %s", error)
    return OSError(errno.EIO, f"object store: {type(error).__name__}")
