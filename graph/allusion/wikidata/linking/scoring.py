"""How well an item fits what is known, with every reason shown.

Each reason is worth points, and a point is a doubling of the odds that the item is the thing:
what both would share if it is, against what they would share by chance. Points add up, so that
anybody can follow a score. The sizes were set on one half of 40,430 films with namesakes,
remakes and slips among them, and are measured on the other
(``tests/benchmarks/bench_link.py``).

Source: I. P. Fellegi, A. B. Sunter, A Theory for Record Linkage, 1969,
https://doi.org/10.1080/01621459.1969.10501049
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ...core.labels import Name
from ..model.classes import CLASSES, PAGES, fit
from ..model.properties import IDENTIFIERS, MAKERS
from .features import Candidate, Clues, Someone, is_item
from .name_similarity import Likeness, Title, likeness, read_title, same_person, weight, year_behind

About = Literal[
    "name", "year", "makers", "cast", "works", "type", "identifier", "article", "namesakes"
]

# Points of a title by its words (one, two, more): rarer titles tell more.
_TITLE: Final[dict[str, tuple[float, float, float]]] = {
    "same": (5, 6, 7),
    "bare": (4, 5, 6),
    "part": (1, 2, 2),
}
# One letter off: by the letters of the title, for short ones are often another title.
_NEAR: Final = ((15, 4.0), (10, 2.0), (0, -1.0))
_ALIAS: Final = -0.5
_OTHER_LANGUAGE: Final = 2.0
_YEAR: Final = 5.0
_YEAR_OFF: Final = {1: 0.5, 2: -3.0}
_SLIP: Final = -3.5
_OTHER_YEAR: Final = -12.0
_NO_YEAR: Final = -1.0
_MAKER: Final = 8.0
_OTHER_MAKER: Final = -8.0
_OTHER_PART: Final = 0.75
_PLAYER: Final = 3.0
_OTHER_CAST: Final = -2.0
_WORK: Final = 6.0
_FITS: Final = 1.0
_NAMESAKE: Final = -3.0
_NAMESAKE_WITHOUT_YEAR: Final = -4.0
_CERTAIN: Final = 12.0
_NEVER: Final = -40.0

_DATES: Final[Mapping[str, tuple[str, ...]]] = {
    "person": ("P569",),
    "character": (),
    "group": ("P571", "P2031"),
    "organisation": ("P571", "P1619"),
    "place": ("P1619", "P571"),
    "television": ("P580", "P577", "P571"),
}
_WORK_DATES: Final = ("P577", "P580", "P571")
_PRINCIPAL: Final[Mapping[str, tuple[str, ...]]] = {
    "film": ("P57",),
    "television": ("P57", "P58"),
    "literature": ("P50",),
    "song": ("P86", "P175"),
    "recording": ("P175",),
}
_ANY_PRINCIPAL: Final = ("P57", "P50", "P175")
_LANGUAGES: Final = {
    "en": "English", "zh": "Chinese", "ja": "Japanese", "ko": "Korean", "fr": "French",
    "de": "German", "it": "Italian", "es": "Spanish", "pt": "Portuguese", "ru": "Russian",
    "sv": "Swedish", "yue": "Cantonese",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an item fits, or does not: a phrase, and its points; more than 0 speak for it."""

    about: About
    text: str
    points: float


@dataclass(frozen=True, slots=True)
class Scored:
    """A candidate with its reasons, the weightiest first."""

    candidate: Candidate
    reasons: tuple[Reason, ...]
    likeness: Likeness | None = None

    @property
    def points(self) -> float:
        """All reasons together."""
        return sum(reason.points for reason in self.reasons)

    @property
    def account(self) -> str:
        """All reasons in one line: what speaks for it, then what speaks against it."""
        speaking = "; ".join(reason.text for reason in self.reasons if reason.points >= 0)
        against = "; ".join(reason.text for reason in self.reasons if reason.points < 0)
        return "; but ".join(part for part in (speaking, against) if part)

    @property
    def excluded(self) -> bool:
        """Whether one reason alone forbids it: another class, another identifier."""
        return any(reason.points <= _NEVER for reason in self.reasons)

    @property
    def rests_on_more_than_names(self) -> bool:
        """Whether anything but a name speaks for it; a name alone never links."""
        return any(
            reason.points > 0 and reason.about not in ("name", "type") for reason in self.reasons
        )

    def has(self, *about: About) -> bool:
        """Whether something of one of these kinds speaks for it."""
        return any(reason.about in about and reason.points > 0 for reason in self.reasons)


def score(clues: Clues, candidate: Candidate) -> Scored:
    """One item, judged by all that is known."""
    best, reasons = _names(clues, candidate)
    reasons += _type(clues, candidate)
    reasons += _identifiers(clues, candidate)
    reasons += _years(clues, candidate)
    reasons += _makers(clues, candidate)
    reasons += _cast(clues, candidate)
    reasons += _works(clues, candidate)
    reasons.sort(key=lambda reason: -abs(reason.points))
    return Scored(candidate, tuple(reasons), best)


def rank(clues: Clues, candidates: Iterable[Candidate]) -> list[Scored]:
    """All candidates, the best first; each is told of the namesakes that it has."""
    scored = [score(clues, candidate) for candidate in candidates]
    alike = [one for one in scored if one.likeness in ("same", "bare") and not one.excluded]
    if len(alike) > 1:
        scored = [_beside(clues, one, alike) for one in scored]
    # The lower Q-id first where nothing else decides, so that an answer is always the same.
    return sorted(scored, key=lambda one: (-one.points, int(one.candidate.item[1:] or 0)))


def _beside(clues: Clues, one: Scored, alike: list[Scored]) -> Scored:
    others = [other for other in alike if other is not one]
    if one.likeness not in ("same", "bare") or not others:
        return one
    years = sorted({year for other in others for year in _years_of(clues.kind, other.candidate)})
    thing = clues.kind if clues.kind in ("film", "person", "song", "place") else "thing"
    word = _word(clues)
    if len(others) == 1:
        shown = f"another {thing} of this {word}" + (f" from {years[0]}" if years else "")
    else:
        shown = f"{len(others)} more of this {word}"
        if years:
            shown += f", from {', '.join(map(str, years[:4]))}{' ...' if len(years) > 4 else ''}"
    settled = one.has("makers", "identifier", "article", "works")
    off = any(reason.about == "year" and reason.points < _YEAR for reason in one.reasons)
    # Where the year is not the same, another namesake is as likely, and most of all one
    # whose year nobody knows.
    dateless = any(not _years_of(clues.kind, other.candidate) for other in others)
    compared = off and bool(_years_of(clues.kind, one.candidate)) and not settled
    points = (_NAMESAKE_WITHOUT_YEAR if dateless else _NAMESAKE) if compared else 0.0
    return Scored(one.candidate, (*one.reasons, Reason("namesakes", shown, points)), one.likeness)


def _word(clues: Clues) -> str:
    return "name" if clues.kind in ("person", "place", "group", "organisation") else "title"


def _names(clues: Clues, candidate: Candidate) -> tuple[Likeness | None, list[Reason]]:
    """The best pair of names, and what further languages add to it."""
    found: list[tuple[float, Likeness, str, str]] = []
    for ours in clues.names:
        title = read_title(ours.text)
        for names, discount in ((candidate.labels, 0.0), (candidate.aliases, _ALIAS)):
            for theirs in names:
                how = likeness(title, read_title(theirs.text))
                if how:
                    points = _points(how, title) + discount
                    found.append((points, how, _language(ours, theirs), theirs.text))
    word = _word(clues)
    if not found:
        text = f"is called {candidate.label} there" if candidate.label != candidate.item else ""
        return None, [Reason("name", text or "no name there", -2.0)]
    found.sort(key=lambda pair: -pair[0])
    points, how, language, text = found[0]
    reasons = [Reason("name", _phrase(how, language, word, text), points)]
    told = {read_title(text).key}
    languages = {language}
    for _, how_too, language_too, text_too in found[1:]:
        key = read_title(text_too).key
        if how_too == "same" and key not in told and language_too not in languages:
            told.add(key)
            languages.add(language_too)
            reasons.append(
                Reason("name", f"same {language_too} {word} too".replace("  ", " "),
                       _OTHER_LANGUAGE)
            )  # fmt: skip
    return how, reasons


def _points(how: Likeness, title: Title) -> float:
    if how == "near":
        letters = len(title.key.replace(" ", ""))
        return next(points for least, points in _NEAR if letters >= least)
    return _TITLE[how][weight(title) - 1]


def _phrase(how: Likeness, language: str, word: str, text: str) -> str:
    known = f"{language} {word}".strip()
    return {
        "same": f"same {known}",
        "bare": f"same {known} but for an article, a numeral or a space ({text})",
        "near": f"{known} one letter off ({text})",
        "part": f"same beginning of the {known} ({text})",
    }[how]


def _language(ours: Name, theirs: Name) -> str:
    """The language that both names have; "" where either leaves it open."""
    tags = [name.language.split("-")[0].lower() for name in (ours, theirs)]
    if tags[0] in _LANGUAGES and tags[1] in (tags[0], "mul", ""):
        return _LANGUAGES[tags[0]]
    return _LANGUAGES.get(tags[1], "") if tags[0] in ("", "mul") else ""


def _type(clues: Clues, candidate: Candidate) -> Iterator[Reason]:
    page = next((PAGES[one] for one in candidate.types if one in PAGES), "")
    if page:
        yield Reason("type", f"is a page of Wikimedia ({page})", _NEVER)
    elif clues.kind and candidate.types:
        verdict = fit(clues.kind, candidate.types, candidate.superclasses)
        if verdict == "conflicts":
            yield Reason("type", f"is {_class(candidate)}, not a {clues.kind}", _NEVER)
        elif verdict == "fits":
            yield Reason("type", f"is a {clues.kind}", _FITS)


def _class(candidate: Candidate) -> str:
    for classes in CLASSES.values():
        for one in (*candidate.types, *sorted(candidate.superclasses)):
            if one in classes:
                name = classes[one]
                return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    return "of another class"


def _identifiers(clues: Clues, candidate: Candidate) -> Iterator[Reason]:
    for prop, ours in clues.identifiers.items():
        theirs = candidate.identifiers.get(prop, ())
        name = IDENTIFIERS.get(prop, prop)
        if ours in theirs:
            yield Reason("identifier", f"same {name}, {ours}", _CERTAIN)
        elif theirs:
            yield Reason("identifier", f"its {name} is {theirs[0]}, not {ours}", _NEVER)
    for site, title in clues.articles.items():
        if candidate.articles.get(site, "").replace("_", " ") == title.replace("_", " ") != "":
            wiki = site.removesuffix("wiki").replace("_", "-")
            yield Reason("article", f"its article on {wiki}.wikipedia.org is {title!r}", _CERTAIN)


def _years_of(kind: str, candidate: Candidate) -> tuple[int, ...]:
    properties = _DATES.get(kind, _WORK_DATES)
    return tuple(year for prop in properties for year in candidate.years.get(prop, ()))


def _years(clues: Clues, candidate: Candidate) -> Iterator[Reason]:
    stated = _stated(clues)
    if not stated or not _DATES.get(clues.kind, _WORK_DATES):
        return
    theirs = _years_of(clues.kind, candidate)
    if not theirs:
        yield Reason("year", "has no year there", _NO_YEAR)
        return
    ours, there = min(
        ((a, b) for a in stated for b in theirs), key=lambda pair: abs(pair[0] - pair[1])
    )
    off = abs(ours - there)
    if off == 0:
        yield Reason("year", f"year {ours} agrees", _YEAR)
    elif off in _YEAR_OFF and clues.kind != "person":
        apart = "one year apart" if off == 1 else f"{off} years apart"
        yield Reason("year", f"{apart}: {there} there, {ours} here", _YEAR_OFF[off])
    elif is_slip(ours, there):
        yield Reason("year", f"{there} there, {ours} here: perhaps a slip", _SLIP)
    else:
        yield Reason("year", f"{there} there, {ours} here", _OTHER_YEAR)


def _stated(clues: Clues) -> tuple[int, ...]:
    """The years of a thing; what brackets say behind its title was meant to tell it apart."""
    behind = (year_behind(name.text) for name in clues.names)
    return tuple(dict.fromkeys(year for year in behind if year)) or clues.years


def is_slip(one: int, other: int) -> bool:
    """Whether one digit is another, or two changed over: 1949 for 1994.

    >>> is_slip(1949, 1994), is_slip(1984, 1994), is_slip(1960, 1983)
    (True, True, False)
    """
    pairs = [(a, b) for a, b in zip(str(one), str(other), strict=False) if a != b]
    return len(pairs) == 1 or (len(pairs) == 2 and pairs[0] == pairs[1][::-1])


def _makers(clues: Clues, candidate: Candidate) -> Iterator[Reason]:
    """Agreement counts in whatever part, disagreement in the same part alone."""
    best, text = 0.0, ""
    for prop, someone in _people(candidate):
        for part, names in clues.makers.items():
            for ours in names:
                sure = _same(ours, someone) * (1.0 if part == prop else _OTHER_PART)
                if sure > best:
                    name = clues.called.get(ours) or someone.label
                    best, text = sure, f"{MAKERS.get(prop, 'maker')} {name} agrees"
    if best:
        yield Reason("makers", text, _MAKER * best)
        return
    for part in _PRINCIPAL.get(clues.kind, _ANY_PRINCIPAL):
        named = clues.makers.get(part, ())
        others = [one for one in candidate.makers.get(part, ()) if _comparable(named, one)]
        if others:
            text = f"{MAKERS[part]} there is {others[0].label}, not {named[0]}"
            yield Reason("makers", text, _OTHER_MAKER)
            return


def _people(candidate: Candidate) -> Iterator[tuple[str, Someone]]:
    for prop, people in candidate.makers.items():
        if prop != "P161":
            for someone in people:
                yield prop, someone


def _comparable(ours: Sequence[str], someone: Someone) -> bool:
    """Whether there is anything to compare: two names, or two Q-ids."""
    return any(bool(someone.item) if is_item(one) else bool(someone.names) for one in ours)


def _cast(clues: Clues, candidate: Candidate) -> Iterator[Reason]:
    players = candidate.makers.get("P161", ())
    if not clues.cast or not players:
        return
    common = list(
        dict.fromkeys(
            clues.called.get(one, one)
            for one in clues.cast
            if any(_same(one, player) == 1 for player in players)
        )
    )
    if common:
        text = f"{' and '.join(common[:2])} {'plays' if len(common) == 1 else 'play'} in it too"
        yield Reason("cast", text, min(len(common), 2) * _PLAYER)
    elif len(clues.cast) > 2 and len(players) > 2:
        yield Reason("cast", "nobody plays in both", _OTHER_CAST)


def _works(clues: Clues, candidate: Candidate) -> Iterator[Reason]:
    common = [name for item, name in clues.works.items() if item in candidate.works]
    if common:
        text = f"is named by {' and '.join(common[:2])} there too"
        yield Reason("works", text, _WORK if len(common) == 1 else _WORK * 1.5)


def _same(ours: str, someone: Someone) -> float:
    if ours == someone.item:
        return 1.0
    return max((same_person(ours, name) for name in someone.names), default=0.0)
