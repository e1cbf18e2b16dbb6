"""The words in which services say that a post is not to be seen, and what they mean: one table, in English.

The services are asked for English (`lang=en`). A phrase that no row knows means no more than that the post was not
shown: a tombstone without a reason stands for public posts, too (vercel/react-tweet issue 160, 2024-02).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from ..models import replace_surrogates
from ..posts import Outcome, Reading
from .bodies import Record, find_records, parse_record, parse_words, read_record

# (a piece of what is said, in lower case with straight apostrophes; what it means). The first that fits counts.
#
# X's tombstones, as others list them: offline_twitter's `tombstone_types` (old words with "Tweet" and "Twitter", new
# ones with "Post" and "X"), FxEmbed PR 1981 (2026-04), the types of a scraper that names snscrape issue 392; all read
# in stored copies, 2026-11, none checked live:
#   "You're unable to view this Post because this account owner limits who can view their Posts. Learn more"
#   "This Post is from a suspended account. Learn more"
#   "This Post is from an account that no longer exists. Learn more"
#   "This Post was deleted by the Post author. Learn more"
#   "This Post violated the X Rules. Learn more"
#   "This Post is unavailable. Learn more"
#   "Age-restricted adult content. This content might not be appropriate for people under 18 years old. To view this
#    media, you'll need to log in to X. Learn more"
#   "... estimates your age ..." (a client's table, 2025 or later; the rest of the sentence is not known)
# Errors of X's older interfaces, by which oEmbed answers: code 63 "User has been suspended." · 144 "No status found
# with that ID." · 34 "Sorry, that page does not exist." · 179 "Sorry, you are not authorized to see this status."
# (status 403 "usually due to the author having protected" them: several clients' lists; abraham/twitteroauth issue 472
# has it from oEmbed, 2016-07).
# Bluesky: "post is not publicly accessible" with status 403 where the account asks that only those logged in see it,
# bluesky-social/social-app bskyweb/cmd/embedr/handlers.go.
# Mastodon: "This method requires an authenticated user" is what its API documentation gives for status 401 and 422.
_PHRASES: tuple[tuple[str, Outcome], ...] = (
    ("limits who can view their", "protected"),
    ("not authorized to see this status", "protected"),
    ("age-restricted", "age-restricted"),
    ("estimates your age", "age-restricted"),
    ("people under 18", "age-restricted"),
    ("suspended account", "suspended"),
    ("user has been suspended", "suspended"),
    ("account is suspended", "suspended"),  # guess
    ("withheld", "withheld"),
    ("violated the x rules", "withheld"),
    ("violated the twitter rules", "withheld"),
    ("not publicly accessible", "login-walled"),
    ("requires an authenticated user", "login-walled"),
    ("need to log in to", "login-walled"),
    # Said by one source, that is no proof: X says the same of posts that are there.
    ("deleted", "unconfirmed"),
    ("no longer exists", "unconfirmed"),
    ("no status found", "unconfirmed"),
    ("page does not exist", "unconfirmed"),
    ("is unavailable", "unconfirmed"),
)
# `reason` of X's TweetUnavailable: yt-dlp yt_dlp/extractor/twitter.py (2025), X's own visibility rules
# (twitter/the-algorithm, 2023). They are of GraphQL; that syndication gives any is a guess.
_CODES: Mapping[str, Outcome] = {
    "NsfwLoggedOut": "age-restricted",
    "NsfwViewerHasNoStatedAge": "age-restricted",
    "NsfwViewerIsUnderage": "age-restricted",
    "Protected": "protected",
    "Suspended": "suspended",
}
# What stands in the post's place as if it were its words; two corpora of tweets had to take them out (2022). That the
# author wrote them is unlikely enough, as the whole text must be so.
_NOTICE = re.compile(
    r"(?:This (?:Tweet|Post) from @?\w{1,20}|@?\w{1,20}'s account) "
    r"(?:(?:has been|is) withheld in .{1,200}|is temporarily unavailable because it violates the .{1,80})",
    re.DOTALL,
)
_LONGEST = 300
_MORE = ("Learn more", "Learn more.")


def read_refusal(words: str | None) -> Reading | None:
    """What a service's words in place of a post mean; `None` for words that the table does not have.

    >>> reading = read_refusal("This Post is from a suspended account. Learn more")
    >>> reading.outcome, reading.reason
    ('suspended', '“This Post is from a suspended account.”')
    >>> read_refusal("Something went wrong") is None
    True
    """
    said = _normalize(words or "")
    folded = said.lower()
    outcome = _CODES.get(said) or next((outcome for phrase, outcome in _PHRASES if phrase in folded), None)
    return Reading(outcome=outcome, reason=f"“{said}”") if outcome else None


def find_words(record: Record) -> Iterator[str]:
    """The words in which a record says why it tells nothing, wherever services put them.

    >>> list(find_words({"errors": [{"code": 144, "message": "No status found with that ID."}]}))
    ['No status found with that ID.']
    """
    errors = (error.get("message") for error in find_records(record, "errors"))
    places = (
        read_record(record, "tombstone", "text").get("text"),
        read_record(record, "tombstone").get("text"),
        record.get("reason"),
        record.get("error"),
        read_record(record, "error").get("message"),
        record.get("message"),
        *errors,
    )
    yield from (words for place in places if (words := parse_words(place)))


def read_refusals(record: Record) -> Reading | None:
    """What a record's words in place of a post mean, by the first of them that the table has."""
    readings = (read_refusal(words) for words in find_words(record))
    return next((reading for reading in readings if reading), None)


def read_denial(status: int, body: bytes) -> Reading | None:
    """What an answer with a status of 400 to 499 says: by its words where it has any, else 404 and 410 by themselves.

    A page of HTML is not searched for words: it says much. `None` for statuses that are about who asks as often as
    about what is asked for.

    >>> read_denial(403, b'{"error": "Sorry, you are not authorized to see this status."}').outcome
    'protected'
    >>> read_denial(404, b"<html>").outcome, read_denial(403, b"<html>")
    ('unconfirmed', None)
    """
    record = parse_record(body)
    said = body.decode(errors="replace") if len(body) <= _LONGEST and b"<" not in body else ""
    reading = read_refusals(record) if record is not None else read_refusal(said)
    if reading is None and status in (404, 410):
        return Reading(outcome="unconfirmed", reason=f"{status}: no such post, for whoever asks without a login")
    return reading


def read_notice(text: str | None) -> Reading | None:
    """The reading of a post whose words are the service's own, that it is withheld; `None` for words of an author.

    >>> read_notice("This Tweet from @ann has been withheld in response to a report from the copyright holder.").outcome
    'withheld'
    >>> read_notice("This has been withheld in response to nothing.") is None
    True
    """
    said = _normalize(text or "")
    return Reading(outcome="withheld", reason=f"“{said}”") if _NOTICE.fullmatch(said) else None


def _normalize(words: str) -> str:
    said = " ".join(replace_surrogates(words[:_LONGEST]).replace("’", "'").split())
    return said.removesuffix(".").removesuffix("Learn more").rstrip() if said.endswith(_MORE) else said
