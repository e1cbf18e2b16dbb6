"""Where services give out their embeds (oEmbed), and what their refusals mean: one table.

Each row says where that is written. Nothing was asked of any service [live]: the pages, threads and code were read in
stored copies in November 2026, and what is a guess is called one. "providers" is github.com/iamcal/oembed, folder
`providers`, the list behind oembed.com, as stored (2019 to 2024).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from ..posts import Outcome


@dataclass(slots=True, frozen=True, kw_only=True)
class Endpoint:
    """One endpoint: `address` is how a post is written in its `url=`, `query` what follows.

    `statuses` are readings of refusals that say no words the table of refusals has. `has_title`: its `title` is what
    the author wrote. `has_other_ids`: its markup names a post by another kind of id, so the account must do.
    """

    platform: str
    url: str
    name: str = "oembed"
    address: str = "{url}"
    query: str = ""
    statuses: Mapping[int, tuple[Outcome, str]] = field(default_factory=dict)
    has_title: bool = False
    has_other_ids: bool = False


_ASKER: tuple[Outcome, str] = ("unreachable", "it refuses whoever asks so, and says nothing of the post")
_UNRESOLVED: tuple[Outcome, str] = ("unreachable", "it cannot tell whose post that is: renamed, or no more")
_NOT_SHOWN: tuple[Outcome, str] = (
    "unreachable",
    "it lets nobody embed the post: its owner forbids that, or it is private, or the service refuses who asks",
)

ENDPOINTS: tuple[Endpoint, ...] = (
    # X's own page (developer.x.com, "oEmbed API", undated copy): needs no login, "Rate limited? No"; `omit_script`.
    # providers knows addresses on twitter.com alone; code of 2026 asks publish.x.com for such, too. `i` in the place of
    # an unknown account is a guess. 404: no such post (react-tweet get-oembed.ts; code 144 is mapped so, zulip PR
    # 15989). 403 with "Sorry, you are not authorized to see this status.": protected (abraham/twitteroauth issue 472,
    # 2016-07; rob-murray/jekyll-twitter-plugin issue 8, 2015-01). 402 and 403 without: refused hosts (two notes, 2026).
    Endpoint(
        platform="twitter",
        url="https://publish.twitter.com/oembed",
        address="https://twitter.com/{handle}/status/{post_id}",
        query="&omit_script=1",
        statuses={401: _ASKER, 402: _ASKER, 403: _ASKER},
    ),
    # The same service by its newer name: what one says is no second word on what the other says.
    Endpoint(
        platform="twitter",
        url="https://publish.x.com/oembed",
        name="oembed@publish.x.com",
        address="https://twitter.com/{handle}/status/{post_id}",
        query="&omit_script=1",
        statuses={401: _ASKER, 402: _ASKER, 403: _ASKER},
    ),
    # docs.bsky.app "oEmbed and Post Embed Widget"; bluesky-social/social-app bskyweb/cmd/embedr/handlers.go: 404 "post
    # not found" (also when the AppView fails), 403 "post is not publicly accessible" (the author asks for readers who
    # are logged in, or blocks), 400 when the handle cannot be resolved, 501 for other formats than JSON.
    Endpoint(
        platform="bluesky",
        url="https://embed.bsky.app/oembed",
        statuses={400: _UNRESOLVED},
    ),
    # docs.joinmastodon.org/methods/oembed; mastodon/mastodon app/controllers/api/oembed_controller.rb: 404 for what is
    # not there and for what is not public. `html` is a frame without words (oembed_serializer.rb), `title` is made by
    # the server. 401 where a server shows nothing without login is a guess from its other methods.
    Endpoint(
        platform="mastodon",
        url="https://{host}/api/oembed",
        statuses={401: ("login-walled", "it shows nothing to who is not logged in")},
    ),
    # providers. 401: the owner forbids embedding (extractus/oembed-extractor issue 168, 2023-01; Tyrrrz/YoutubeExplode
    # issue 163, 2018-10), or private (leedo/noembed issue 93, 2017-09). 403 or the word "Forbidden": private
    # (ruby-oembed issue 79, 2020-12), but public ones got it, too (ccd0/4chan-x issue 2891, 2021-01). 400 and 404: no
    # such video (mellowagain/pomu issue 9, 2022-12); 400 is what an id gets that is none, too.
    Endpoint(
        platform="youtube",
        url="https://www.youtube.com/oembed",
        query="&format=json",
        statuses={400: ("unconfirmed", "no such video"), 401: _NOT_SHOWN, 403: _NOT_SHOWN},
        has_title=True,
    ),
    # developers.tiktok.com "Embed Videos" (2026-10: "will be deprecated soon"); providers. 400 is what "plenty of
    # callers" get (a comment in code, 2026), so it says nothing; that a video which is gone gets it, too, is a guess.
    Endpoint(
        platform="tiktok", url="https://www.tiktok.com/oembed", statuses={400: _ASKER, 403: _ASKER}, has_title=True
    ),
    # providers; github.com/reddit/reddit/wiki/oEmbed. 403 with a page of HTML: refused hosts (humhub/humhub issue 6794,
    # 2024-07). A community that is closed to some answers 403 (MinnDevelopment/fxreddit issue 132, 2025-04); whether
    # this endpoint then says `"reason": "private"`, as others of Reddit do, is a guess.
    Endpoint(platform="reddit", url="https://www.reddit.com/oembed", statuses={403: _ASKER}, has_title=True),
    # developer.vimeo.com/api/oembed/videos; providers (by http, which is asked by https here). 404 also for private
    # videos and for those that only some sites may show (php-embed/Embed issue 377); 403: not to be embedded
    # (vimeo/player.js src/lib/embed.js), or a page of HTML for refused hosts (php-embed/Embed issue 326). A record with
    # `domain_status_code` 403: only some sites may show it (vimeo/player.js PR 264).
    Endpoint(platform="vimeo", url="https://vimeo.com/api/oembed.json", statuses={403: _NOT_SHOWN}, has_title=True),
    # developers.soundcloud.com/docs/oembed; providers. `title` is "TRACK by ACCOUNT" there; the frame names the track
    # by its number. That it takes addresses on api.soundcloud.com, and what 401 and 403 mean, is a guess.
    Endpoint(
        platform="soundcloud",
        url="https://soundcloud.com/oembed",
        query="&format=json",
        statuses={401: _NOT_SHOWN, 403: _NOT_SHOWN},
        has_title=True,
        has_other_ids=True,
    ),
    # developer.spotify.com/documentation/embeds/reference/oembed; no account is told, and no refusal documented.
    Endpoint(platform="spotify", url="https://open.spotify.com/oembed", has_title=True),
    # providers; `format=json` as in flickr.com/services/api (its default is XML). 401 and 403: a guess.
    Endpoint(
        platform="flickr",
        url="https://www.flickr.com/services/oembed/",
        query="&format=json",
        statuses={401: _NOT_SHOWN, 403: _NOT_SHOWN},
        has_title=True,
    ),
    # providers, which knows posts by BLOG.tumblr.com/post/ID alone. `title` is not documented, and left out.
    Endpoint(
        platform="tumblr", url="https://www.tumblr.com/oembed/1.0", address="https://{handle}.tumblr.com/post/{post_id}"
    ),
    # providers. What it refuses, and whether `title` is the pin's own, is not documented anywhere that was found.
    Endpoint(platform="pinterest", url="https://www.pinterest.com/oembed.json", has_title=True),
)
