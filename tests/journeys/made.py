"""Things that journeys begin with."""

from accounts.models import User
from assistants import services
from assistants.definition import Capabilities, Definition, Starter
from assistants.models import Assistant
from store import services as store

PASSWORD = "correct horse battery"


def live_assistant(owner: User, name: str = "Patient helper") -> Assistant:
    """An assistant in the store, without files."""
    definition = Definition(
        name=name,
        promise="Answers patiently.",
        audience="For everybody who asks.",
        instructions="Answer patiently.",
        opening="Good morning.",
        category="ecrire",
        starters=(Starter("A first word", "What can you do?"),),
        capabilities=Capabilities(knowledge=False),
    )
    assistant = services.create_assistant(owner=owner, definition=definition)
    store.submit(services.publish_version(assistant=assistant, author=owner))
    return assistant
