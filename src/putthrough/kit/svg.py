"""Charts as inline SVG. Whoever shows one puts a table of the same figures beside it."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

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
) -> str:
    """A line through ``points`` (both 0 to 1), with the words along each axis from its beginning to its end. ``says``
    is what it shows, for those who do not see it; ``mark`` is a point to stand out."""
    path = " ".join(f"{'M' if at == 0 else 'L'}{_x(x)} {_y(y)}" for at, (x, y) in enumerate(points))
    dots = "".join(f'<circle cx="{_x(x)}" cy="{_y(y)}" r="3"/>' for x, y in points)
    marked = f'<circle class="pt-chart__mark" cx="{_x(mark[0])}" cy="{_y(mark[1])}" r="7"/>' if mark else ""
    return (
        f'<svg class="pt-chart" viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escape(says)}">'
        f'<g class="pt-chart__grid">{_grid()}</g><g class="pt-chart__words">{_along(across)}{_beside(up)}</g>'
        f'<path class="pt-chart__line" d="{path}"/><g class="pt-chart__dots">{dots}</g>{marked}</svg>'
    )


def _x(share: float) -> str:
    return f"{_LEFT + share * (_WIDTH - _LEFT - _RIGHT):.1f}"


def _y(share: float) -> str:
    return f"{_HEIGHT - _BOTTOM - share * (_HEIGHT - _TOP - _BOTTOM):.1f}"


def _grid() -> str:
    lines = [at / _STEPS for at in range(_STEPS + 1)]
    return "".join(f'<line x1="{_x(0)}" x2="{_x(1)}" y1="{_y(at)}" y2="{_y(at)}"/>' for at in lines)


def _along(words: Sequence[str]) -> str:
    last = max(1, len(words) - 1)
    ends = {0: "start", last: "end"}
    return "".join(
        f'<text x="{_x(at / last)}" y="{_HEIGHT - 14}" text-anchor="{ends.get(at, "middle")}">{escape(word)}</text>'
        for at, word in enumerate(words)
    )


def _beside(words: Sequence[str]) -> str:
    last = max(1, len(words) - 1)
    return "".join(
        f'<text x="{_LEFT - 8}" y="{_y(at / last)}" dy="4" text-anchor="end">{escape(word)}</text>'
        for at, word in enumerate(words)
    )
