"""Restrictions of a worker process: no network, no programs, no core dumps.

This uses only the standard library and the kernel. A restriction that the system does not support
is omitted without an error; the active ones are reported.
"""

from __future__ import annotations

import contextlib
import os
import struct
import sys
from typing import Any, Final

_CLONE_NEWUSER: Final = 0x10000000
_CLONE_NEWNET: Final = 0x40000000
_PR_SET_SECCOMP: Final = 22
_PR_SET_NO_NEW_PRIVS: Final = 38
_SECCOMP_MODE_FILTER: Final = 2
_ALLOW: Final = 0x7FFF0000
_DENY_WITH_EACCES: Final = 0x0005000D
#: Machine -> its architecture number in seccomp, and the numbers of the denied system calls:
#: socket, execve, execveat, io_uring_setup (which can open sockets too) and ptrace.
#: Source: linux/audit.h, asm/unistd_64.h, asm-generic/unistd.h.
_CALLS: Final = {
    "x86_64": (0xC000003E, (41, 59, 322, 425, 101)),
    "aarch64": (0xC00000B7, (198, 221, 281, 425, 117)),
    "riscv64": (0xC00000F3, (198, 221, 281, 425, 117)),
}
_FIRST_X32_CALL: Final = 0x40000000

NO_NETWORK: Final = "separate network namespace"
NO_CALLS: Final = "no new sockets, no programs (seccomp)"
NO_CORE: Final = "no core dumps"


def confine(*, network: bool) -> list[str]:
    """Drop what a query does not need; call it while the process has one thread.

    Args:
        network: Keep the network, for queries with SERVICE.

    Returns:
        Descriptions of the active restrictions.
    """
    done = []
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        done.append(NO_CORE)
    if sys.platform == "linux" and not network:
        if _leave_network():
            done.append(NO_NETWORK)
        if _deny_calls():
            done.append(NO_CALLS)
    return done


def _libc() -> Any:
    import ctypes

    return ctypes.CDLL(None, use_errno=True)


def _leave_network() -> bool:
    """Move into a new network namespace; many systems allow it only to some users."""
    return bool(_libc().unshare(_CLONE_NEWUSER | _CLONE_NEWNET) == 0)


def _deny_calls() -> bool:
    """Deny system calls that open sockets or start programs; needs no privilege."""
    import ctypes

    machine = os.uname().machine
    if machine not in _CALLS or sys.maxsize < 2**32:
        return False
    architecture, calls = _CALLS[machine]
    steps = _filter(architecture, calls)
    code = ctypes.create_string_buffer(b"".join(steps))
    program = ctypes.create_string_buffer(
        struct.pack("HxxxxxxP", len(steps), ctypes.addressof(code))
    )
    libc = _libc()
    one, nothing = ctypes.c_ulong(1), ctypes.c_ulong(0)
    if libc.prctl(_PR_SET_NO_NEW_PRIVS, one, nothing, nothing, nothing):
        return False
    mode = ctypes.c_ulong(_SECCOMP_MODE_FILTER)
    return bool(libc.prctl(_PR_SET_SECCOMP, mode, program, nothing, nothing) == 0)


def _filter(architecture: int, calls: tuple[int, ...]) -> list[bytes]:
    """Build a classic BPF program over ``struct seccomp_data``.

    The system call number is at offset 0, the architecture at offset 4.
    """
    load, equal, at_least, answer = 0x20, 0x15, 0x35, 0x06

    def step(code: int, value: int, yes: int = 0, no: int = 0) -> bytes:
        return struct.pack("HBBI", code, yes, no, value)

    steps = [
        step(load, 4),
        step(equal, architecture, 1, 0),
        step(answer, _DENY_WITH_EACCES),
        step(load, 0),
        step(at_least, _FIRST_X32_CALL, len(calls) + 1, 0),
    ]
    for place, call in enumerate(calls):
        steps.append(step(equal, call, len(calls) - place, 0))
    return [*steps, step(answer, _ALLOW), step(answer, _DENY_WITH_EACCES)]
