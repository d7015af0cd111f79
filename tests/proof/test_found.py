"""Series that once ended in a page that differed from its reload, by what was wrong."""

import pytest

from tests.proof.conftest import Perform
from tests.proof.world import Step

(
    CHANNEL,
    THREAD,
    GUESTS,
    HOME,
    PRIVATE,
    OUTSIDE,
    OLDER,
    PERMALINK,
    NEWEST,
    MEMBERS,
    PEOPLE,
    DIRECTORY,
    GUESTS_HOME,
) = range(13)

FOUND: dict[str, tuple[list[int], list[Step]]] = {
    "the words at a channel's beginning kept its old description": (
        [NEWEST], [Step("update_channel", 1, 2, 5)],
    ),
    "what was read in another tab while the stream was away stayed unread": (
        [OLDER, THREAD], [Step("read", 5, 7, 1)],
    ),
    "a channel that was deleted while the stream was away stayed in the sidebar": (
        [HOME], [Step("edit", 5, 4, 3), Step("delete_channel", 1, 4, 2)],
    ),
    "a directory kept a private channel that was deleted while the stream was away": (
        [DIRECTORY], [Step("delete_channel", 0, 2, 7)],
    ),
    "a directory didn't learn of a new private channel": (
        [DIRECTORY], [Step("load_while", 2, 2, 5), Step("rename_member", 7, 3, 6), Step("create_channel", 2, 1, 7)],
    ),
    "the actions on a message named its author as they were called before": (
        [NEWEST], [Step("rename_member", 5, 1, 7)],
    ),
    "who was deactivated went on being counted as a channel's member": (
        [PERMALINK], [Step("deactivate", 0, 5, 6)],
    ),
    "what happened between a page's position and its counts was counted twice": (
        [OLDER], [Step("load_while", 5, 4, 3), Step("delete", 6, 3, 3)],
    ),
    "what a sidebar that came anew had counted was counted again": (
        [NEWEST], [Step("add", 1, 6, 2), Step("post", 3, 4, 0)],
    ),
    "the title kept the organization's old name": (
        [MEMBERS], [Step("rename_organization", 0, 4, 4), Step("visit", 4, 0, 0), Step("rename_organization", 1, 1, 5)],
    ),
    "a stream couldn't begin, since a message that the feed held had been deleted with its channel": (
        [GUESTS_HOME, OUTSIDE, CHANNEL],
        [
            Step("connect", 4, 2, 2), Step("connect", 3, 5, 1), Step("edit", 3, 3, 3), Step("go_on_while", 3, 2, 2),
            Step("reply", 7, 3, 2), Step("delete_channel", 5, 1, 4),
        ],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", FOUND)
def test_a_difference_that_was_found_stays_mended(perform: Perform, name: str) -> None:
    viewers, steps = FOUND[name]
    assert "\n".join(perform(viewers, steps)) == ""
