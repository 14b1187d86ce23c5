"""The broker of files, made safe against reading a message that is still being written."""

from __future__ import annotations

import logging
import os
import uuid
from json import JSONDecodeError, dumps
from pathlib import Path
from time import monotonic
from typing import Any

from kombu.exceptions import ChannelError
from kombu.transport import filesystem

_logger = logging.getLogger(__name__)


class Channel(filesystem.Channel):
    """kombu's channel, with messages that appear whole and are passed over when they are not."""

    def _put(self, queue: str, payload: dict[str, Any], **kwargs: Any) -> None:
        folder = Path(self.data_folder_out)
        name = f"{round(monotonic() * 1000)}_{uuid.uuid4()}.{queue}.msg"
        part = folder / f".{name}.part"
        try:
            part.write_text(dumps(payload))
            part.replace(folder / name)
        except OSError as error:
            part.unlink(missing_ok=True)
            raise ChannelError(f"The message {os.fspath(folder / name)!r} cannot be written") from error

    def _get(self, queue: str) -> Any:
        while True:
            try:
                return super()._get(queue)
            except JSONDecodeError:
                _logger.warning("a message for %s was cut short and is dropped; the next sweep rings again", queue)


class Transport(filesystem.Transport):
    """kombu's transport with that channel."""

    Channel = Channel
