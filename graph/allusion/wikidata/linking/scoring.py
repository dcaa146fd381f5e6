"""Score of a candidate as a sum of weights, each with its reason.

A weight is a logarithm of odds to base 2: how much more likely the observation is if the
candidate is the entity than if it is another one. The weights were set on one half of 40,430
films, with namesakes, remakes and typing errors among them, and evaluated on the other half
(``tests/benchmarks/bench_link.py``).

Source: I. P. Fellegi, A. B. Sunter, A Theory for Record Linkage, 1969,
https://doi.org/10.1080/01621459.1969.10501049
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from ...core.labels import Name
from ..model.classes import CLASSES_BY_REGISTER, WIKIMEDIA_PAGES, match_classes
from ..model.items import is_item_id
from ..model.properties import IDENTIFIERS, MAKERS
from .features import Candidate, Contributor, Features
from .name_similarity import (
    NormalizedTitle,
    TitleSimilarity,
    compare_titles,
    derived_titles,
    normalize_title,
    person_similarity,
    qualifier_year,
    title_weight,
)

FeatureName = Literal[
    "name", "year", "makers", "cast", "works", "type", "identifier", "article", "namesakes"
]

# Points by number of words (one, two, more): longer titles are more distinctive.
_TITLE: Final[dict[str, tuple[float, float, float]]] = {
    "same": (5, 6, 7),
    "bare": (4, 5, 6),
    "part": (1, 2, 2),
}
# One letter off, by least length: short titles are often different titles.
_TITLE_ONE_LETTER_OFF: Final = ((15, 4.0), (10, 2.0), (0, -1.0))
_ALIAS: Final = -0.5
# A part of our title, and the similarities that it needs.
_DERIVED: Final = -2.0
_DERIVED_FITS: Final = ("same", "bare")
_OTHER_LANGUAGE: Final = 2.0
_YEAR: Final = 5.0
_YEAR_OFF: Final = {1: 0.5, 2: -3.0}
_DIGIT_TYPO: Final = -3.5
_OTHER_YEAR: Final = -12.0
_NO_YEAR: Final = -1.0
_MAKER: Final = 8.0
_OTHER_MAKER: Final = -8.0
_OTHER_PART: Final = 0.75
_PLAYER: Final = 3.0
_OTHER_CAST: Final = -2.0
_WORK: Final = 6.0
_SAME_TYPE: Final = 1.0
_NAMESAKE: Final = -3.0
_NAMESAKE_WITHOUT_YEAR: Final = -4.0
_SAME_IDENTIFIER: Final = 12.0
_EXCLUDES: Final = -40.0

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
class ScoreReason:
    """An observation for (positive points) or against a candidate."""

    feature: FeatureName
    text: str
    points: float


@dataclass(frozen=True, slots=True)
class ScoredCandidate:
    """A candidate with its reasons, largest weight first."""

    candidate: Candidate
    reasons: tuple[ScoreReason, ...]
    title_similarity: TitleSimilarity | None = None

    @property
    def points(self) -> float:
        """Sum of the points of all reasons."""
        return sum(reason.points for reason in self.reasons)

    @property
    def explanation(self) -> str:
        """All reasons in one line: those for the candidate, then those against it."""
        speaking = "; ".join(reason.text for reason in self.reasons if reason.points >= 0)
        against = "; ".join(reason.text for reason in self.reasons if reason.points < 0)
        return "; but ".join(part for part in (speaking, against) if part)

    @property
    def excluded(self) -> bool:
        """Whether a single reason excludes it: another class or another identifier."""
        return any(reason.points <= _EXCLUDES for reason in self.reasons)

    @property
    def has_evidence_beyond_name(self) -> bool:
        """Whether anything but name and type supports it; these alone never link."""
        return any(
            reason.points > 0 and reason.feature not in ("name", "type") for reason in self.reasons
        )

    def has_support_from(self, *features: FeatureName) -> bool:
        """Return whether one of these features supports it."""
        return any(reason.feature in features and reason.points > 0 for reason in self.reasons)


def score_candidate(features: Features, candidate: Candidate) -> ScoredCandidate:
    """Score a candidate by all features."""
    best, reasons = _score_names(features, candidate)
    reasons += _score_type(features, candidate)
    reasons += _score_identifiers(features, candidate)
    reasons += _score_year(features, candidate)
    reasons += _score_makers(features, candidate)
    reasons += _score_cast(features, candidate)
    reasons += _score_works(features, candidate)
    reasons.sort(key=lambda reason: -abs(reason.points))
    return ScoredCandidate(candidate, tuple(reasons), best)


def rank_candidates(features: Features, candidates: Iterable[Candidate]) -> list[ScoredCandidate]:
    """Score all candidates, with a penalty for namesakes; best first."""
    scored = [score_candidate(features, candidate) for candidate in candidates]
    alike = [one for one in scored if one.title_similarity in ("same", "bare") and not one.excluded]
    if len(alike) > 1:
        scored = [_score_namesakes(features, one, alike) for one in scored]
    # Ties are in the order of Q-ids, so that results are reproducible.
    return sorted(scored, key=lambda one: (-one.points, int(one.candidate.item[1:] or 0)))


def _score_namesakes(
    features: Features, one: ScoredCandidate, alike: list[ScoredCandidate]
) -> ScoredCandidate:
    others = [other for other in alike if other is not one]
    if one.title_similarity not in ("same", "bare") or not others:
        return one
    years = sorted({year for other in others for year in _years_of(features.kind, other.candidate)})
    thing = features.kind if features.kind in ("film", "person", "song", "place") else "thing"
    word = _name_noun(features)
    if len(others) == 1:
        shown = f"another {thing} of this {word}" + (f" from {years[0]}" if years else "")
    else:
        shown = f"{len(others)} more of this {word}"
        if years:
            shown += f", from {', '.join(map(str, years[:4]))}{' ...' if len(years) > 4 else ''}"
    settled = one.has_support_from("makers", "identifier", "article", "works")
    off = any(reason.feature == "year" and reason.points < _YEAR for reason in one.reasons)
    # If the year differs, other namesakes are as likely, most of all those without a year.
    dateless = any(not _years_of(features.kind, other.candidate) for other in others)
    compared = off and bool(_years_of(features.kind, one.candidate)) and not settled
    points = (_NAMESAKE_WITHOUT_YEAR if dateless else _NAMESAKE) if compared else 0.0
    return ScoredCandidate(
        one.candidate, (*one.reasons, ScoreReason("namesakes", shown, points)), one.title_similarity
    )


def _name_noun(features: Features) -> str:
    return "name" if features.kind in ("person", "place", "group", "organisation") else "title"


def _score_names(
    features: Features, candidate: Candidate
) -> tuple[TitleSimilarity | None, list[ScoreReason]]:
    """Return the similarity of the best pair of names, and reasons for all languages."""
    found = [pair for ours in features.names for pair in _compare_names(ours, candidate)]
    word = _name_noun(features)
    if not any(how in _DERIVED_FITS for _, how, _, _ in found) and word == "title":
        for derived in (one for name in features.names for one in derived_titles(name.text)):
            fits = [
                pair for pair in _compare_names(Name(derived.text, ""), candidate)
                if pair[1] in _DERIVED_FITS
            ]  # fmt: skip
            if fits:
                points, how, language, text = max(fits)
                phrase = f"{_title_phrase(how, language, word, text)}, {derived.how}"
                return how, [ScoreReason("name", phrase, points + _DERIVED)]
    if not found:
        text = f"is called {candidate.label} there" if candidate.label != candidate.item else ""
        return None, [ScoreReason("name", text or "has no name there", -2.0)]
    found.sort(key=lambda pair: -pair[0])
    points, how, language, text = found[0]
    reasons = [ScoreReason("name", _title_phrase(how, language, word, text), points)]
    seen = {normalize_title(text).key}
    languages = {language}
    for _, how_too, language_too, text_too in found[1:]:
        key = normalize_title(text_too).key
        if how_too == "same" and key not in seen and language_too not in languages:
            seen.add(key)
            languages.add(language_too)
            reasons.append(
                ScoreReason("name", f"same {language_too} {word} too".replace("  ", " "),
                       _OTHER_LANGUAGE)
            )  # fmt: skip
    return how, reasons


def _compare_names(
    ours: Name, candidate: Candidate
) -> Iterator[tuple[float, TitleSimilarity, str, str]]:
    """Yield points, similarity, common language and name, for each similar name of an item."""
    title = normalize_title(ours.text)
    for names, discount in ((candidate.labels, 0.0), (candidate.aliases, _ALIAS)):
        for theirs in names:
            how = compare_titles(title, normalize_title(theirs.text))
            if how:
                points = _title_points(how, title) + discount
                yield points, how, _common_language(ours, theirs), theirs.text


def _title_points(how: TitleSimilarity, title: NormalizedTitle) -> float:
    if how == "near":
        letters = len(title.key.replace(" ", ""))
        return next(points for least, points in _TITLE_ONE_LETTER_OFF if letters >= least)
    return _TITLE[how][title_weight(title) - 1]


def _title_phrase(how: TitleSimilarity, language: str, word: str, text: str) -> str:
    known = f"{language} {word}".strip()
    return {
        "same": f"same {known}",
        "bare": f"same {known} except for an article, a numeral or a space ({text})",
        "near": f"{known} with one different letter ({text})",
        "part": f"{known} with the same beginning ({text})",
    }[how]


def _common_language(ours: Name, theirs: Name) -> str:
    """Return the English name of the language of both names; "" if it is unknown."""
    tags = [name.language.split("-")[0].lower() for name in (ours, theirs)]
    if tags[0] in _LANGUAGES and tags[1] in (tags[0], "mul", ""):
        return _LANGUAGES[tags[0]]
    return _LANGUAGES.get(tags[1], "") if tags[0] in ("", "mul") else ""


def _score_type(features: Features, candidate: Candidate) -> Iterator[ScoreReason]:
    page = next((WIKIMEDIA_PAGES[one] for one in candidate.types if one in WIKIMEDIA_PAGES), "")
    if page:
        yield ScoreReason("type", f"is a Wikimedia page ({page})", _EXCLUDES)
    elif features.kind and candidate.types:
        match = match_classes(features.kind, candidate.types, candidate.superclasses)
        if match == "conflicts":
            yield ScoreReason(
                "type", f"is {_class_label(candidate)}, not a {features.kind}", _EXCLUDES
            )
        elif match == "fits":
            yield ScoreReason("type", f"is a {features.kind}", _SAME_TYPE)


def _class_label(candidate: Candidate) -> str:
    for classes in CLASSES_BY_REGISTER.values():
        for one in (*candidate.types, *sorted(candidate.superclasses)):
            if one in classes:
                name = classes[one]
                return f"{'an' if name[0] in 'aeiou' else 'a'} {name}"
    return "of another class"


def _score_identifiers(features: Features, candidate: Candidate) -> Iterator[ScoreReason]:
    for prop, ours in features.identifiers.items():
        theirs = candidate.identifiers.get(prop, ())
        name = IDENTIFIERS.get(prop, prop)
        if ours in theirs:
            yield ScoreReason("identifier", f"same {name}, {ours}", _SAME_IDENTIFIER)
        elif theirs:
            yield ScoreReason("identifier", f"its {name} is {theirs[0]}, not {ours}", _EXCLUDES)
    for site, title in features.articles.items():
        if candidate.articles.get(site, "").replace("_", " ") == title.replace("_", " ") != "":
            wiki = site.removesuffix("wiki").replace("_", "-")
            yield ScoreReason(
                "article", f"its article on {wiki}.wikipedia.org is {title!r}", _SAME_IDENTIFIER
            )


def _years_of(kind: str, candidate: Candidate) -> tuple[int, ...]:
    properties = _DATES.get(kind, _WORK_DATES)
    return tuple(year for prop in properties for year in candidate.years.get(prop, ()))


def _score_year(features: Features, candidate: Candidate) -> Iterator[ScoreReason]:
    stated = _stated_years(features)
    if not stated or not _DATES.get(features.kind, _WORK_DATES):
        return
    theirs = _years_of(features.kind, candidate)
    if not theirs:
        yield ScoreReason("year", "has no year there", _NO_YEAR)
        return
    ours, there = min(
        ((a, b) for a in stated for b in theirs), key=lambda pair: abs(pair[0] - pair[1])
    )
    off = abs(ours - there)
    if off == 0:
        yield ScoreReason("year", f"year {ours} agrees", _YEAR)
    elif off in _YEAR_OFF and features.kind != "person":
        apart = "one year apart" if off == 1 else f"{off} years apart"
        yield ScoreReason("year", f"{apart}: {there} there, {ours} here", _YEAR_OFF[off])
    elif is_digit_typo(ours, there):
        yield ScoreReason(
            "year", f"{there} there, {ours} here: perhaps a typing error", _DIGIT_TYPO
        )
    else:
        yield ScoreReason("year", f"{there} there, {ours} here", _OTHER_YEAR)


def _stated_years(features: Features) -> tuple[int, ...]:
    """Return the years of an entity; a year in the qualifier of a title takes precedence."""
    behind = (qualifier_year(name.text) for name in features.names)
    return tuple(dict.fromkeys(year for year in behind if year)) or features.years


def is_digit_typo(one: int, other: int) -> bool:
    """Return whether one digit differs or two are swapped: 1949 and 1994.

    >>> is_digit_typo(1949, 1994), is_digit_typo(1984, 1994), is_digit_typo(1960, 1983)
    (True, True, False)
    """
    pairs = [(a, b) for a, b in zip(str(one), str(other), strict=False) if a != b]
    return len(pairs) == 1 or (len(pairs) == 2 and pairs[0] == pairs[1][::-1])


def _score_makers(features: Features, candidate: Candidate) -> Iterator[ScoreReason]:
    """Score makers: agreement counts across roles, disagreement only within a role."""
    best, text = 0.0, ""
    for prop, someone in _contributors(candidate):
        for part, names in features.makers.items():
            for ours in names:
                sure = _contributor_similarity(ours, someone) * (
                    1.0 if part == prop else _OTHER_PART
                )
                if sure > best:
                    name = features.item_labels.get(ours) or someone.label
                    best, text = sure, f"{MAKERS.get(prop, 'maker')} {name} agrees"
    if best:
        yield ScoreReason("makers", text, _MAKER * best)
        return
    for part in _PRINCIPAL.get(features.kind, _ANY_PRINCIPAL):
        named = features.makers.get(part, ())
        others = [one for one in candidate.makers.get(part, ()) if _is_comparable(named, one)]
        if others:
            text = f"{MAKERS[part]} there is {others[0].label}, not {named[0]}"
            yield ScoreReason("makers", text, _OTHER_MAKER)
            return


def _contributors(candidate: Candidate) -> Iterator[tuple[str, Contributor]]:
    for prop, people in candidate.makers.items():
        if prop != "P161":
            for someone in people:
                yield prop, someone


def _is_comparable(ours: Sequence[str], someone: Contributor) -> bool:
    """Return whether both sides have a name, or both a Q-id."""
    return any(bool(someone.item) if is_item_id(one) else bool(someone.names) for one in ours)


def _score_cast(features: Features, candidate: Candidate) -> Iterator[ScoreReason]:
    players = candidate.makers.get("P161", ())
    if not features.cast or not players:
        return
    common = list(
        dict.fromkeys(
            features.item_labels.get(one, one)
            for one in features.cast
            if any(_contributor_similarity(one, player) == 1 for player in players)
        )
    )
    if common:
        text = f"{' and '.join(common[:2])} {'plays' if len(common) == 1 else 'play'} in it too"
        yield ScoreReason("cast", text, min(len(common), 2) * _PLAYER)
    elif len(features.cast) > 2 and len(players) > 2:
        yield ScoreReason("cast", "the casts have no common member", _OTHER_CAST)


def _score_works(features: Features, candidate: Candidate) -> Iterator[ScoreReason]:
    common = [name for item, name in features.works.items() if item in candidate.works]
    if common:
        text = f"is named by {' and '.join(common[:2])} there too"
        yield ScoreReason("works", text, _WORK if len(common) == 1 else _WORK * 1.5)


def _contributor_similarity(ours: str, someone: Contributor) -> float:
    if ours == someone.item:
        return 1.0
    return max((person_similarity(ours, name) for name in someone.names), default=0.0)
