"""Logins of remote stores, from the environment or a netrc file.

A login is never taken from an address or an option, because both are visible in the history of
the shell and in the list of processes. No message contains a secret.
"""

from __future__ import annotations

import base64
import netrc
import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import quote, quote_plus

from ..core.errors import ParameterError

USER: Final = "ALLUSION_STORE_USER"
PASSWORD: Final = "ALLUSION_STORE_PASSWORD"  # noqa: S105 (the name of a setting)
TOKEN: Final = "ALLUSION_STORE_TOKEN"  # noqa: S105 (the name of a setting)
HIDDEN: Final = "(not shown, because it contains the login)"
#: How to configure a login, as the end of a sentence.
ADVICE: Final = f"set {USER} and {PASSWORD}, or {TOKEN}, or name the host in ~/.netrc"


@dataclass(frozen=True, slots=True)
class Login:
    """User and password, or a token; ``origin`` names where it was found."""

    user: str = ""
    password: str = field(default="", repr=False)
    token: str = field(default="", repr=False)
    origin: str = ""

    def hide(self, text: str) -> str:
        """Return ``text``, or a placeholder if it contains the secret.

        The placeholder replaces the whole text: a gap in it would show the length of the secret.
        """
        pair = base64.b64encode(f"{self.user}:{self.password}".encode()).decode()
        plain = [secret for secret in (self.password, self.token) if secret]
        forms = {form for secret in plain for form in (secret, quote(secret), quote_plus(secret))}
        forms |= {repr(secret)[1:-1] for secret in plain} | {pair}
        return HIDDEN if any(form in text for form in forms) else text


def without_login(address: str) -> str:
    """Return an address with a placeholder for the login; it need not be valid.

    >>> without_login("https://me:secret@example.org/sparql")
    'https://***@example.org/sparql'
    """
    return re.sub(r"(//|^)[^/]*@", r"\1***@", address)


def find_login(host: str, environment: Mapping[str, str] = os.environ) -> Login | None:
    """Return the login for a host; None if none is configured.

    Args:
        host: Name without a port.
        environment: Has priority over the file in ``NETRC``, and that over ``~/.netrc``.

    Raises:
        ParameterError: If a login is incomplete or contains characters that are invalid in a
            header, or if the netrc file cannot be read. The message never contains the secret.
    """
    user, password = environment.get(USER, ""), environment.get(PASSWORD, "")
    token = environment.get(TOKEN, "")
    if token and (user or password):
        raise ParameterError(f"set either {TOKEN} or {USER} with {PASSWORD}, not both")
    if bool(user) != bool(password):
        missing = PASSWORD if user else USER
        raise ParameterError(f"{missing} is not set, and a login needs both {USER} and {PASSWORD}")
    if token:
        return _check_login(Login(token=token, origin=TOKEN))
    if user:
        return _check_login(Login(user, password, origin=USER))
    return _from_netrc(host, environment)


def _from_netrc(host: str, environment: Mapping[str, str]) -> Login | None:
    named = environment.get("NETRC")
    path = Path(named) if named else Path("~/.netrc").expanduser()
    if not named and not path.is_file():
        return None
    try:
        found = netrc.netrc(str(path)).hosts.get(host)
    except netrc.NetrcParseError as error:
        # The message of the error can contain the password.
        raise ParameterError(
            f"{path}, line {error.lineno}: not a netrc file; see man netrc"
        ) from None
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise ParameterError(f"{path} could not be read ({reason}); it is named by NETRC") from None
    if found is None or not found[2]:
        return None
    return _check_login(Login(found[0], found[2], origin=str(path)))


def _check_login(login: Login) -> Login:
    if set(login.user) & set(':"\\'):
        raise ParameterError(f"the user of {login.origin} contains a colon, quote or backslash")
    for value in (login.user, login.password, login.token):
        if not value.isprintable() or (value == login.token and not value.isascii()):
            raise ParameterError(
                f"the login of {login.origin} contains a character that no HTTP header can contain"
            )
    return login
