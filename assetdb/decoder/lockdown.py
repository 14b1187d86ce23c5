"""How the child gives up what it does not need, once everything is imported.

Limits on memory, processor time, files and processes always hold. Where the kernel lets an
ordinary account do it, the child also moves into a user, network and mount namespace whose only
files are the system's fonts, and drops every capability.
"""

from __future__ import annotations

import ctypes
import os
import resource
import sys
from pathlib import Path

from assetdb.decoder import limits

CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWNET = 0x00020000, 0x10000000, 0x40000000
MS_REC, MS_PRIVATE, MS_BIND = 0x4000, 0x40000, 0x1000
PR_SET_NO_NEW_PRIVS = 38
_CAPABILITY_VERSION = 0x20080522

FONTS = ("usr/share/fonts", "usr/local/share/fonts")
"""Folders that stay readable, as mount points under the child's new root."""


def confine(root: str) -> str:
    """Give up rights for good and return what was reached: ``namespace`` or ``rlimits``.

    Args:
        root: an empty folder with the ``FONTS`` folders made in it.
    """
    isolation = "rlimits"
    if sys.platform == "linux":
        libc = ctypes.CDLL(None, use_errno=True)
        libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
        if libc.unshare(CLONE_NEWUSER | CLONE_NEWNET | CLONE_NEWNS) == 0:
            isolation = _leave_files(libc, root)
    _limit()
    return isolation


def _leave_files(libc: ctypes.CDLL, root: str) -> str:
    libc.mount(b"none", b"/", None, MS_REC | MS_PRIVATE, None)
    for folder in FONTS:
        if Path("/", folder).is_dir():
            libc.mount(os.fsencode(f"/{folder}"), os.fsencode(f"{root}/{folder}"), None, MS_BIND | MS_REC, None)
    try:
        os.chroot(root)
    except OSError:
        return "rlimits"
    os.chdir("/")
    header = (ctypes.c_uint32 * 2)(_CAPABILITY_VERSION, 0)
    nothing = (ctypes.c_uint32 * 6)()
    return "namespace" if libc.capset(header, nothing) == 0 else "rlimits"


def _limit() -> None:
    for what, most in (
        ("RLIMIT_AS", limits.MEMORY),
        ("RLIMIT_CPU", limits.CPU_SECONDS),
        ("RLIMIT_FSIZE", 0),
        ("RLIMIT_NOFILE", 64),
        ("RLIMIT_NPROC", 0),
        ("RLIMIT_CORE", 0),
    ):
        number = getattr(resource, what, None)
        if number is not None:
            _, hard = resource.getrlimit(number)
            ceiling = most if hard == resource.RLIM_INFINITY else min(most, hard)
            resource.setrlimit(number, (ceiling, ceiling))
