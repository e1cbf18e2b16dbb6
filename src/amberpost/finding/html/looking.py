"""One page looked over: at each hit, the element round it is cut out and read, or what is written as text decoded."""

from __future__ import annotations

import html
import re
from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from operator import attrgetter

from ...markup import Element, parse_plain, parse_soup
from ...platforms import LITERALS, Platform, parse_permalink
from ..places import Shortfall
from ..sightings import sighting_of, sighting_of_embed
from .alone import find_alone_anchor, is_alone
from .cutting import ELEMENT_LIMIT, Cut, Cutter, Latest, Tag
from .decoding import Region, decode, parse_base64, parse_quoted, parse_region
from .passed import Passed
from .places import Found, merge_places
from .scan import Hit, find_hits
from .wrapped import unwrap, unwrap_address, unwrap_element

_ADDRESS_START = re.compile(r"https?:(?:\\(?:u002)?)?\Z|\Z", re.IGNORECASE)
_ESCAPED_SLASH = re.compile(r"\\(?:/|u002[fF])")
_ADDRESS = re.compile(r"(?:[^\s\"'<>()\[\]{}|^`\\]|\\(?:/|u002[fF])){1,600}")
# No blockquote shows a post without an address, a number or an account.
_ANY_POST = re.compile(r"//|[0-9]|@")
_NO_ELEMENT = frozenset(
    {"a", "body", "html", "head", "link", "meta", "img", "source", "option", "input", "button", "form"}
)
# An element whose text is code, and those that colour or number it.
_SAMPLE = re.compile(r"<(?:code|pre|xmp|samp|kbd)\b", re.IGNORECASE)
_COLOUR = re.compile(r"</?(?:span|b|i|em|strong|font|mark|var)\b", re.IGNORECASE)
_FAR_ABOVE, _MOST_COLOURS = 2000, 12
_DEEPEST = 2
_LETTERS_A_TAG = 30
_LEAST_PARSED = 3000
_COST_OF_PARSER = 6  # what it takes for a piece without any tag, in tags
# Markup written as text that shows nothing is decoded, over and over, up to so many times the length of the page.
_MOST_DECODED = 2
_LEAST_DECODED = 64 * 1024
_NOWHERE = Region(0, 0, "")
_LEAVES = frozenset({"blockquote", "iframe"})
_QUOTE_NAMES = ("blockquote", "BLOCKQUOTE")


@dataclass(slots=True)
class Page:
    """One page while its hits are looked at, in order: the posts found, what was cut short, what shows nothing."""

    source: str
    depth: int = 0
    floor: int = 0
    found: list[Found] = field(default_factory=list)
    shortfalls: list[Shortfall] = field(default_factory=list)
    passed: list[Passed] = field(default_factory=list)
    cutter: Cutter = field(init=False)
    _barren: Region = _NOWHERE
    _decodable: int = 0
    # So many tags are given to the parser: it takes its time for each, and a page of posts has fewer.
    _parseable: int = 0
    _parsed: tuple[Cut, Element | None] | None = None
    _tried: set[tuple[int, str]] = field(default_factory=set)
    _has_escapes: bool = field(init=False)
    _quotes: list[tuple[Latest, Latest]] = field(init=False)

    def __post_init__(self) -> None:
        self.cutter = Cutter(self.source)
        self._has_escapes = "\\" in self.source
        self._decodable = _MOST_DECODED * len(self.source) + _LEAST_DECODED
        self._parseable = self._parseable or len(self.source) // _LETTERS_A_TAG + _LEAST_PARSED
        self._quotes = [(Latest(self.source, f"<{name}"), Latest(self.source, f"</{name}")) for name in _QUOTE_NAMES]

    def find_shortfalls(self) -> Iterator[Shortfall]:
        """What was cut short: embeds, and elements that may be one and in which nothing was found."""
        found = sorted(one.sighting.start for one in self.found)
        for shortfall in sorted(self.shortfalls, key=attrgetter("start")):
            place = bisect_left(found, shortfall.start)
            if shortfall.is_embed or place == len(found) or found[place] >= shortfall.start + 4 * ELEMENT_LIMIT:
                yield shortfall

    def look(self, hit: Hit) -> None:
        """Look at one place that looks like an embed, and note what is there."""
        if hit.at < self.floor:
            return
        if hit.platform is None:
            coded = parse_base64(self.source, hit.at)
            if coded and self.depth < _DEEPEST:
                self._look_inside(coded)
            return
        if self._read_literal(hit):
            return
        tag = self.cutter.tag_before(hit.at)
        if self._look_escaped(hit, tag):
            return
        if tag is None or tag.end <= hit.at:
            if hit.is_address:
                self._look_bare(hit)
            elif tag is None and (start := self.cutter.find_overlong(hit.at)) is not None:
                self._note(Cut(start, start, whole=False, over=True), is_embed=False)
        elif tag.name in ("a", "A") and hit.is_address:
            self._look_anchor(hit, tag)
        elif tag.name.lower() not in _NO_ELEMENT or not hit.is_address:
            self._look_element(hit.platform, tag)

    def _read_literal(self, hit: Hit) -> bool:
        """Read a platform's own markup as it gives it out: most of what pages hold, at a fifth of the cost."""
        read = LITERALS.get(hit.platform.ID) if hit.platform else None
        literal = read(self.source, hit.at) if read else None
        if literal is None:
            return False
        self.found.append(Found(sighting_of_embed(literal.embed, literal.start, literal.end)))
        self.floor = literal.end
        return True

    def _look_escaped(self, hit: Hit, tag: Tag | None) -> bool:
        """Read markup that is written as text round a hit; what was read so is not read again."""
        if self.depth >= _DEEPEST:
            return False
        find = self.cutter.find_next
        floor = max(self.floor, tag.start if tag else 0)
        region = parse_region(self.source, hit.at, floor=floor, find=find)
        if region is None and tag is not None and tag.end > hit.at and self._has_escapes:
            region = parse_quoted(self.source, tag.start, tag.end, find=find)
        if region is None or self._is_sample(region):
            return False
        is_seen = self._barren.start <= region.start and region.end <= self._barren.end
        return (not is_seen and self._look_inside(region)) or region.start == (tag.start if tag else -1)

    def _is_sample(self, region: Region) -> bool:
        """Tell whether markup written with entities is a sample of code: it shows how a post is embedded, and none."""
        before = region.start
        for _ in range(_MOST_COLOURS if region.coded.startswith("&") else 0):
            before = self.source.rfind("<", max(0, region.start - _FAR_ABOVE), before)
            if before < 0 or not _COLOUR.match(self.source, before):
                return before >= 0 and _SAMPLE.match(self.source, before) is not None
        return False

    def _look_inside(self, region: Region) -> bool:
        """Look at what a region holds once it is decoded; its last embed stands for it."""
        if self._decodable < 0:
            return False
        markup = decode(region.coded)
        inner = Page(markup, depth=self.depth + 1, _parseable=self._parseable or -1)
        for found in find_hits(markup):
            inner.look(found)
        self._parseable = inner._parseable
        sightings = merge_places(markup, inner.found)
        self.shortfalls.extend(replace(one, start=region.start) for one in inner.find_shortfalls())
        for sighting in sightings[-1:]:
            flags = (*sighting.flags, "decoded")
            moved = replace(sighting, start=region.start, end=region.end, flags=flags)
            self.found.append(Found(moved, is_decoded=True))
            self.floor = region.end
        if not sightings:
            self._pass_over(region)
        return bool(sightings)

    def _pass_over(self, region: Region) -> None:
        """Note that a region shows nothing, so that what lies inside it is not decoded again."""
        self._barren = region
        self._decodable -= region.end - region.start
        if self._decodable < 0:
            reason = "much markup is written as text and shows no post: what of it follows was not decoded"
            self.shortfalls.append(Shortfall(region.end, reason))

    def _look_element(self, platform: Platform, tag: Tag) -> bool:
        if (tag.start, platform.ID) in self._tried:
            return False
        self._tried.add((tag.start, platform.ID))
        cut = self.cutter.cut(tag)
        if tag.name in _QUOTE_NAMES and not _ANY_POST.search(self.source, cut.start, cut.end):
            self._note(cut, is_embed=False)
            return False
        cut, element = self._parse(cut)
        embed = platform.parse_markup(element) if element else None
        is_leaf = tag.name.lower() in _LEAVES or tag.name.startswith("amp-")
        self._note(cut, is_embed=is_leaf and embed is not None)
        if embed is None:
            return False
        flags = () if cut.whole else ("cut-short",)
        sighting = sighting_of_embed(embed, cut.start, cut.end, flags=flags)
        self.found.append(Found(sighting, rank=2 if is_leaf else 1))
        if is_leaf:
            self.floor = cut.end
        return True

    def _parse(self, cut: Cut) -> tuple[Cut, Element | None]:
        """Read what was cut out, without a parser where it is plain; what was read of it may be less."""
        if self._parsed and self._parsed[0].start == cut.start:
            return self._parsed
        piece = unwrap(self.source[cut.start : cut.end])
        element = parse_plain(piece)
        if element is None:
            cut, tags = self.cutter.limit_tags(cut)
            self._parseable -= tags + _COST_OF_PARSER
            if self._parseable >= 0:
                element = parse_soup(unwrap(self.source[cut.start : cut.end]))
            elif self._parseable + tags + _COST_OF_PARSER >= 0:
                reason = "so much markup may show posts that not all was read: it ends here"
                self.shortfalls.append(Shortfall(cut.start, reason))
        self._parsed = cut, unwrap_element(element) if element else None
        return self._parsed

    def _note(self, cut: Cut, *, is_embed: bool) -> None:
        if cut.over and (not self.shortfalls or self.shortfalls[-1].start != cut.start):
            what = "an embed" if is_embed else "an element that may show a post"
            size = cut.end - cut.start
            reason = f"{what} is larger, or nested deeper, than any embed is: {size} characters were read"
            self.shortfalls.append(Shortfall(cut.start, reason, is_embed))

    def _look_anchor(self, hit: Hit, tag: Tag) -> None:
        for openings, closings in self._quotes:
            opening = openings.before(tag.start)
            if opening < self.floor or opening < closings.before(tag.start):
                continue
            quote = self.cutter.parse_tag(opening)
            if quote and hit.platform and self._look_element(hit.platform, quote):
                return
        end = find_alone_anchor(self.source, tag.start, tag.end)
        if end is not None:
            self._add_bare(hit, tag.start, end)
        else:
            self.passed.append(Passed(hit, tag.start, tag.end))

    def _look_bare(self, hit: Hit) -> None:
        start, end = self._address(hit)
        if is_alone(self.source, start, end, platform=hit.platform.ID if hit.platform else ""):
            self._add_bare(hit, start, end)
        else:
            self.passed.append(Passed(hit, hit.at, hit.at))

    def _address(self, hit: Hit) -> tuple[int, int]:
        """The half-open span of the address round a hit, with its scheme."""
        low = max(self.floor, hit.at - len(r"https:\u002"))
        scheme = _ADDRESS_START.search(self.source, low, hit.at)
        match = _ADDRESS.match(self.source, hit.at)
        end = match.end() if match else hit.at
        blank = self.source.find("&nbsp;", hit.at, end)
        return scheme.start() if scheme else hit.at, blank if blank >= 0 else end

    def _add_bare(self, hit: Hit, start: int, end: int) -> None:
        low, high = self._address(hit)
        permalink = parse_permalink(unwrap_address(_ESCAPED_SLASH.sub("/", html.unescape(self.source[low:high]))))
        if permalink is None or hit.platform is None or permalink.platform != hit.platform.ID:
            return
        sighting = sighting_of(permalink, start, end, kind="embed", rule="permalink-alone", flags=("no-date",))
        self.found.append(Found(sighting, rank=0))
