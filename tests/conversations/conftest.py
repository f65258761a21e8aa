import pytest

from accounts.models import User
from assistants import offers as offered
from assistants.models import Assistant
from tests.assistants.conftest import unreachable_broker  # noqa: F401
from tests.conversations.made import live_assistant
from tests.scripted import ScriptedServer


@pytest.fixture(autouse=True)
def fresh_provider(scripted: ScriptedServer) -> None:
    """Nothing queued or remembered by the test before."""
    scripted.reset()
    offered.forget()


@pytest.fixture
def assistant(creator: User, offers: None) -> Assistant:
    """Live, without knowledge."""
    return live_assistant(creator)
