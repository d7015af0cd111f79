"""A page after its events equals the same page reloaded, in parsed HTML: random series of actions, cuts and resumes.

`PROOF_SERIES=5000 pytest tests/proof` plays that many random ones; otherwise a few that are always the same.
"""

import os

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.proof.conftest import Perform
from tests.proof.series import series
from tests.proof.world import Step

LONG = int(os.environ.get("PROOF_SERIES", "0"))
viewers = st.lists(st.integers(0, 12), min_size=1, max_size=3, unique=True)


@settings(
    max_examples=LONG or 40,
    derandomize=not LONG,
    database=None,
    deadline=None,
    suppress_health_check=list(HealthCheck),
    print_blob=False,
)
@given(viewers=viewers, steps=series)
def test_a_page_after_its_events_equals_the_page_reloaded(
    perform: Perform, viewers: list[int], steps: list[Step]
) -> None:
    assert "\n".join(perform(viewers, steps)) == ""
