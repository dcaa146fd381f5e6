"""The User-Agent header.

Source: https://meta.wikimedia.org/wiki/User-Agent_policy
"""

from __future__ import annotations

import re
import sys
from importlib import metadata
from typing import Final

from ..core.errors import ParameterError

_LIBRARY: Final = f"Python-urllib/{sys.version_info.major}.{sys.version_info.minor}"
CONTACT: Final = "https://w3id.org/allusion"


def default_user_agent(contact: str = CONTACT, library: str = _LIBRARY) -> str:
    """Return a User-Agent as Wikimedia's policy requires: client, contact, library.

    Raises:
        ParameterError: If it is not valid in a header.
    """
    try:
        version = metadata.version("allusion")
    except metadata.PackageNotFoundError:  # a source tree that is not installed
        version = "0"
    return check_user_agent(f"allusion/{version} ({contact}) {library}")


def check_user_agent(agent: str) -> str:
    """Return ``agent``.

    Raises:
        ParameterError: If it is not valid in a header.
    """
    if not re.fullmatch(r"[\x20-\x7e]+", agent):
        raise ParameterError(f"{agent!r} cannot be a User-Agent; use plain ASCII")
    return agent
