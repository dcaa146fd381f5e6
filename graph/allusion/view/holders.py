"""Who states a connection, apart from the phrase of the connection."""

from __future__ import annotations

import re
from typing import Final

from ..core.model import Edge
from .text_metrics import clean_text
from .theme import CONNECTION_FAMILIES, UNCERTAIN

# The rule for labels, decision 013, puts a holder between two commas: ", says Watchlog, ".
_HOLDER: Final = re.compile(r", ((?:says?|said) [^,]+|[^,]+ (?:says?|said)),? ")
_REPORTEDLY: Final = re.compile(r"(.+) reportedly said")
#: The holder in the derived label of an influence that its maker states.
_UNNAMED: Final = "its maker says"
_ROLE: Final = re.compile(
    r"^(?:the )?(?:(?:authors?|contributors) of )?(?:the )?(?:blog )?", re.IGNORECASE
)
_NAMES_SOMEBODY: Final = re.compile(r"\b(?:critics|reportedly|disputedly)\b")


def split_holder(edge: Edge) -> tuple[str, str]:
    """Split the phrase of an edge into what is stated and who states it.

    A drawing shows the holder beside the phrase, so that subject, verb and object read as one
    sentence. If the phrase of an uncertain connection names nobody, its holder is the one that
    the graph names, or else the first source. Who reports the words of a maker is named after
    the maker.

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
    makers = [clean_text(name) for name in edge.made_by]
    reporters = [clean_text(name) for name in edge.reported_by]
    if found := _HOLDER.search(phrase):
        stated = f"{phrase[: found.start()]} {phrase[found.end() :]}"
        return stated, _with_reporters(found[1], makers, reporters)
    if edge.certainty not in UNCERTAIN or _NAMES_SOMEBODY.search(phrase):
        return phrase, _credit("report", reporters)
    authors = [clean_text(item.author or item.title) for item in edge.evidence]
    if any(_core(name).split()[-1] in phrase for name in makers if _core(name)):
        return phrase, _credit("report", reporters)
    if edge.certainty == "reported":
        reporters = [name for name in reporters or authors if name not in makers]
        return phrase, _joined(_credit("say", makers), _credit("report", reporters, phrase))
    return phrase, _credit("say", makers or authors, phrase)


def _with_reporters(holder: str, makers: list[str], reporters: list[str]) -> str:
    """Return the holder that a phrase names, with those who report it.

    >>> _with_reporters("its maker says", ["Wong Kar-wai"], ["Vogue"])
    'says Wong Kar-wai, reports Vogue'
    >>> _with_reporters("Wong reportedly said", ["Wong Kar-wai"], ["Vogue", "Quartz"])
    'says Wong, report Vogue and others'
    """
    names_reporter = any(_core(name) in holder for name in reporters)
    if makers and (holder == _UNNAMED or names_reporter):
        holder = _credit("say", makers)
    elif reporters:
        holder = _REPORTEDLY.sub(r"says \1", holder)
    return _joined(holder, _credit("report", reporters))


def _credit(verb: str, names: list[str], phrase: str = "") -> str:
    """Return a verb with the first of several names; "" if none, or if the phrase has it."""
    named = next((_core(name) for name in names if _core(name)), "")
    if not named or named in phrase:
        return ""
    return f"{verb} {named} and others" if len(set(names)) > 1 else f"{verb}s {named}"


def _joined(*parts: str) -> str:
    return ", ".join(filter(None, parts))


def _core(name: str) -> str:
    """Return a name without an article, a role, a place of publication or a note in brackets.

    >>> _core("Paul Bramhall, City on Fire"), _core("the Toronto Star"), _core("Cut Print (blog)")
    ('Paul Bramhall', 'Toronto Star', 'Cut Print')
    >>> _core("contributors of Wikipedia"), _core("the author of the blog aoikazura")
    ('Wikipedia', 'aoikazura')
    """
    return re.split(r", | \(| – ", _ROLE.sub("", name), maxsplit=1)[0].strip()
