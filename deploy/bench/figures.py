"""Numbers for people: medians, tables in Markdown and drawings in SVG, written by hand."""
from __future__ import annotations

import math
import statistics
from dataclasses import dataclass, field
from typing import Callable
from xml.sax.saxutils import escape

# Told apart also by who does not see red and green alike; readable on white and on black.
COLOURS = ("#2a7de1", "#e07b00", "#1a9a6c", "#b048c8")
STYLE = """<style>
.paper { fill: #ffffff; }
text { font: 13px system-ui, sans-serif; fill: #1f2328; }
.small { font-size: 11px; fill: #59636e; }
.inside { font-size: 11px; fill: #fff; }
.title { font-size: 15px; font-weight: 600; }
.line { stroke: #8c959f; stroke-width: 1; }
.grid { stroke: #8c959f; stroke-opacity: .35; stroke-width: 1; }
@media (prefers-color-scheme: dark) {
  .paper { fill: #0d1117; } text { fill: #e6edf3; } .small { fill: #9198a1; } .inside { fill: #fff; }
}
</style>"""


def median(values: list[float | None]) -> float | None:
    """The middle of what was measured; `None` when nothing was."""
    known = [one for one in values if one is not None]
    return statistics.median(known) if known else None


def ratios(ours: list[float | None], theirs: list[float | None]) -> list[float]:
    """What one cost in terms of the other, round by round, where both were measured."""
    return [a / b for a, b in zip(ours, theirs) if a is not None and b]


def digits(value: float | None, count: int = 3) -> str:
    """So many digits that mean something, thousands set apart; a dash for what was not measured."""
    if value is None:
        return "-"
    if isinstance(value, int) or value == 0:
        return f"{value:,.0f}"
    places = max(0, count - 1 - math.floor(math.log10(abs(value))))
    return f"{value:,.{places}f}"


def table(head: list[str], rows: list[list[str]]) -> str:
    """A table in Markdown; a bar inside a cell would end it."""
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |" for line in lines)


def between(text: str, mark: str, block: str) -> str:
    """`text` with what stands between the marks `<!-- mark: begin -->` and `<!-- mark: end -->` replaced."""
    begin, end = f"<!-- {mark}: begin -->", f"<!-- {mark}: end -->"
    if text.count(begin) != 1 or text.count(end) != 1 or text.index(begin) > text.index(end):
        raise SystemExit(f"figures: {begin} … {end} must stand there once")
    return text[:text.index(begin) + len(begin)] + "\n" + block.strip("\n") + "\n" + text[text.index(end):]


def svg(width: int, height: int, parts: list[str], name: str) -> str:
    """A whole drawing."""
    head = (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" '
            f'height="{height}" role="img" aria-label="{escape(name, {chr(34): "&quot;"})}">')
    # Paper of its own: whoever reads a dark page with light settings could not read it otherwise.
    paper = f'<rect width="{width}" height="{height}" rx="6" class="paper"/>'
    return "\n".join([head, STYLE, paper, *parts, "</svg>"]) + "\n"


def text(x: float, y: float, words: str, kind: str = "", anchor: str = "start") -> str:
    """Words at a place."""
    style = f' class="{kind}"' if kind else ""
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}"{style}>{escape(words)}</text>'


def rule(x1: float, y1: float, x2: float, y2: float, kind: str = "grid") -> str:
    """A straight line."""
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" class="{kind}"/>'


def nice_step(span: float, count: int = 5) -> float:
    """The step of an axis: 1, 2 or 5 times a power of ten, about `count` of them."""
    raw = max(span, 1e-9) / count
    power = 10 ** math.floor(math.log10(raw))
    return next(factor * power for factor in (1, 2, 5, 10) if factor * power >= raw * 0.999)


@dataclass
class Bars:
    """Ratios side by side, against a line at 1."""

    title: str
    reference: str
    # The names of the bars of each row.
    series: list[str]
    # The label of a row, and one value for each series.
    rows: list[tuple[str, list[float | None]]]
    notes: list[str]

    def draw(self) -> str:
        left, right, bar, gap = 250, 20, 14, 12
        width = 760
        row = bar * len(self.series) + gap
        top, bottom = 62, 34 + 15 * len(self.notes)
        height = top + row * len(self.rows) + bottom
        most = max([1.0, *(one for _, values in self.rows for one in values if one is not None)]) * 1.08
        scale = (width - left - right) / most
        parts = [text(12, 24, self.title, "title")]
        parts += self.legend(12, 46)
        low = top + row * len(self.rows)
        step = nice_step(most)
        for index in range(int(most / step) + 1):
            x = left + index * step * scale
            parts += [rule(x, top - 6, x, low), text(x, low + 16, f"{index * step:g}", "small", "middle")]
        for index, (label, values) in enumerate(self.rows):
            y = top + index * row
            parts.append(text(left - 10, y + row / 2, label, "", "end"))
            for place, value in enumerate(values):
                if value is None:
                    continue
                at = y + place * bar
                parts.append(f'<rect x="{left}" y="{at:.1f}" width="{value * scale:.1f}" height="{bar - 2}" '
                             f'rx="2" fill="{COLOURS[place]}"/>')
                end = left + value * scale
                # Inside the bar, where no line runs through it, unless it is too short.
                parts.append(text(end - 5, at + bar - 3.5, f"{value:.2f}", "inside", "end") if value * scale > 40
                             else text(end + 5, at + bar - 3.5, f"{value:.2f}", "small"))
        x = left + scale
        parts += [rule(x, top - 10, x, low, "line"), text(x, top - 14, f"{self.reference} = 1", "small", "middle")]
        parts += [text(12, low + 34 + 15 * index, note, "small") for index, note in enumerate(self.notes)]
        return svg(width, height, parts, self.title)

    def legend(self, x: float, y: float) -> list[str]:
        return legend(self.series, x, y)


def legend(names: list[str], x: float, y: float) -> list[str]:
    """Colours and what they stand for."""
    parts = []
    for index, name in enumerate(names):
        parts.append(f'<rect x="{x}" y="{y - 10}" width="12" height="12" rx="2" fill="{COLOURS[index]}"/>')
        parts.append(text(x + 17, y, name, "small"))
        x += 30 + 7 * len(name)
    return parts


@dataclass
class Plot:
    """How one quantity goes with another: a line for each series, the axis below logarithmic or not."""

    title: str
    across: str
    up: str
    # Name and points of each line.
    series: list[tuple[str, list[tuple[float, float]]]]
    is_logarithmic: bool = True
    # How a place of the axis below is named.
    name: Callable[[float], str] = field(default=lambda value: short(value))

    WIDTH, HEIGHT = 380, 250
    LEFT, RIGHT, TOP, BOTTOM = 58, 28, 52, 42

    def draw(self, dx: float = 0, dy: float = 0) -> list[str]:
        """The parts of the plot, moved to a place of a larger drawing."""
        points = [point for _, line in self.series for point in line]
        parts = [f'<g transform="translate({dx:g} {dy:g})">', text(12, 20, self.title, "title")]
        if points:
            parts += self.axes(points)
            for index, (_, line) in enumerate(self.series):
                parts += self.line(points, line, COLOURS[index])
        if len(self.series) > 1:
            parts += legend([name for name, _ in self.series], self.LEFT, 40)
        return [*parts, "</g>"]

    def place(self, points: list[tuple[float, float]], x: float, y: float) -> tuple[float, float]:
        """Where a point is drawn."""
        low, high = self.position(min(a for a, _ in points)), self.position(max(a for a, _ in points))
        share = (self.position(x) - low) / (high - low) if high > low else 0.5
        inner = (self.WIDTH - self.LEFT - self.RIGHT, self.HEIGHT - self.TOP - self.BOTTOM)
        return self.LEFT + share * inner[0], self.TOP + inner[1] * (1 - y / self.top_value(points))

    def position(self, x: float) -> float:
        # Zero has a place on a logarithmic axis too: a little below the smallest that is not.
        return math.log10(max(x, self.least() / 4)) if self.is_logarithmic else x

    def least(self) -> float:
        return min((x for _, line in self.series for x, _ in line if x > 0), default=1)

    @staticmethod
    def top_value(points: list[tuple[float, float]]) -> float:
        most = max(max(y for _, y in points), 1e-9) * 1.05
        step = nice_step(most, 4)
        return math.ceil(most / step) * step

    def axes(self, points: list[tuple[float, float]]) -> list[str]:
        top = self.top_value(points)
        step = nice_step(top / 1.05, 4)
        floor = self.HEIGHT - self.BOTTOM
        parts = []
        for index in range(round(top / step) + 1):
            _, y = self.place(points, points[0][0], index * step)
            parts += [rule(self.LEFT, y, self.WIDTH - self.RIGHT, y),
                      text(self.LEFT - 6, y + 4, short(index * step), "small", "end")]
        free = float("inf")
        # From the right, so that the largest is always named and its neighbours are where there is room.
        for value in sorted({x for x, _ in points}, reverse=True):
            x, _ = self.place(points, value, 0)
            parts.append(rule(x, floor, x, floor + 4, "line"))
            half = 3.2 * len(self.name(value)) + 3
            if x + half <= free:
                parts.append(text(x, floor + 17, self.name(value), "small", "middle"))
                free = x - half
        parts.append(rule(self.LEFT, floor, self.WIDTH - self.RIGHT, floor, "line"))
        parts.append(text(self.WIDTH - self.RIGHT, self.HEIGHT - 8, self.across, "small", "end"))
        parts.append(text(12, self.HEIGHT - 8, self.up, "small"))
        return parts

    def line(self, points: list[tuple[float, float]], line: list[tuple[float, float]], colour: str) -> list[str]:
        places = [self.place(points, x, y) for x, y in line]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        dots = [f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places]
        return [f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>', *dots]


def short(value: float) -> str:
    """A number on an axis: thousands and more by a letter."""
    for bound, letter in ((1e9, "G"), (1e6, "M"), (1e3, "k")):
        if abs(value) >= bound:
            return f"{value / bound:.3g}{letter}"
    return f"{value:.3g}"


def size(value: float) -> str:
    """A number of bytes."""
    for bound, letter in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if value >= bound:
            return f"{value / bound:.3g} {letter}"
    return f"{value:g} B"


def sheet(plots: list[Plot], notes: list[str], name: str) -> str:
    """Plots two by two, and what they were measured on."""
    rows = (len(plots) + 1) // 2
    parts = []
    for index, plot in enumerate(plots):
        parts += plot.draw(index % 2 * Plot.WIDTH, index // 2 * (Plot.HEIGHT + 8))
    base = rows * (Plot.HEIGHT + 8) + 16
    parts += [text(12, base + 15 * index, note, "small") for index, note in enumerate(notes)]
    return svg(2 * Plot.WIDTH if len(plots) > 1 else Plot.WIDTH, base + 15 * len(notes), parts, name)
