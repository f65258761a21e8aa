"""A listing's number is permanent: no other listing ever gets it."""

from assistants import services as assistants
from tests.store.conftest import Shelf


def test_the_number_of_a_deleted_listing_is_not_given_away(shelf: Shelf) -> None:
    first, second = shelf("One"), shelf("Two")
    assistants.delete_assistant(assistant=second.assistant)
    third, fourth = shelf("Three"), shelf("Four")
    assert [second.number, third.number, fourth.number] == [first.number + step for step in (1, 2, 3)]
