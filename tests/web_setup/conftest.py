from __future__ import annotations

from tests.web.conftest import cast, nothing_remembered, quick_passwords

__all__ = ["cast", "nothing_remembered", "quick_passwords"]
