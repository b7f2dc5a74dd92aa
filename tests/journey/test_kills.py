from __future__ import annotations

from pathlib import Path

import pytest

from tests.journey.chaos import Chaos


@pytest.mark.timeout(240)
def test_a_demo_that_is_killed_while_people_write_and_answer_loses_nothing_and_answers_once(tmp_path: Path) -> None:
    chaos = Chaos(tmp_path, seed=11)
    chaos.run(12)
    assert chaos.kills > 0
    assert chaos.left
