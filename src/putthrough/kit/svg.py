"""Charts as inline SVG. Whoever shows one puts a table of the same figures beside it."""

from __future__ import annotations

from collections.abc import Sequence

from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString

_WIDTH, _HEIGHT = 600, 220
_LEFT, _RIGHT, _TOP, _BOTTOM = 52, 16, 12, 40
_STEPS = 4


def line_chart(
    points: Sequence[tuple[float, float]],
    *,
    says: str,
    across: Sequence[str],
    up: Sequence[str],
    mark: tuple[float, float] | None = None,
) -> SafeString:
    """A line through ``points`` (both 0 to 1), with the words along each axis from its beginning to its end. ``says``
    is what it shows, for those who do not see it; ``mark`` is a point to stand out."""
    path = " ".join(f"{'M' if at == 0 else 'L'}{_x(x)} {_y(y)}" for at, (x, y) in enumerate(points))
    dots = format_html_join("", '<circle cx="{}" cy="{}" r="3"/>', ((_x(x), _y(y)) for x, y in points))
    marks = ((_x(mark[0]), _y(mark[1])),) if mark else ()
    return format_html(
        '<svg class="pt-chart" viewBox="0 0 {} {}" role="img" aria-label="{}"><g class="pt-chart__grid">{}</g>'
        '<g class="pt-chart__words">{}{}</g><path class="pt-chart__line" d="{}"/><g class="pt-chart__dots">{}</g>'
        "{}</svg>",
        _WIDTH,
        _HEIGHT,
        says,
        _grid(),
        _along(across),
        _beside(up),
        path,
        dots,
        format_html_join("", '<circle class="pt-chart__mark" cx="{}" cy="{}" r="7"/>', marks),
    )


def _x(share: float) -> str:
    return f"{_LEFT + share * (_WIDTH - _LEFT - _RIGHT):.1f}"


def _y(share: float) -> str:
    return f"{_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM):.1f}"


def _grid() -> SafeString:
    lines = (_y(at / _STEPS) for at in range(_STEPS + 1))
    return format_html_join("", '<line x1="{}" x2="{}" y1="{}" y2="{}"/>', ((_x(0), _x(1), y, y) for y in lines))


def _along(words: Sequence[str]) -> SafeString:
    last = max(1, len(words) - 1)
    ends = {0: "start", last: "end"}
    placed = ((_x(at / last), _HEIGHT - 14, ends.get(at, "middle"), word) for at, word in enumerate(words))
    return format_html_join("", '<text x="{}" y="{}" text-anchor="{}">{}</text>', placed)


def _beside(words: Sequence[str]) -> SafeString:
    last = max(1, len(words) - 1)
    placed = ((_LEFT - 8, _y(at / last), word) for at, word in enumerate(words))
    return format_html_join("", '<text x="{}" y="{}" dy="4" text-anchor="end">{}</text>', placed)
