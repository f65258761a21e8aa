"""What creators make: assistants with immutable versions, knowledge bases, and the models they may choose."""

from assistants.models.assistant import Assistant, AssistantVersion
from assistants.models.knowledge import KnowledgeBase, KnowledgeFile, Passage
from assistants.models.offer import Offer

__all__ = ["Assistant", "AssistantVersion", "KnowledgeBase", "KnowledgeFile", "Offer", "Passage"]
