"""The description of the API stays as it is unless somebody means to change it.

Where a change is meant: ``python -m tests.api.test_openapi`` writes it anew, and its difference is read in review.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

KEPT = Path(__file__).with_name("openapi.json")
PATH = "/api/v1/openapi.json"


def _described() -> Any:
    from putthrough.api.service import api

    return json.loads(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/"), default=str))


def test_the_description_is_the_kept_one(client):
    served = client.get(PATH).json()
    assert served == json.loads(KEPT.read_text())
    assert served["openapi"].startswith("3.1")


def test_there_is_no_page_that_tries_it_out(client, db):
    assert client.get("/api/v1/docs").status_code == 404


def test_every_way_in_says_what_goes_wrong_and_needs_a_key(client):
    ways = [way for path in client.get(PATH).json()["paths"].values() for way in path.values()]
    assert len(ways) == 6
    for way in ways:
        assert way["security"] == [{"ByToken": []}]
        assert {"200", "401", "422"} <= set(way["responses"])


if __name__ == "__main__":
    import os

    import django

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "putthrough.config.settings")
    django.setup()
    KEPT.write_text(json.dumps(_described(), indent=1, ensure_ascii=False) + "\n")
