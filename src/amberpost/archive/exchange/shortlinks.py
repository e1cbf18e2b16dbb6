"""The hosts of short links: each answers with a redirect alone, so that robots.txt there says nothing about a page."""

from __future__ import annotations

# A host that is missing here is merely asked for its robots.txt first.
_HOSTS = """
t.co bit.ly bitly.com j.mp ow.ly buff.ly dlvr.it youtu.be lnkd.in tinyurl.com is.gd v.gd goo.gl ift.tt fb.me fb.watch
wp.me trib.al rb.gy cutt.ly shorturl.at rebrand.ly t.ly s.id po.st adf.ly bl.ink clck.ru vk.cc tiny.cc amzn.to amzn.eu
a.co apple.co aka.ms redd.it git.io db.tt flip.it pin.it instagr.am ig.me msft.it reut.rs nyti.ms wapo.st bbc.in cnn.it
econ.st on.ft.com on.wsj.com bloom.bg cbsn.ws abcn.ws politi.co apne.ws n.pr usat.ly huff.to bzfd.it theatln.tc tcrn.ch
engt.co zd.net cnet.co yhoo.it mol.im aje.io aje.me f24.my p.dw.com spon.de sz.de hubs.ly hubs.la mailchi.mp eepurl.com
spr.ly ebx.sh qr.ae shar.es gu.com soc.cr lin.ee
"""
SHORT_LINK_HOSTS = frozenset(_HOSTS.split())
