"""Refuses to build a wheel without styles: they are made by scripts/setup and not committed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface

BUILT = ("putthrough.css", "govuk-frontend.min.js", "htmx.min.js")


class FrontEndHook(BuildHookInterface):
    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        static = Path(self.root, "src", "putthrough", "web", "static", "putthrough")
        absent = [name for name in BUILT if not (static / name).exists()]
        if absent and version != "editable":
            raise SystemExit(f"Not built yet: {', '.join(absent)}. Run scripts/setup, then build again.")
