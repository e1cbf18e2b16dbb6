"""Which hosts below a platform's own hold posts: not those of its help, its blog or its press."""

from __future__ import annotations

# The first label of a host. Whoever gives each account a host of its own, as Tumblr does, cannot be told by them.
_LABELS = """
    about ads advertise advertising analytics blog blogs business businesshelp careers corp creators dev developer
    developers docs engineering faq help investor investors ir jobs legal marketing newsroom partner partners policies
    policy press privacy safety status support transparency
"""
_NO_POSTS = frozenset(_LABELS.split())


def is_post_host(host: str, domains: tuple[str, ...]) -> bool:
    """Tell whether posts may stand on `host`: it is one of `domains` or below it, in any language, but no help page.

    >>> is_post_host("de-de.facebook.com", ("facebook.com",)), is_post_host("help.x.com", ("twitter.com", "x.com"))
    (True, False)
    """
    for domain in domains:
        if host == domain:
            return True
        if host.endswith("." + domain):
            return host.partition(".")[0] not in _NO_POSTS
    return False
