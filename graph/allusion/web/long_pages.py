"""Long pages: division into pages of limited size.

The items of a page are rendered first, so their sizes are known. They are put on pages in their
order, each page with the footnotes that its items cite.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

from markupsafe import Markup, escape

from ..core.errors import UnknownName

#: Bytes of a page, at most: of one that is sent compressed, and of a file.
MAX_PAGE: Final = 300_000
MAX_STATIC_PAGE: Final = 150_000
#: Bytes of an item, at most; a longer one is replaced by a sentence.
MAX_ITEM: Final = 12_000
#: Items of a section, at most; the formats for programs have all of them.
MAX_ITEMS: Final = 5_000
#: Bytes of the links between pages, and of the headings that are repeated.
_RESERVE: Final = 6_000
#: Bytes of the heading of a part besides its text.
_HEADING: Final = 600
_SLUG: Final = re.compile(r"[^a-z0-9]+")
_ELLIPSIS: Final = "…"


def size_of(text: str) -> int:
    """Return the bytes of a text in HTML, whose signs are escaped if it is not markup."""
    return len(str(escape(text)).encode("utf-8", "replace"))


def clip(text: str, most: int) -> str:
    """Return a text that has at most this number of bytes in HTML, with "…" if it was cut."""
    if len(text) * 6 <= most or size_of(text) <= most:
        return text
    room = most - len(_ELLIPSIS.encode())
    for place, character in enumerate(text):
        room -= size_of(character)
        if room < 0:
            return text[:place].rstrip() + _ELLIPSIS
    return text


def further(number: int) -> str:
    """Return what follows the path of a page in the name of the file of a further page."""
    return f".page-{number}" if number > 1 else ""


@dataclass(frozen=True, slots=True)
class PageItem:
    """A rendered item.

    Attributes:
        markup: The item as HTML.
        cites: Keys of the footnotes that it cites.
    """

    markup: Markup
    cites: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A section of a page before its division.

    Attributes:
        title: Heading.
        ident: The id of the heading.
        items: The items.
        style: Name of the style of its list.
        shown: Number of items that are not folded; 0 means all.
        omitted: Number of items that no page has.
    """

    title: str
    ident: str
    items: Sequence[PageItem]
    style: str = "entries"
    shown: int = 0
    omitted: int = 0


def slug_of(title: str) -> str:
    """Return a title as the id of a heading."""
    return _SLUG.sub("-", title.lower()).strip("-")


def make_block(
    title: str,
    things: Sequence[Any],
    write: Callable[[Any], Markup],
    macros: Any,
    *,
    ident: str = "",
    style: str = "entries",
    shown: int = 0,
    marks: Callable[[Any], tuple[str, ...]] = lambda _: (),
) -> PageBlock:
    """Render the items of a section.

    Args:
        title: Heading.
        things: What the items show; those after the first `MAX_ITEMS` are left out.
        write: Renders one of them.
        macros: Macros of the templates; ``too_long`` renders what replaces a long item.
        ident: The id of the heading; "" makes one of the title.
        style: Name of the style of the list.
        shown: Number of items that are not folded; 0 means all.
        marks: Returns the labels of the footnotes of a thing.
    """
    items = []
    for thing in things[:MAX_ITEMS]:
        markup = write(thing)
        size = size_of(markup)
        item = PageItem(markup, marks(thing))
        if size > MAX_ITEM:
            iri, label = getattr(thing, "iri", ""), getattr(thing, "label", "")
            item = PageItem(macros.too_long(size, style == "table", iri, label))
        items.append(item)
    omitted = max(0, len(things) - MAX_ITEMS)
    return PageBlock(title, ident or slug_of(title), items, style, shown, omitted)


@dataclass(frozen=True, slots=True)
class Part:
    """The items of a block on one page: those from ``first`` to ``last``, counted from 1."""

    block: PageBlock
    first: int
    last: int

    @property
    def items(self) -> list[Markup]:
        """The items as HTML."""
        return [item.markup for item in self.block.items[self.first - 1 : self.last]]

    @property
    def total(self) -> int:
        """Number of items of the whole block."""
        return len(self.block.items) + self.block.omitted

    @property
    def folded(self) -> list[Markup]:
        """The items that are folded."""
        start = max(0, self.block.shown - self.first + 1)
        return self.items[start:] if self.block.shown and self.last > self.block.shown + 2 else []

    @property
    def is_whole(self) -> bool:
        """Whether the page has the whole block."""
        return self.last - self.first + 1 == self.total


@dataclass(frozen=True, slots=True)
class PageParts:
    """What is on one page.

    Attributes:
        number: Number of the page, from 1.
        parts: Parts of blocks.
        cites: Keys of the footnotes that the page cites.
    """

    number: int
    parts: tuple[Part, ...]
    cites: frozenset[str]

    @classmethod
    def whole(cls, blocks: Sequence[PageBlock], cites: Iterable[str]) -> PageParts:
        """Return the only page of all blocks.

        Args:
            blocks: The sections.
            cites: Footnotes that the page cites besides those of the items.
        """
        parts = tuple(Part(block, 1, len(block.items)) for block in blocks if block.items)
        cited = (key for block in blocks for item in block.items for key in item.cites)
        return cls(1, parts, frozenset((*cites, *cited)))


@dataclass(frozen=True, slots=True)
class NoteSizes:
    """Sizes of footnotes.

    Attributes:
        passages: Key of a footnote -> the number of its source, and the bytes of the passage.
        sources: Number of a source -> the bytes of its entry without passages.
    """

    passages: Mapping[str, tuple[int, int]]
    sources: Mapping[int, int]

    def cost(self, keys: Iterable[str], cited: Collection[str]) -> int:
        """Return the bytes of more footnotes on a page that has some.

        Args:
            keys: Footnotes of an item.
            cited: Footnotes that the page has.
        """
        new = [self.passages[key] for key in dict.fromkeys(keys) if key not in cited]
        if not new:
            return 0
        heads = {number for number, _ in new} - {self.passages[key][0] for key in cited}
        return sum(size for _, size in new) + sum(self.sources[number] for number in heads)


def divide(
    blocks: Sequence[PageBlock],
    max_page: int,
    frames: Iterable[int],
    notes: NoteSizes,
    first_cites: Collection[str] = (),
) -> list[PageParts]:
    """Put items on pages of limited size.

    Args:
        blocks: The sections, in the order of the page.
        max_page: Bytes of a page, at most.
        frames: Bytes of each page without its items; the last value is that of all further pages.
        notes: Sizes of the footnotes.
        first_cites: Footnotes that the frame of the first page cites.
    """
    frame_sizes = iter(frames)
    pages: list[PageParts] = []
    parts: list[Part] = []
    cited: set[str] = set()
    room = frame = 0

    def begin(keys: Collection[str] = ()) -> None:
        nonlocal room, frame, cited, parts
        frame = next(frame_sizes, frame)
        parts, cited = [], set()
        room = max_page - _RESERVE - frame - notes.cost(keys, ())
        cited = set(keys)

    def end() -> None:
        pages.append(PageParts(len(pages) + 1, tuple(parts), frozenset(cited)))

    begin(tuple(first_cites))
    for block in blocks:
        heading = size_of(f"{block.title}{block.ident}") + _HEADING
        for place, item in enumerate(block.items, 1):
            size = size_of(item.markup) + 10
            is_new = not parts or parts[-1].block is not block
            need = size + notes.cost(item.cites, cited) + heading * is_new
            if need > room and (parts or len(pages) == 0):
                end()
                begin()
                is_new = True
                need = size + notes.cost(item.cites, cited) + heading
            room -= need
            cited.update(item.cites)
            if is_new:
                parts.append(Part(block, place, place))
            else:
                parts[-1] = Part(block, parts[-1].first, place)
    end()
    return pages


class PageSeries:
    """A page, and the further pages of one that is too long for one.

    Args:
        pages: What is on each page.
        write: Renders a page.
    """

    def __init__(
        self, pages: Sequence[PageParts], write: Callable[[PageParts, Sequence[PageParts]], str]
    ) -> None:
        self._pages = pages
        self._write = write

    def __len__(self) -> int:
        return len(self._pages)

    def __iter__(self) -> Iterator[str]:
        return (self._write(page, self._pages) for page in self._pages)

    def page(self, number: int = 1) -> str:
        """Return a page, counted from 1.

        Raises:
            UnknownName: If there are fewer pages.
        """
        if not 1 <= number <= len(self._pages):
            raise UnknownName(f"there is no page {number}; the last one is {len(self._pages)}")
        return self._write(self._pages[number - 1], self._pages)
