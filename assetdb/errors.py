"""The one application error. It carries a stable code and says what to do next."""

from __future__ import annotations

from typing import Any


class DamError(Exception):
    """A failure a caller can act on.

    Args:
        code: stable, lower_snake_case; programs match on it.
        message: one or two sentences for a person: what happened and what to do.
        status: the HTTP status that fits.
        extra: JSON-serialisable details.
    """

    def __init__(self, code: str, message: str, *, status: int = 400, extra: dict[str, Any] | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status
        self.extra = extra or {}


class NotFoundError(DamError):
    """Nothing by that id that the caller may see."""

    def __init__(self, what: str) -> None:
        super().__init__("not_found", f"There is no such {what}, or you may not see it.", status=404)


class ForbiddenError(DamError):
    """The caller sees the thing but may not do this to it."""

    def __init__(self, message: str) -> None:
        super().__init__("forbidden", message, status=403)


class UnreadableError(DamError):
    """Bytes that could not be decoded within the limits."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(code, message, status=422)


class StorageError(DamError):
    """The disk or the object store did not take or give bytes now; nothing is lost, and trying again may work."""

    def __init__(self, error: OSError) -> None:
        reason = error.strerror or type(error).__name__
        super().__init__(
            "storage_failed",
            f"The library's storage does not work at the moment ({reason}). Nothing was changed; try again later, "
            "and tell whoever runs this library if it stays.",
            status=503,
        )
