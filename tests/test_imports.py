"""Who may import whom, as data; and each platform, reader and writer stands in its table."""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE = ROOT / "src" / "amberpost"

BASE = "models ids urls dates footers footers.datelines markup"
STARTS = "finding.layout finding.shown finding.words finding.starts.*"
RESIDUE = f"{BASE} platforms platforms.twitter finding.sitenotes finding.places {STARTS}"
EXTRACTED = (
    f"{RESIDUE} finding.cards finding.phrases finding.handleless finding.references finding.residue finding.starts"
)
# The rooms of the archive, each standing on those before it; what lies beside them is the run, which uses all.
EXCHANGE = "models archive.records archive.exchange.*"
POLITENESS = f"{EXCHANGE} archive.politeness.*"
DISK = f"{POLITENESS} archive.tallies archive.disk.*"
POSTS = f"{DISK} archive.posts.*"
ARCHIVE = (
    "models posts ids urls dates platforms finding.html htmltags charsets codings sources verifying warcfile"
    " verifying.cited zipmembers writers writers.* archive.*"
)
REPORT = (
    "urls platforms visible writers.atomic report.* archive.records archive.tallies archive.exchange.payloads"
    " archive.disk.cited archive.disk.database archive.disk.reading archive.posts.* archive.publishing.pseudonyms"
)

# Module -> what of ours it may import; `*` stands for any letters, and the longest pattern that fits a module counts.
# A module that nothing here names fails.
MAY_IMPORT = {
    "": "archive finding frames lazy models permalinks readers writers",
    "models": "recordhtml",  # only when a notebook shows a record
    "recordhtml": "visible",
    "ids": "",
    "lazy": "",
    "urls": "models",
    "permalinks": "models urls platforms",
    "dates": "dates.orders dates.spelling",
    "dates.orders": "dates.spelling dates.table",
    "dates.spelling": "",
    "dates.table": "",
    "footers": "models dates",
    "footers.datelines": "dates footers",
    "markup.elements": "models",
    "markup.plainpieces": "markup.elements",
    "markup.souppieces": "models markup.elements",
    "markup": "models urls dates markup.*",
    "platforms": f"{BASE} platforms.*",
    "platforms.*": f"{BASE} platforms._hosts",
    "platforms.facebook": f"{BASE} platforms._facebookfooter platforms._hosts",
    "platforms.instagram": f"{BASE} platforms._hosts platforms._instagramwords",
    "platforms.mastodon": f"{BASE} platforms._postby",
    "platforms.threads": f"{BASE} platforms._hosts platforms._postby",
    "platforms.twitter": f"{BASE} platforms._twitterlinks platforms._twittermarkup",
    "platforms._twitterliteral": f"{BASE} markup.elements markup.plainpieces platforms._twitterbyline"
    " platforms._twitterlinks",
    "platforms._twittermarkup": f"{BASE} platforms._twitterbyline platforms._twitterlinks",
    "finding": f"{BASE} platforms finding.*",
    "finding.anchors": f"{BASE} finding.breaks finding.credits finding.sitenotes finding.handleless finding.leftovers"
    " finding.links finding.phrases finding.places finding.shortcodes",
    "finding.asked": "models platforms finding.credits.words",
    "finding.breaks": "",
    "finding.html.scripted": "platforms",
    "finding.shown": BASE,
    "finding.words": f"{BASE} finding.shown",
    "finding.references": f"{BASE} platforms finding.places finding.shown",
    "finding.layout": BASE,
    "finding.places": "models",
    "finding.sightings": "models markup platforms",
    "finding.handleless": f"{BASE} finding.places",
    "finding.phrases": f"{BASE} platforms finding.places",
    "finding.starts": RESIDUE,
    "finding.starts.blocks": f"{BASE} platforms platforms.twitter finding.shown",
    "finding.starts.lines": f"{BASE} platforms platforms.twitter finding.starts.wording finding.shown",
    "finding.starts.signs": f"{BASE} platforms platforms.twitter finding.starts.lines",
    "finding.starts.splits": "",
    "finding.starts.weights": "",
    "finding.starts.wording": "",
    "finding.sitenotes": f"{BASE} finding.places",
    "finding.cards": f"{BASE} finding.places",
    "finding.links": f"{BASE} platforms finding.places finding.sightings",
    "finding.residue": f"{RESIDUE} platforms.instagram",
    "finding.text": EXTRACTED,
    "finding.html": f"{BASE} platforms finding.html.* finding.places finding.sightings",
    "finding.html.*": f"{BASE} platforms finding.html.* finding.places finding.sightings",
    "finding.html.captions": "finding.credits.anchors finding.credits.forms finding.credits.words",
    "finding.leftovers": "models finding.html finding.places",
    "finding.shortcodes": "models platforms finding.places finding.sightings",
    # A page's prose is read by the finders of text, in windows that the modules of HTML open.
    "finding.page": "models finding.html finding.html.* finding.credits finding.mentions* finding.places "
    "finding.shortcodes finding.text",
    "finding.credits*": "models ids urls dates platforms finding.credits.* finding.places",
    "finding.mentions*": "models ids urls dates platforms finding.credits.* finding.mentions.*",
    "finding.mentions.quotations": "models",
    "posts": "models",
    "visible": "",
    "charsets": "",
    "htmltags": "",
    "sources": f"{BASE} posts platforms finding.html htmltags charsets sources.*",
    "sources.*": f"{BASE} posts platforms finding.html htmltags charsets sources.*",
    "verifying": "models posts ids urls platforms verifying.*",
    "verifying.*": "models posts ids urls platforms verifying.*",
    "codings": "",
    "batches": "models finding finding.asked flow readers.arrowcells readers.arrowrows readers.options writers.parquet",
    "warcfile": "models warcfile.*",
    "warcfile.streams": "",
    "warcfile.head": "models",
    "zipmembers": "models",
    "readers": "models urls dates codings warcfile zipmembers readers.*",
    "readers.*": "models urls dates codings warcfile zipmembers readers.*",
    "writers": "models writers.*",
    "writers.*": "models writers.*",
    "frames": "models frames.*",
    "frames.columns": "models writers.fieldtypes archive.posts.citedpost archive.publishing.pseudonyms",
    "frames.sources": "models writers readers.csvrows frames.columns",
    "frames.with*": "models frames.columns",
    "flow": "models finding finding.anchors finding.asked readers readers.* writers writers.* flow.processes"
    " flow.units",
    "flow.processes": "models",
    "flow.units": "models flow.processes readers readers.*",
    "flow.parts": "amberpost models readers readers.* writers flow flow.units flow.partids",
    "flow.partids": "readers.repeats",
    "archive": ARCHIVE,
    "archive.*": f"{ARCHIVE} archive",
    # Of the package itself only its version is wanted: it names the program to servers, and to players of a WACZ.
    "archive.archive": "amberpost models archive.*",
    "archive.exchange.*": f"urls charsets codings htmltags archive.keys {EXCHANGE}",
    "archive.politeness.*": f"urls platforms archive.clock {POLITENESS}",
    "archive.disk.*": f"urls platforms warcfile {DISK}",
    "archive.posts.*": f"posts platforms sources verifying verifying.cited {POSTS}",
    "archive.care.*": f"platforms posts warcfile archive.care.* {POSTS}",
    "archive.publishing.*": f"platforms posts charsets sources.heads writers writers.* archive.publishing.* {POSTS}",
    "archive.publishing.wacz": f"amberpost writers.* archive.publishing.* {POSTS}",
    # Of an archive a report only reads; nothing here may store, fetch or find.
    "report": "models report.*",
    "report.*": f"models {REPORT}",
    "replayserver": "models",
    "commands": "",
    "commands.terminal": "models flow visible",
    "commands.exits": "models commands.terminal",
    "commands.show": "models flow visible commands.terminal",
    "commands.tables": "models writers commands.terminal",
    "commands.citationrows": "models archive.disk.cited readers.decode readers.jsonl readers.lines",
    "commands.citationfile": "models readers.* commands.citationrows commands.citationtables",
    "commands.citationtables": "commands.citationrows",
    "commands.progress": "models archive.tallies commands.exits commands.tables commands.terminal",
    "commands.closing": "archive.tallies posts commands.progress commands.tables commands.terminal",
    "commands.interrupts": "commands.progress",
    "commands.*": "*",
    "cli": "*",
    "cli.*": "*",
    "cli.values": "",
    "__main__": "cli",
    "spark": "*",
    "spark.*": "*",
    "demo": "*",
    "demo.*": "*",
}
# Imports by name are allowed where a table of ours holds the names; they stay inside the package, or name the homes.
BY_NAME = {"lazy", "readers", "writers"}


def module_name(path: Path) -> str:
    """The name of a file's module below `amberpost`, which itself is the empty name."""
    parts = path.relative_to(SOURCE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(path): path for path in sorted(SOURCE.rglob("*.py"))}


def find_imports(tree: ast.AST, name: str, *, is_package: bool, modules: set[str]) -> Iterator[str]:
    """The modules of ours that a module imports anywhere: absolute, relative, or a sibling by its bare name."""
    package = name if is_package else name.rpartition(".")[0]
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            targets = [find_absolute(alias.name, package, modules) for alias in node.names]
            yield from (target for target in targets if target is not None)
        elif isinstance(node, ast.ImportFrom):
            base = find_base(node, package, modules)
            if base is not None:
                below = [f"{base}.{alias.name}".lstrip(".") for alias in node.names]
                yield from (child if child in modules else base for child in below)


def find_absolute(printed: str, package: str, modules: set[str]) -> str | None:
    top, _, rest = printed.partition(".")
    if top == "amberpost":
        return rest
    sibling = f"{package}.{printed}".lstrip(".")
    return sibling if sibling in modules and top not in sys.stdlib_module_names else None


def find_base(node: ast.ImportFrom, package: str, modules: set[str]) -> str | None:
    if not node.level:
        return find_absolute(node.module or "", package, modules)
    above = package.split(".")[: len(package.split(".")) - node.level + 1] if package else []
    return ".".join([*above, *(node.module or "").split(".")]).strip(".")


def find_rule(name: str) -> str | None:
    """What a module may import, by the longest pattern that fits its name."""
    fitting = [pattern for pattern in MAY_IMPORT if fnmatchcase(name, pattern)]
    return MAY_IMPORT[max(fitting, key=len)] if fitting else None


def may_import(name: str, target: str) -> bool:
    rule = find_rule(name)
    return rule is not None and any(fnmatchcase(target or "amberpost", pattern) for pattern in rule.split())


def forbidden(source: str, name: str, *, is_package: bool = False) -> set[str]:
    imported = find_imports(ast.parse(source), name, is_package=is_package, modules=set(FILES))
    return {target for target in imported if target != name and not may_import(name, target)}


@pytest.mark.parametrize("name", FILES, ids=lambda name: name or "amberpost")
def test_modules_import_only_what_their_layer_may(name: str) -> None:
    path = FILES[name]
    assert find_rule(name) is not None, "no rule names this module"
    assert forbidden(path.read_text("utf-8"), name, is_package=path.name == "__init__.py") == set()


@pytest.mark.parametrize(
    ("name", "source", "target"),
    [
        ("readers.plain", "from ..finding import find", "finding"),
        ("readers.plain", "def read():\n    from amberpost.finding import find", "finding"),
        ("readers.plain", "import amberpost.finding.text as text", "finding.text"),
        ("platforms.instagram", "from . import twitter", "platforms.twitter"),
        ("platforms.instagram", "from .twitter import ID", "platforms.twitter"),
        ("platforms.instagram", "import twitter", "platforms.twitter"),
        ("models", "from . import ids", "ids"),
        ("models", "from amberpost import cli", "cli"),
        ("models", "from . import __version__", ""),
        ("finding.text", "from .credits import find_credits", "finding.credits"),
        ("finding.text", "if True:\n    from .. import flow", "flow"),
        ("writers.csvfile", "from ..readers.rows import Row", "readers.rows"),
        ("archive.exchange.fetching", "from ..disk.rows import add_link", "archive.disk.rows"),
        ("archive.disk.reading", "from ..posts.citedrows import find_cited_posts", "archive.posts.citedrows"),
        ("archive.politeness.pace", "from ..asking import Asker", "archive.asking"),
        ("newcomer", "from .models import Article", "models"),
    ],
)
def test_the_rule_bites(name: str, source: str, target: str) -> None:
    assert forbidden(source, name) == {target}


def test_nobody_imports_the_command_line() -> None:
    for name, rule in MAY_IMPORT.items():
        assert (
            rule == "*" or name == "__main__" or not {"cli", "cli.*", "commands.*", "spark", "demo"} & set(rule.split())
        ), name


def test_the_table_names_no_module_that_is_gone() -> None:
    for pattern in MAY_IMPORT:
        assert any(fnmatchcase(name, pattern) for name in FILES), pattern


@pytest.mark.parametrize("name", sorted(set(FILES) - BY_NAME))
def test_imports_by_name_are_where_their_table_is(name: str) -> None:
    nodes = ast.walk(ast.parse(FILES[name].read_text("utf-8")))
    named = {
        node.id if isinstance(node, ast.Name) else node.attr
        for node in nodes
        if isinstance(node, ast.Name | ast.Attribute)
    }
    assert not {"import_module", "__import__"} & named


def test_each_platform_file_is_listed() -> None:
    from amberpost.platforms import PLATFORMS

    # The rows of the table of players are no modules.
    listed = {str(vars(platform).get("__name__", "players")).rpartition(".")[2] for platform in PLATFORMS}
    assert listed == {path.stem for path in (SOURCE / "platforms").glob("[!_]*.py")}


def find_functions(package: str, verb: str, first: str) -> set[tuple[str, str]]:
    """The public functions of a package that read or write whole files: their module in it, and their name."""
    found = set()
    for path in (SOURCE / package).glob("[!_]*.py"):
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and node.name.startswith(verb) and node.args.args[0].arg == first:
                found.add((f".{path.stem}", node.name))
    return found


def test_each_reader_is_listed() -> None:
    from amberpost.readers import _READERS

    lines = {(".lines", "read_lines")}  # what the readers of rows stand on
    assert find_functions("readers", "read_", "file") - lines == set(_READERS.values())


def test_each_writer_is_listed() -> None:
    from amberpost.writers import _WRITERS, SUFFIXES

    database = {(".sqlite", "write_sqlite")}  # takes a path: only SQLite itself opens its files
    assert ".db" in SUFFIXES
    assert find_functions("writers", "write_", "records") - database == set(_WRITERS.values())
