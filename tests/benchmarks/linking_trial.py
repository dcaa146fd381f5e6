"""A trial for linking: films whose items are hidden, and an index in which finding them is hard.

The films are real (Wikidata in 2019): their titles, years, directors and the namesakes and
remakes among them. What is added is made up by rule from a seed, the same each time:

- to the index: remakes, namesakes one year off and of the same year, novels, songs, serials and
  disambiguation pages of the same title, further years of publication, items without year or
  class; names for directors, whom the data knows by Q-id alone;
- taken from the index: the true items of `REMOVED` of the films, whose right answer is "none";
- to a share of the rows, if asked for (``forms``): a second title in brackets, before or behind; an author or
  director before the title ("Ann Lee's ..."); the name of a series before a colon;
- to the rows: years one or two off, mistyped or missing, articles dropped or moved behind, case,
  accents, punctuation, "&", numerals, one letter wrong, brackets as Wikipedia has them,
  subtitles dropped; directors missing, wrong, abbreviated, family name first.
"""

from __future__ import annotations

import gzip
import json
import random
import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from allusion.core.labels import Name
from allusion.wikidata.linking.features import Features
from allusion.wikidata.linking.index_builder import IndexRow
from allusion.wikidata.linking.index_source import ALIAS, ARTICLE, LABEL
from allusion.wikidata.linking.name_similarity import normalize_title

FILMS: Final = Path(__file__).parents[3] / "shared/data/wikidata-movies.json.gz"
Film = dict[str, Any]

#: Shares of all films, of the index ...
REMOVED: Final = 0.08
_REMAKES: Final = 0.10
_YEAR_OFF_NAMESAKES: Final = 0.02
_SAME_YEAR_NAMESAKES: Final = 0.005
_OTHER_THINGS: Final = 0.15
_NO_YEAR: Final = 0.02
_NO_CLASS: Final = 0.02
_FURTHER_YEAR: Final = 0.10
#: ... and of the rows.
_ROW_YEARS: Final = (("off", 0.08), ("two", 0.01), ("slip", 0.01), ("none", 0.01))
_MADE_UP: Final = 900_000_000  # from here on, Q-ids are made up
_OTHERS: Final = ("Q8261", "Q7366", "Q5398426", "Q4167410", "Q134556", "Q1259759")
_GIVEN: Final = ("An", "Bo", "Cla", "Do", "El", "Fre", "Gi", "Han", "I", "Jo", "Ka", "Lu", "Ma",
                 "No", "O", "Pe", "Ro", "Sa", "Ti", "Ul", "Vi", "Wil", "Yu", "Zo")  # fmt: skip
_ENDS: Final = ("na", "ris", "ra", "ton", "vier", "da", "ko", "mir", "élie", "bert", "ine", "s")
_FAMILY: Final = ("Ander", "Bel", "Cor", "Dvoř", "Est", "Fuku", "Gar", "Høl", "Iva", "Jör",
                  "Kle", "Lang", "Mor", "Nak", "Öst", "Per", "Quin", "Ros", "Sch", "Tana",
                  "Ull", "Var", "Wong", "Xu", "Yama", "Zim")  # fmt: skip
_TAILS: Final = ("sen", "li", "ák", "moto", "cía", "berg", "nov", "mann", "ley", "etti", "ada",
                 "ström", "er", "in", "ova", "shi", "field", "wick", "ton", "aux")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """One row of a user's table, and the item that it is ("" where the index has none).

    ``determinable`` says whether what the row gives can tell the item from all others.
    """

    clues: Features
    truth: str
    determinable: bool
    noise: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Trial:
    """Rows without and with directors, and what the index is made of."""

    plain: list[Row]
    directed: list[Row]
    said: list[IndexRow]


@dataclass(slots=True)
class _Item:
    """What the index says of one film, for judging which rows are determinable."""

    keys: set[str]
    years: set[int]
    directors: set[str]


def films(path: Path = FILMS) -> list[Film]:
    """The films, one JSON object a line."""
    with gzip.open(path, "rt", encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def trial(source: Sequence[Film], seed: int, removed: float = REMOVED, forms: float = 0.0) -> Trial:
    """A trial over these films."""
    return _Maker(source, seed, removed, forms).make()


class _Maker:
    def __init__(self, source: Sequence[Film], seed: int, removed: float, forms: float) -> None:
        self.forms = forms
        self.films = source
        self.seed = seed
        self.removed = removed
        self.pool = sorted({one for film in source for one in film.get("director", ())})
        self.items: dict[str, _Item] = {}
        self.by_key: dict[str, list[str]] = defaultdict(list)
        self.next = _MADE_UP

    def make(self) -> Trial:
        said = [row for film in self.films for row in self._index(film)]
        said += [(int(one[1:]), LABEL, person_name(one), "en") for one in self.pool]
        without: list[Row] = []
        directed: list[Row] = []
        for film in self.films:
            random_ = random.Random(f"{self.seed} row {film['wikidata_id']}")
            title, noise = _title(film, random_)
            form = random.Random(f"{self.seed} form {film['wikidata_id']}")
            plain = title
            if form.random() < self.forms:
                title, formed = _formed(title, form)
                noise = (*noise, formed)
            years, more = _year(film, random_)
            directors, yet_more = self._directors(film, random_)
            for rows, given in ((without, ()), (directed, directors)):
                clues = Features(
                    film["wikidata_id"], (Name(title, ""),), "film", years,
                    {"P57": given} if given else {},
                )  # fmt: skip
                told = (*noise, *more, *(yet_more if given or rows is directed else ()))
                truth = film["wikidata_id"] if film["wikidata_id"] in self.items else ""
                simple = replace(clues, names=(Name(plain, ""),))
                rows.append(Row(clues, truth, self._determinable(simple, truth), told))
        return Trial(without, directed, said)

    def _index(self, film: Film) -> Iterator[IndexRow]:
        """What the index says of a film, if it has it, and of those beside it."""
        random_ = random.Random(f"{self.seed} item {film['wikidata_id']}")
        year = _year_of(film)
        title = film.get("label") or plain_title(film)
        if random_.random() >= self.removed:
            said_year = year if random_.random() >= _NO_YEAR else None
            years = {said_year} if said_year else set()
            if said_year and random_.random() < _FURTHER_YEAR:
                years.add(said_year + 1)
            classes = ("Q11424",) if random_.random() >= _NO_CLASS else ()
            yield from self._item(
                film["wikidata_id"], {title, plain_title(film)}, years,
                film.get("director", ()), classes, title, film["enwiki_title"],
            )  # fmt: skip
        if year and random_.random() < _REMAKES:
            later = year + random_.choice((-1, 1)) * random_.randint(3, 40)
            yield from self._namesake(title, min(later, 2024), random_)
        if year and random_.random() < _YEAR_OFF_NAMESAKES:
            yield from self._namesake(title, year + random_.choice((-1, 1)), random_)
        if year and random_.random() < _SAME_YEAR_NAMESAKES:
            yield from self._namesake(title, year, random_)
        if random_.random() < _OTHER_THINGS:
            number = self._number()
            yield number, LABEL, title, "en"
            yield number, "P31", random_.choice(_OTHERS), ""
            if year and random_.random() < 0.7:
                yield number, "P577", f"{year - random_.randint(0, 10)}-01-01T00:00:00Z", ""

    def _namesake(self, title: str, year: int, random_: random.Random) -> Iterator[IndexRow]:
        director = random_.choice(self.pool)
        number = self._number()
        yield from self._item(f"Q{number}", {title}, {year}, (director,), ("Q11424",), title, "")

    def _number(self) -> int:
        self.next += 1
        return self.next

    def _item(
        self, item: str, titles: set[str], years: set[int], directors: Sequence[str],
        classes: Sequence[str], label: str, article: str,
    ) -> Iterator[IndexRow]:  # fmt: skip
        number = int(item[1:])
        keys = {normalize_title(title).key for title in titles}
        self.items[item] = _Item(keys, years, {person_name(one) for one in directors})
        for key in keys:
            self.by_key[key].append(item)
        yield number, LABEL, label, "en"
        if article:
            yield number, ARTICLE, article, "enwiki"
            yield number, ALIAS, article, "en"
        for one in classes:
            yield number, "P31", one, ""
        for year in years:
            yield number, "P577", f"{year}-01-01T00:00:00Z", ""
        for director in directors:
            yield number, "P57", director, ""

    def _directors(
        self, film: Film, random_: random.Random
    ) -> tuple[tuple[str, ...], tuple[str, ...]]:
        directors = film.get("director", [])
        chance = random_.random()
        if not directors or chance < 0.03:
            return (), (("director missing",) if directors else ())
        if chance < 0.04:
            return (person_name(random_.choice(self.pool)),), ("director wrong",)
        given = directors if random_.random() < 0.5 else directors[:1]
        return tuple(_written(person_name(one), random_) for one in given), ()

    def _determinable(self, clues: Features, truth: str) -> bool:
        """Whether the row tells the true item from all others of the index.

        The item is there; the row gives a year or director that the item has something to set
        against; and no other film of that title has a year as near to the row's, unless the
        directors tell the two apart.
        """
        if not truth:
            return False
        item = self.items[truth]
        told_by_director = bool(clues.makers and item.directors)
        told_by_year = bool(clues.years and item.years)
        if not (told_by_director or told_by_year):
            return False
        keys = {normalize_title(clues.names[0].text).key} | item.keys
        rivals = {one for key in keys for one in self.by_key[key]} - {truth}
        if told_by_director:
            rivals = {
                one for one in rivals
                if not self.items[one].directors or self.items[one].directors & item.directors
            }  # fmt: skip
        distance = _distance(clues.years, item.years)
        return all(_distance(clues.years, self.items[one].years) > distance for one in rivals)


def _distance(ours: tuple[int, ...], theirs: set[int]) -> float:
    return min((abs(a - b) for a in ours for b in theirs), default=1000.0)


def person_name(item: str) -> str:
    """A name for a person of whom the data has the Q-id only; some share one, as people do."""
    random_ = random.Random(item)
    given = random_.choice(_GIVEN) + random_.choice(_ENDS)
    middle = f" {random_.choice(_GIVEN)}{random_.choice(_ENDS)}" if random_.random() < 0.4 else ""
    family = random_.choice(_FAMILY) + random_.choice(("", "a", "o", "i")) + random_.choice(_TAILS)
    return f"{given}{middle} {family}"


def _written(name: str, random_: random.Random) -> str:
    """A name as somebody writes it."""
    words = name.split()
    chance = random_.random()
    if chance < 0.05:
        return f"{words[0][0]}. {words[-1]}"
    if chance < 0.10:
        return " ".join((words[-1].upper(), *words[:-1]))
    if chance < 0.20:
        return _without_marks(name)
    return name


def plain_title(film: Film) -> str:
    """The title of its article without the brackets behind."""
    return re.sub(r" \([^()]*(film|series|\d{4})[^()]*\)$", "", film["enwiki_title"])


def _year_of(film: Film) -> int | None:
    text = film.get("publication_date", "")
    return int(text[:4]) if text else None


def _year(film: Film, random_: random.Random) -> tuple[tuple[int, ...], tuple[str, ...]]:
    year = _year_of(film)
    chance = random_.random()
    if year is None:
        return (), ("no year",)
    for what, share in _ROW_YEARS:  # noqa: B007
        chance -= share
        if chance < 0:
            break
    else:
        return (year,), ()
    if what == "off":
        return (year + random_.choice((-1, 1, 1)),), ("year one off",)
    if what == "two":
        return (year + random_.choice((-2, 2)),), ("year two off",)
    if what == "none":
        return (), ("no year",)
    digits = list(str(year))
    place = random_.choice((2, 3))
    digits[place] = random_.choice([sign for sign in "0123456789" if sign != digits[place]])
    return (int("".join(digits)),), ("year mistyped",)


def _title(film: Film, random_: random.Random) -> tuple[str, tuple[str, ...]]:
    """A title as a user's table has it, and what was done to it."""
    chance = random_.random()
    if chance < 0.7 and film.get("label"):
        title = str(film["label"])
    elif chance < 0.9:
        title = plain_title(film)
    else:
        title = str(film["enwiki_title"])
    done: list[str] = []

    def maybe(share: float, what: str, changed: str) -> None:
        nonlocal title
        if random_.random() < share and changed.strip() and changed != title:
            title = changed
            done.append(what)

    article = re.match(r"(?i)(the|a|an|le|la|les|der|die|das|el|il) (.+)", title)
    if article:
        maybe(0.05, "article dropped", article[2])
        if "article dropped" not in done:
            maybe(0.05, "article behind", f"{article[2]}, {article[1]}")
    if ": " in title:
        maybe(0.02, "subtitle dropped", title.split(": ")[0])
    maybe(0.10, "accents dropped", _without_marks(title))
    maybe(0.05, "punctuation", re.sub(r"[:,.!?'’-]+", random_.choice(("", " ")), title))
    maybe(0.50, "&", title.replace(" & ", " and "))
    maybe(0.10, "and", title.replace(" and ", " & "))
    maybe(
        0.20,
        "numeral",
        re.sub(r" (2|3|4)$", lambda m: {"2": " II", "3": " III", "4": " IV"}[m[1]], title),
    )
    maybe(
        0.20,
        "numeral",
        re.sub(r" (II|III|IV)$", lambda m: {"II": " 2", "III": " 3", "IV": " 4"}[m[1]], title),
    )
    if len(title) > 5:
        maybe(0.02, "letter", _mistyped(title, random_))
    maybe(0.05, "capitals", title.upper())
    maybe(0.05, "small letters", title.lower())
    year = _year_of(film)
    if not title.endswith(")"):
        dated = f"({year} film)" if year and random_.random() < 0.4 else "(film)"
        maybe(0.05, "brackets", f"{title} {dated}")
    return title, tuple(done)


def _formed(title: str, random_: random.Random) -> tuple[str, str]:
    """A title with something before it or behind it, and what that is."""
    other = " ".join(random_.choice(_FAMILY) + random_.choice(_TAILS) for _ in range(2))
    author = f"{random_.choice(_GIVEN)}{random_.choice(_ENDS)} {random_.choice(_FAMILY)}"
    return random_.choice((
        (f"{title} ({other})", "second title behind"),
        (f"{other}, The ({title})", "second title before"),
        (f"{author}'s {title}", "author before"),
        (f"{other.split()[0]}: {title}", "series before"),
    ))  # fmt: skip


def _mistyped(title: str, random_: random.Random) -> str:
    place = random_.randrange(1, len(title) - 1)
    how = random_.randrange(3)
    if how == 0:
        return title[:place] + title[place + 1 :]
    if how == 1:
        return title[:place] + random_.choice("aeinrst") + title[place + 1 :]
    return title[:place] + title[place + 1] + title[place] + title[place + 2 :]


def _without_marks(text: str) -> str:
    return re.sub("[\u0300-\u036f]", "", unicodedata.normalize("NFD", text))
