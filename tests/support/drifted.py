"""Texts that drift: essays written for the tests, and what may happen to a page over years.

An essay is a list of pieces. A piece with a number is a passage that a collection points at, so
that its true place is known after each change.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from dataclasses import dataclass, replace

from allusion.authoring.anchors import Text, anchor_of
from allusion.authoring.records import Anchor


@dataclass(frozen=True)
class Piece:
    text: str
    passage: int = 0


Essay = tuple[Piece, ...]


def essay(text: str) -> Essay:
    """Read an essay; passages stand between [ and ]."""
    pieces: list[Piece] = []
    number = 0
    for part in text.replace("]", "[").split("["):
        inside = len(pieces) % 2 == 1
        number += inside
        pieces.append(Piece(part, number if inside else 0))
    return tuple(pieces)


def joined(pieces: Essay) -> str:
    return "".join(piece.text for piece in pieces)


def places(pieces: Essay) -> dict[int, Anchor]:
    """The true place of each passage."""
    text, found, start = joined(pieces), {}, 0
    for piece in pieces:
        if piece.passage:
            found[piece.passage] = anchor_of(text, start, start + len(piece.text))
        start += len(piece.text)
    return found


def span(anchor: Anchor) -> tuple[int, int]:
    return anchor.start, anchor.end


def overlap(one: tuple[int, int], other: tuple[int, int]) -> float:
    """The common part of two spans, as a part of both together."""
    common = max(0, min(one[1], other[1]) - max(one[0], other[0]))
    return common / (max(one[1], other[1]) - min(one[0], other[0]))


def each(change: Callable[[str], str]) -> Callable[[Essay], Essay]:
    return lambda pieces: tuple(replace(one, text=change(one.text)) for one in pieces)


def without(*numbers: int) -> Callable[[Essay], Essay]:
    return lambda pieces: tuple(one for one in pieces if one.passage not in numbers)


def edited(number: int, old: str, new: str) -> Callable[[Essay], Essay]:
    def change(pieces: Essay) -> Essay:
        assert any(one.passage == number and old in one.text for one in pieces)
        return tuple(
            replace(one, text=one.text.replace(old, new)) if one.passage == number else one
            for one in pieces
        )

    return change


def before(text: str) -> Callable[[Essay], Essay]:
    return lambda pieces: (Piece(text), *pieces)


def after(text: str) -> Callable[[Essay], Essay]:
    return lambda pieces: (*pieces, Piece(text))


def swapped(pieces: Essay) -> Essay:
    """The second half first."""
    half = len(pieces) // 2
    return (*pieces[half:], Piece("\n\n"), *pieces[:half])


def truncated(pieces: Essay) -> Essay:
    return pieces[: len(pieces) // 2]


ENGLISH = essay(
    "The Night Market begins with steam. [A seller ladles soup under a poster of the boxer Dao Lim.] "
    "Nobody looks at the poster, and the camera waits.\n\n"
    "Later, on the bridge, [Ines says that she \"walks like the girl in Rain Song\"], and she does: "
    "three steps, a turn, a stop. I have counted them.\n\n"
    "The score hides a joke. [When the lights fail, an accordion plays four bars of the Ferry Waltz.] "
    "Those who know the Ferry Waltz laugh, the others wait for the lights.\n\n"
    "It rains. [It rains.] It rains again, and the market closes like a fan.\n\n"
    "In the last shot [a seller ladles noodles under a poster of the singer Mei Ro.] "
    "The poster is new, the seller is the same, and the soup is cold."
)  # fmt: skip
JAPANESE = essay(
    "『夜市の灯』は湯気から始まる。[屋台の主人がボクサーのポスターの下でスープをよそう。]誰もそれを見ない。\n\n"
    "橋の上で[イネスは「雨の歌の娘みたいに歩くの」と言う。]三歩、回って、止まる。\n\n"
    "停電の場面では[アコーディオンが渡し船のワルツを四小節だけ弾く。]知っている客だけが笑う。\n\n"
    "最後に[屋台の主人が歌手のポスターの下で麺をよそう。]スープはもう冷めている。"
)  # fmt: skip
CHINESE = essay(
    "《夜市》從蒸氣開始。[攤主在拳手的海報下面盛湯。]沒有人看海報，鏡頭在等。\n\n"
    "在橋上，[伊內絲說她走路像《雨之歌》裡的女孩。]三步，一轉，一停。\n\n"
    "停電的時候，[手風琴拉了四小節的渡輪圓舞曲。]聽過的人都笑了。\n\n"
    "最後一個鏡頭裡，[攤主在歌手的海報下面盛麵。]海報是新的，湯是冷的。"
)  # fmt: skip
ESSAYS = {"en": ENGLISH, "ja": JAPANESE, "zh": CHINESE}

DRIFTS: dict[str, Callable[[Essay], Essay]] = {
    "nothing": lambda pieces: pieces,
    "a banner before it": before("Subscribe to our letter!\n\n"),
    "a footer behind it": after("\n\nAll rights reserved."),
    "lines wrapped": each(lambda text: text.replace(" ", "\n").replace("。", "。\n").replace("，", "，\n")),
    "line ends of Windows": each(lambda text: text.replace("\n", "\r\n")),
    "other quotes": each(lambda text: text.replace('"', "”").replace("「", "“").replace("」", "”")),
    "decomposed letters": each(lambda text: unicodedata.normalize("NFD", text)),
    "full-width forms": each(lambda text: text.replace("，", ",").replace(" ", "\u3000")),
    "no-break spaces": each(lambda text: text.replace(" ", "\u00a0")),
    "in capitals": each(str.upper),
    "halves swapped": swapped,
    "the end cut": truncated,
    "the first passage deleted": without(1),
    "the last passage deleted": without(4, 5),
    "every passage deleted": without(1, 2, 3, 4, 5),
    "the whole text twice": lambda pieces: (*pieces, Piece("\n\n" + joined(pieces))),
    "passages alone, in another order": lambda pieces: tuple(
        piece for one in reversed(pieces) if one.passage for piece in (one, Piece("\n"))
    ),
    "another page": lambda _: (Piece("This domain is for sale. " * 20),),
    "an empty page": lambda _: (),
}  # fmt: skip
EDITS: dict[str, tuple[str, Callable[[Essay], Essay]]] = {
    "a word changed": ("en", edited(1, "ladles soup", "serves soup")),
    "a typing error mended": ("en", edited(3, "accordion", "accordeon")),
    "a clause added": ("en", edited(2, "says that", "says, not for the first time, that")),
    "a word changed in Japanese": ("ja", edited(1, "よそう", "注ぐ")),
    "a word changed in Chinese": ("zh", edited(3, "四小節", "四個小節")),
    "a look-alike in place of a deleted passage": ("en", lambda p: without(1)(after(" A seller ladles soup under a poster of the boxer Tomas Wu.")(p))),
    "a look-alike in Japanese": ("ja", without(1)),
    "a look-alike in Chinese": ("zh", without(1)),
}  # fmt: skip


def text_of(pieces: Essay) -> Text:
    return Text(joined(pieces))
