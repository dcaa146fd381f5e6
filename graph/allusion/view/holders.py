"""Who states a connection, apart from the phrase of the connection."""

from __future__ import annotations

import re
from typing import Final

from ..core.model import Edge
from .text_metrics import clean_text
from .theme import CONNECTION_FAMILIES, UNCERTAIN

# The rule for labels, decision 013, puts a holder between two commas: ", says Watchlog, ".
_HOLDER: Final = re.compile(r", ((?:says?|said) [^,]+|[^,]+ (?:says?|said)),? ")
_ROLE: Final = re.compile(
    r"^(?:the )?(?:(?:authors?|contributors) of )?(?:the )?(?:blog )?", re.IGNORECASE
)
_NAMES_SOMEBODY: Final = re.compile(r"\b(?:critics|reportedly|disputedly)\b")


def split_holder(edge: Edge) -> tuple[str, str]:
    """Split the phrase of an edge into what is stated and who states it.

    A drawing shows the holder beside the phrase, so that subject, verb and object read as one
    sentence. If the phrase of an uncertain connection names nobody, its holder is the one that
    the graph names, or else the first source.

    Returns:
        The phrase without a holder, and the holder with a verb ("says Watchlog"); "" if
        nobody has to be named.

    >>> from ..core.model import Edge
    >>> edge = Edge("c", "a", "b", "reference", "homage", "homage",
    ...             "pays homage, says Watchlog, to", "", certainty="claimed")
    >>> split_holder(edge)
    ('pays homage to', 'says Watchlog')
    """
    phrase = clean_text(edge.phrase or edge.kind_label)
    if edge.told_by or edge.family not in CONNECTION_FAMILIES:
        return phrase, ""
    if found := _HOLDER.search(phrase):
        return f"{phrase[: found.start()]} {phrase[found.end() :]}", found[1]
    names = [clean_text(name) for name in edge.made_by]
    if edge.certainty not in UNCERTAIN or _NAMES_SOMEBODY.search(phrase):
        return phrase, ""
    if any(_core(name).split()[-1] in phrase for name in names if _core(name)):
        return phrase, ""
    names = names or [clean_text(item.author or item.title) for item in edge.evidence]
    named = next((_core(name) for name in names if _core(name)), "")
    if not named or named in phrase:
        return phrase, ""
    verb = "report" if edge.certainty == "reported" else "say"
    several = len(set(names)) > 1
    return phrase, f"{verb} {named} and others" if several else f"{verb}s {named}"


def _core(name: str) -> str:
    """Return a name without an article, a role, a place of publication or a note in brackets.

    >>> _core("Paul Bramhall, City on Fire"), _core("the Toronto Star"), _core("Cut Print (blog)")
    ('Paul Bramhall', 'Toronto Star', 'Cut Print')
    >>> _core("contributors of Wikipedia"), _core("the author of the blog aoikazura")
    ('Wikipedia', 'aoikazura')
    """
    return re.split(r", | \(| – ", _ROLE.sub("", name), maxsplit=1)[0].strip()
