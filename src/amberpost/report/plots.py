"""Plots as SVG files, in a light and a dark dress, by matplotlib.

Of the libraries that draw SVG it is the one that is kept best, is on most researchers' machines, draws without a
browser or a display, and gives the same bytes for the same numbers (`svg.hashsalt`). It is loaded on first use only.
"""

from __future__ import annotations

import io
import logging
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from .shown import shorten, show
from .tallies import Chart

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.axis import Axis

_LONGEST_LABEL = 28
_MOST_TICKS = 16
_FEWEST_BARS = 6  # there is room for: a lonely bar is not as wide as the plot
_WIDTH, _ROW = 7.6, 0.27  # inches


@dataclass(slots=True, frozen=True, kw_only=True)
class Dress:
    """The colours of a plot; those of series are told apart with any sight (after Paul Tol's schemes)."""

    name: str
    ink: str
    faint: str
    series: tuple[str, ...]


DRESSES = (
    Dress(
        name="light",
        ink="#24211c",
        faint="#d9d4ca",
        series=("#a05a00", "#33669a", "#5d9e5d", "#8a3f78", "#c9a227", "#4fa3a5", "#8b8579"),
    ),
    Dress(
        name="dark",
        ink="#ece7dd",
        faint="#4a463e",
        series=("#f0a63c", "#77aadd", "#8fce8a", "#d88fc6", "#e8d56b", "#7fd0d2", "#a9a396"),
    ),
)


def draw(chart: Chart, dress: Dress) -> bytes:
    """Draw a chart as an SVG file: bars upright over time, else lying, stacked where there are several columns."""
    logging.getLogger("matplotlib").setLevel(logging.ERROR)  # it tells of its folders, which nobody asked about
    import matplotlib as mpl
    from matplotlib.backends.backend_svg import FigureCanvasSVG
    from matplotlib.figure import Figure

    settings: dict[Any, object] = {
        "svg.fonttype": "none",  # text stays text: the reader's own fonts know more scripts than any we could draw
        "svg.hashsalt": "amberpost",
        "font.family": "sans-serif",
        "font.size": 10,
        "text.parse_math": False,
    }
    height = 3.4 if chart.upright else max(1.6, 0.9 + _ROW * len(chart.rows))
    with mpl.rc_context(settings), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # a glyph that the measuring font lacks
        figure = Figure(figsize=(_WIDTH, height), layout="constrained")
        canvas = FigureCanvasSVG(figure)
        axes = figure.add_subplot()
        _dress_axes(axes, dress, upright=chart.upright)
        (_draw_upright if chart.upright else _draw_lying)(axes, chart, dress)
        if len(chart.columns) > 1:
            _add_legend(figure, axes, dress, len(chart.columns))
        file = io.BytesIO()
        canvas.print_svg(file, metadata={"Date": None, "Creator": "amberpost", "Title": show(chart.title)})  # type: ignore[no-untyped-call]
    return file.getvalue()


def _draw_upright(axes: Axes, chart: Chart, dress: Dress) -> None:
    places = range(len(chart.rows))
    below = [0] * len(chart.rows)
    for column, (name, colour) in enumerate(zip(chart.columns, _colours(chart, dress), strict=True)):
        heights = [numbers[column] for _, numbers in chart.rows]
        axes.bar(places, heights, bottom=below, color=colour, label=_label(name), width=0.82)
        below = [one + more for one, more in zip(below, heights, strict=True)]
    step = max(1, -(-len(chart.rows) // _MOST_TICKS))
    axes.set_xticks(list(places)[::step], [_label(label) for label, _ in chart.rows][::step])
    axes.set_xlim(-0.6, max(len(chart.rows), _FEWEST_BARS) - 0.4)
    if len(chart.rows) > _FEWEST_BARS and any(len(label) > 4 for label, _ in chart.rows):
        axes.tick_params(axis="x", labelrotation=40)
    _count_whole(axes.yaxis)


def _draw_lying(axes: Axes, chart: Chart, dress: Dress) -> None:
    places = range(len(chart.rows))
    before = [0] * len(chart.rows)
    for column, (name, colour) in enumerate(zip(chart.columns, _colours(chart, dress), strict=True)):
        widths = [numbers[column] for _, numbers in chart.rows]
        axes.barh(places, widths, left=before, color=colour, label=_label(name), height=0.74)
        before = [one + more for one, more in zip(before, widths, strict=True)]
    for place, total in zip(places, before, strict=True):
        axes.annotate(f" {total:,}", (total, place), va="center", color=dress.ink, fontsize=9)
    axes.set_yticks(list(places), [_label(label) for label, _ in chart.rows])
    axes.set_ylim(max(len(chart.rows), 2) - 0.5, -0.5)
    axes.margins(x=0.09)
    _count_whole(axes.xaxis)


def _count_whole(axis: Axis) -> None:
    """There is no half a citation."""
    from matplotlib.ticker import MaxNLocator

    axis.set_major_locator(MaxNLocator(integer=True, nbins=8))
    axis.set_major_formatter(lambda value, _: f"{value:,.0f}")


def _label(text: str) -> str:
    return shorten(show(text), _LONGEST_LABEL)


def _colours(chart: Chart, dress: Dress) -> Sequence[str]:
    """One colour a column; the last stands for all others, where there are as many as there can be."""
    return [dress.series[column % len(dress.series)] for column in range(len(chart.columns))]


def _dress_axes(axes: Axes, dress: Dress, *, upright: bool) -> None:
    axes.patch.set_visible(False)
    axes.figure.patch.set_visible(False)
    axes.spines[["top", "right", "bottom" if not upright else "left"]].set_visible(False)
    axes.spines[["left" if not upright else "bottom"]].set_color(dress.faint)
    axes.tick_params(colors=dress.ink, length=0)
    axes.grid(axis="y" if upright else "x", color=dress.faint, linewidth=0.8)
    axes.set_axisbelow(True)


def _add_legend(figure: Any, axes: Axes, dress: Dress, columns: int) -> None:
    handles, labels = axes.get_legend_handles_labels()
    figure.legend(
        handles,
        labels,
        loc="outside upper left",
        ncols=min(columns, 4),
        frameon=False,
        labelcolor=dress.ink,
        handlelength=1,
        columnspacing=1.4,
    )
