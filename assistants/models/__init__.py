"""What creators make: assistants with immutable versions, knowledge bases, and the models they may choose."""

from assistants.models.answers import CuratedAnswer, Retrieval
from assistants.models.assistant import Assistant, AssistantVersion, Member, Recipe, Visibility
from assistants.models.knowledge import BaseShare, KnowledgeBase, KnowledgeFile, Passage, WebSource
from assistants.models.offer import Offer

__all__ = [
    "Assistant",
    "AssistantVersion",
    "BaseShare",
    "CuratedAnswer",
    "KnowledgeBase",
    "KnowledgeFile",
    "Member",
    "Offer",
    "Passage",
    "Recipe",
    "Retrieval",
    "Visibility",
    "WebSource",
]
