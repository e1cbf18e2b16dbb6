"""Platforms whose embed is a player's frame and no more: one table of their addresses.

A frame names its post and nothing else, and leaves nothing in extracted text, so a row says all that there is to say:
how the addresses of posts look, and how the one canonical spelling is built. Accounts, channels, searches and lists
that change are no posts.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs

from ..footers import no_footer
from ..ids import parse_milliseconds, parse_weibo
from ..markup import Element, Embed, find_permalink, make_bare_embed
from ..models import Permalink
from ..urls import Url, parse_url
from ._hosts import is_post_host


@dataclass(slots=True, frozen=True)
class Form:
    """One form of address: a pattern for `path?query`, where `id` is the post and `handle` the account.

    `host` keeps it to hosts that begin so; `url` is the canonical spelling, with the groups of the pattern in it.
    """

    pattern: re.Pattern[str]
    url: str
    host: str = ""
    post_id: str = "{id}"


@dataclass(kw_only=True)
class Player:
    """A platform that is a row of the table; it offers what a platform's module offers."""

    ID: str
    HOSTS: tuple[str, ...]
    FORMS: tuple[Form, ...]
    ADDRESSES: tuple[str, ...]
    MARKERS: tuple[str, ...] = ()
    CLOCK: Callable[[str], dt.datetime | None] | None = None
    # What the player's element of AMP pages has in place of an address, and the address that it stands for.
    NUMBERED: tuple[str, str] = ("", "")

    def parse_permalink(self, url: Url, /) -> Permalink | None:
        """The post that a URL addresses, by the first form that fits."""
        if url.host == "w.soundcloud.com":  # the player is told the address of what it plays
            url = parse_url(parse_qs(url.query.replace("&amp;", "&")).get("url", [""])[0]) or url
        if not is_post_host(url.host, self.HOSTS):
            return None
        matches = ((form, _match(form, url)) for form in self.FORMS if url.host.startswith(form.host))
        return next((self._build(form, match) for form, match in matches if match), None)

    def _build(self, form: Form, match: re.Match[str]) -> Permalink:
        groups = match.groupdict()
        return Permalink(self.ID, form.post_id.format(**groups), groups.get("handle"), form.url.format(**groups))

    def parse_instant(self, post_id: str, /) -> dt.datetime | None:
        """The UTC instant that the post's id holds, for those whose ids hold one."""
        return self.CLOCK(post_id) if self.CLOCK else None

    def parse_markup(self, element: Element, /) -> Embed | None:
        """Read the address of the frame."""
        if element.name not in _FRAMES and not element.name.startswith("amp-"):
            return None
        addresses = (*self._find_numbered(element), *element.values("src", "data-src", "data-lazy-src", "data"))
        permalink = find_permalink(addresses, self.parse_permalink)
        if permalink is None:
            return None
        return make_bare_embed(permalink, element.form("iframe"), self.parse_instant(permalink.post_id))

    def _find_numbered(self, element: Element) -> Iterator[str]:
        """The addresses that the player's number in an attribute stands for: in AMP pages, and of a consent manager."""
        attribute, address = self.NUMBERED
        if element.name.startswith("amp-"):
            yield from (address.format(value) for value in element.values(attribute))
        elif f"{self.ID}_player" in element.classes():
            for value in element.values("videoid"):
                yield from (value, address.format(value))

    # Players leave none.
    parse_footer = staticmethod(no_footer)


_FRAMES = frozenset({"iframe", "embed", "object", "div", "figure", "span", "oembed"})


def _match(form: Form, url: Url) -> re.Match[str] | None:
    query = url.query.replace("&amp;", "&")
    return form.pattern.fullmatch(f"{'/'.join(url.path)}?{query}"[:2000])


def _form(pattern: str, url: str, *, host: str = "", post_id: str = "{id}") -> Form:
    """A form; where its pattern says nothing of the query, more segments and any query may follow."""
    ready = pattern if r"\?" in pattern else pattern + r"(?:/.*)?\?.*"
    return Form(re.compile(ready, re.DOTALL), url, host, post_id)


_SLUG = r"[\w.~-]{1,200}"
_CLAIM = r"[^/?#:%\s]{1,200}(?::[0-9a-f]{1,40})?"
_NO_USERS = r"(?!(?:you|discover|search|upload|stream|charts|pages|people|player|tags|jobs|terms-of-use|signin)/)"
_NO_TRACKS = r"(?!(?:tracks|likes|albums|sets|reposts|followers|following|popular-tracks|comments|recommended)[/?])"

PLAYERS: tuple[Player, ...] = (
    Player(
        ID="vimeo",
        HOSTS=("vimeo.com",),
        FORMS=(
            _form(r"video/(?P<id>[0-9]{5,12})", "https://vimeo.com/{id}", host="player."),
            _form(r"(?P<id>[0-9]{5,12})", "https://vimeo.com/{id}"),
            _form(
                r"(?:channels|groups|album|showcase)/[\w-]{1,60}/(?:videos?/)?(?P<id>[0-9]{5,12})",
                "https://vimeo.com/{id}",
            ),
            _form(r"event/(?P<id>[0-9]{3,12})", "https://vimeo.com/event/{id}", post_id="event/{id}"),
        ),
        ADDRESSES=(
            r"vimeo\.com/(?:video/|event/|(?:channels|groups|album|showcase)/[\w-]{1,60}/(?:videos?/)?)?[0-9]{3}",
        ),
        MARKERS=("amp-vimeo",),
        NUMBERED=("data-videoid", "https://vimeo.com/{}"),
    ),
    Player(
        ID="twitch",
        HOSTS=("twitch.tv",),
        FORMS=(
            _form(
                r"\?(?:.*&)?video=v?(?P<id>[0-9]{6,12})(?:&.*)?", "https://www.twitch.tv/videos/{id}", host="player."
            ),
            _form(r"embed\?(?:.*&)?clip=(?P<id>[\w-]{4,100})(?:&.*)?", "https://clips.twitch.tv/{id}", host="clips."),
            _form(r"(?!embed[/?])(?P<id>[A-Za-z][\w-]{3,100})", "https://clips.twitch.tv/{id}", host="clips."),
            _form(r"videos/(?P<id>[0-9]{6,12})", "https://www.twitch.tv/videos/{id}"),
            _form(
                r"(?P<handle>\w{2,30})/(?:clip|v)/(?P<id>(?![0-9]+[/?])[\w-]{4,100})", "https://clips.twitch.tv/{id}"
            ),
            _form(r"(?P<handle>\w{2,30})/(?:v|video)/(?P<id>[0-9]{6,12})", "https://www.twitch.tv/videos/{id}"),
        ),
        ADDRESSES=(r"twitch\.tv/(?:videos/[0-9]|\?|embed\?|\w{2,30}/(?:clip|v|video)/\w)", r"clips\.twitch\.tv/\w"),
    ),
    Player(
        ID="rumble",
        HOSTS=("rumble.com",),
        FORMS=(
            _form(r"embed/(?:u[\w]{1,12}\.)?(?P<id>v[0-9a-z]{4,10})", "https://rumble.com/embed/{id}/"),
            _form(r"(?P<id>v[0-9a-z]{4,10})-[^/?]{1,300}\.html", "https://rumble.com/{id}.html"),
            _form(r"(?P<id>v[0-9a-z]{4,10})\.html", "https://rumble.com/{id}.html"),
        ),
        ADDRESSES=(r"rumble\.com/(?:embed/\w|v[0-9a-z]{4,10}[-.])",),
    ),
    Player(
        ID="odysee",
        HOSTS=("odysee.com", "lbry.tv"),
        FORMS=(
            _form(
                rf"(?:\$/embed/)?@(?P<handle>{_CLAIM})/(?P<id>{_CLAIM})",
                "https://odysee.com/@{handle}/{id}",
                post_id="@{handle}/{id}",
            ),
            _form(
                r"\$/embed/(?P<id>[^/?#@:%\s]{1,200})/(?P<claim>[0-9a-f]{1,40})",
                "https://odysee.com/{id}:{claim}",
                post_id="{id}:{claim}",
            ),
            _form(r"(?:\$/embed/)?(?P<id>[^/?#@$:%\s]{1,200}:[0-9a-f]{1,40})", "https://odysee.com/{id}"),
        ),
        ADDRESSES=(
            r"odysee\.com/(?:\$/embed/|@[^/\s\"'<>]{1,100}/\w)",
            r"lbry\.tv/(?:\$/embed/|@[^/\s\"'<>]{1,100}/\w)",
        ),
    ),
    Player(
        ID="dailymotion",
        HOSTS=("dailymotion.com", "dai.ly"),
        FORMS=(
            _form(r"(?P<id>[a-z0-9]{5,10})", "https://www.dailymotion.com/video/{id}", host="dai.ly"),
            _form(
                r"(?:embed/|swf/|\w{2}/)?video/(?P<id>[a-z0-9]{5,10})(?:_[^/?]*)?",
                "https://www.dailymotion.com/video/{id}",
            ),
            _form(
                r"player(?:/\w{1,12})?\.html\?(?:.*&)?video=(?P<id>[a-z0-9]{5,10})(?:&.*)?",
                "https://www.dailymotion.com/video/{id}",
            ),
        ),
        ADDRESSES=(
            r"dailymotion\.com/(?:embed/|swf/|\w{2}/)?video/\w",
            r"dailymotion\.com/player(?:/\w{1,12})?\.html\?",
            r"dai\.ly/\w",
        ),
        MARKERS=("amp-dailymotion",),
        NUMBERED=("data-videoid", "https://dai.ly/{}"),
    ),
    Player(
        ID="soundcloud",
        HOSTS=("soundcloud.com",),
        FORMS=(
            _form(
                r"(?P<kind>tracks|playlists)/(?:soundcloud(?::|%3A)\w+(?::|%3A))?(?P<id>[0-9]{3,12})",
                "https://api.soundcloud.com/{kind}/{id}",
                host="api",
                post_id="{kind}/{id}",
            ),
            _form(
                rf"{_NO_USERS}(?P<handle>[\w-]{{2,40}})/sets/(?P<id>{_SLUG})",
                "https://soundcloud.com/{handle}/sets/{id}",
                post_id="{handle}/sets/{id}",
            ),
            _form(
                rf"{_NO_USERS}(?P<handle>[\w-]{{2,40}})/{_NO_TRACKS}(?P<id>{_SLUG})",
                "https://soundcloud.com/{handle}/{id}",
                post_id="{handle}/{id}",
            ),
        ),
        ADDRESSES=(r"soundcloud\.com/(?:player/?\?|[\w-]{2,40}/[\w-])",),
        MARKERS=("amp-soundcloud",),
        NUMBERED=("data-trackid", "https://api.soundcloud.com/tracks/{}"),
    ),
    Player(
        ID="spotify",
        HOSTS=("open.spotify.com", "play.spotify.com"),
        FORMS=(
            _form(
                r"(?:intl-\w{2}(?:-\w{2})?/)?(?:embed(?:-podcast)?/)?(?:user/[^/?]{1,60}/)?"
                r"(?P<kind>track|album|episode|show|playlist)/(?P<id>[A-Za-z0-9]{22})",
                "https://open.spotify.com/{kind}/{id}",
                post_id="{kind}/{id}",
            ),
        ),
        ADDRESSES=(
            r"spotify\.com/(?:intl-\w{2}/)?(?:embed(?:-podcast)?/)?(?:user/\w{1,60}/)?(?:track|album|episode|show|playlist)/\w",
        ),
    ),
    Player(
        ID="weibo",
        HOSTS=("weibo.com", "weibo.cn"),
        FORMS=(
            _form(r"(?:detail|status|statuses)/(?P<id>[0-9]{15,17}|[A-Za-z0-9]{9})", "https://weibo.com/detail/{id}"),
            _form(r"(?P<user>[0-9]{6,11})/(?P<id>[0-9]{15,17}|[A-Za-z0-9]{9})", "https://weibo.com/{user}/{id}"),
        ),
        ADDRESSES=(r"weibo\.(?:com|cn)/(?:[0-9]{6,11}|detail|status(?:es)?)/\w{9}",),
        CLOCK=parse_weibo,
    ),
    Player(
        ID="gab",
        HOSTS=("gab.com",),
        FORMS=(_form(r"@?(?P<handle>\w{1,40})/posts/(?P<id>[0-9]{15,20})", "https://gab.com/{handle}/posts/{id}"),),
        ADDRESSES=(r"gab\.com/@?\w{1,40}/posts/[0-9]",),
        CLOCK=lambda post_id: parse_milliseconds(post_id, shift=16),
    ),
)
