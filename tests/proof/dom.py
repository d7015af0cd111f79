"""A page's HTML as a tree, as far as the proof needs one: elements by id and attribute, replaced and compared."""

from collections.abc import Iterator
from html.parser import HTMLParser

VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track", "wbr"}
)


class Element:
    """An element; its children are elements and texts."""

    def __init__(self, tag: str, attributes: dict[str, str] | None = None) -> None:
        self.tag = tag
        self.attributes = attributes or {}
        self.children: list[Element | str] = []
        self.parent: Element | None = None

    def __getitem__(self, name: str) -> str:
        return self.attributes[name]

    def get(self, name: str, default: str = "") -> str:
        return self.attributes.get(name, default)

    @property
    def elements(self) -> list["Element"]:
        return [child for child in self.children if isinstance(child, Element)]

    def has_class(self, name: str) -> bool:
        return name in self.get("class").split()

    def all(self, *, templates: bool = False) -> Iterator["Element"]:
        """This element and all below it in the document's order; what a <template> holds isn't in the document."""
        yield self
        if self.tag != "template" or templates:
            for child in self.elements:
                yield from child.all(templates=templates)

    def by_id(self, name: str) -> "Element | None":
        return next((one for one in self.all() if one.attributes.get("id") == name), None)

    def having(self, attribute: str, value: str | None = None, *, templates: bool = False) -> list["Element"]:
        """The elements below with this attribute, or with this value of it."""
        return [
            one
            for one in self.all(templates=templates)
            if attribute in one.attributes and value in {None, one[attribute]}
        ]

    @property
    def text(self) -> str:
        return "".join(child if isinstance(child, str) else child.text for child in self.children)

    @text.setter
    def text(self, text: str) -> None:
        self.children = [text]

    def append(self, child: "Element | str") -> None:
        if isinstance(child, Element):
            child.parent = self
        self.children.append(child)

    def insert(self, place: int, child: "Element") -> None:
        child.parent = self
        self.children.insert(place, child)

    def replace_with(self, other: "Element") -> None:
        assert self.parent is not None
        place = next(n for n, child in enumerate(self.parent.children) if child is self)
        other.parent = self.parent
        self.parent.children[place] = other

    def remove(self) -> None:
        assert self.parent is not None
        self.parent.children = [child for child in self.parent.children if child is not self]


class _Builder(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.root = self.at = Element("")

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        element = Element(tag, {name: value or "" for name, value in attrs})
        self.at.append(element)
        if tag not in VOID:
            self.at = element

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.at.append(Element(tag, {name: value or "" for name, value in attrs}))

    def handle_endtag(self, tag: str) -> None:
        assert self.at.tag == tag, f"</{tag}> ends <{self.at.tag}>"
        assert self.at.parent is not None
        self.at = self.at.parent

    def handle_data(self, data: str) -> None:
        self.at.append(data)


def parse(html: str) -> Element:
    """A document or fragment, under an element without a name. Every element must be closed as it was opened."""
    builder = _Builder()
    builder.feed(html)
    builder.close()
    assert builder.at is builder.root, f"<{builder.at.tag}> is never closed"
    return builder.root
