"""The HTML of a document as a tree, with text that a file in XML can hold."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

# What HTML takes for one blank; the blank as wide as a character is none of them.
BLANKS = re.compile(r"[ \t\r\n\f]+")
_VOID = frozenset({"area", "br", "col", "hr", "img", "input", "link", "meta", "wbr"})
# No file in XML holds these (XML 1.0, 2.2); a PDF does not show them either.
_NO_XML = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
# Where lines may break is told the printer; whoever edits would stumble over them.
_INVISIBLE = re.compile("[\u200b\u2060]")


@dataclass
class Element:
    """An element with what stands in it, in order."""

    tag: str
    attributes: dict[str, str]
    children: "list[Element | str]" = field(default_factory=list)

    @property
    def classes(self) -> frozenset[str]:
        """The words of its attribute ``class``."""
        return frozenset(self.attributes.get("class", "").split())

    @property
    def elements(self) -> "list[Element]":
        """The elements among its children."""
        return [child for child in self.children if isinstance(child, Element)]

    def all(self, *tags: str) -> "Iterator[Element]":
        """Every element below it with one of these tags, in document order."""
        for child in self.elements:
            if child.tag in tags:
                yield child
            yield from child.all(*tags)

    def of_class(self, name: str) -> "Element | None":
        """The first element below it that has the class."""
        for child in self.elements:
            if name in child.classes:
                return child
            found = child.of_class(name)
            if found is not None:
                return found
        return None

    @property
    def text(self) -> str:
        """All text in it, runs of white space as one blank."""
        return BLANKS.sub(" ", "".join(self._texts())).strip(" ")

    def _texts(self) -> Iterator[str]:
        for child in self.children:
            if isinstance(child, Element):
                yield from child._texts()
            else:
                yield child


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.open = [Element("", {})]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.open[-1].children.append(element)
        if tag not in _VOID:
            self.open.append(element)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if any(element.tag == tag for element in self.open[1:]):
            while self.open.pop().tag != tag:
                pass

    def handle_data(self, data: str) -> None:
        self.open[-1].children.append(plain(data))


def read_html(html: str) -> Element:
    """The tree of a document; elements are closed as they were opened."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.open[0]


def plain(text: str) -> str:
    """The text without what XML refuses and without marks that only steer the printing."""
    return _INVISIBLE.sub("", _NO_XML.sub("", text))
