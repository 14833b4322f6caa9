"""Plain SVG plots of a few lines over time; no library, no script."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape

_WIDTH, _HEIGHT, _LEFT, _BOTTOM, _TOP, _RIGHT = 900, 420, 70, 50, 40, 150
_COLOURS = ("#1f5fa8", "#b5442e", "#3a7d44", "#7a4fa3", "#8a6d1d")  # told apart in print, too, by their order
_STEPS = 5  # of each axis


def draw_lines(lines: Mapping[str, Sequence[tuple[float, float]]], *, title: str, unit: str) -> str:
    """Draw lines of (seconds, value) as an SVG document, with minutes below and the unit at the left."""
    points = [point for line in lines.values() for point in line] or [(0.0, 0.0)]
    last = max(second for second, _ in points) or 1.0
    most = max(value for _, value in points) * 1.1 or 1.0

    def place(second: float, value: float) -> str:
        x = _LEFT + second / last * (_WIDTH - _LEFT - _RIGHT)
        y = _HEIGHT - _BOTTOM - value / most * (_HEIGHT - _BOTTOM - _TOP)
        return f"{x:.1f},{y:.1f}"

    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_WIDTH} {_HEIGHT}" font-family="sans-serif" '
        f'font-size="13" role="img" aria-label="{escape(title)}">',
        f'<rect width="{_WIDTH}" height="{_HEIGHT}" fill="white"/>',
        f'<text x="{_LEFT}" y="24" font-size="16">{escape(title)}</text>',
    ]
    for step in range(_STEPS + 1):
        second, value = last * step / _STEPS, most * step / _STEPS
        x, y = place(second, 0.0).split(",")[0], place(0.0, value).split(",")[1]
        parts.append(f'<path d="M{_LEFT},{y}H{_WIDTH - _RIGHT}" stroke="#ddd" fill="none"/>')
        parts.append(
            f'<text x="{_LEFT - 8}" y="{y}" text-anchor="end" dy="4">{value:.0f} {escape(unit)}</text>'
        )
        parts.append(
            f'<text x="{x}" y="{_HEIGHT - _BOTTOM + 20}" text-anchor="middle">{second / 60:.0f} min</text>'
        )
    for number, (name, line) in enumerate(lines.items()):
        colour = _COLOURS[number % len(_COLOURS)]
        drawn = " ".join(place(*point) for point in line)
        parts.append(f'<polyline points="{drawn}" fill="none" stroke="{colour}" stroke-width="2"/>')
        end = place(*line[-1]) if line else place(0.0, 0.0)
        x, y = end.split(",")
        parts.append(f'<text x="{x}" y="{y}" dx="8" dy="4" fill="{colour}">{escape(name)}</text>')
    return "\n".join([*parts, "</svg>", ""])
