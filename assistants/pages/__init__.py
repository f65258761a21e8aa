"""What the creator's pages show, made ready for the templates."""

from assistants.pages.clock import clock
from assistants.pages.files import FileRow, describe_problem, file_row
from assistants.pages.hits import Hit, hit
from assistants.pages.home import Shelved, shelve
from assistants.pages.sections import SECTION_FIELDS, Section, knowledge_section, sections

__all__ = [
    "SECTION_FIELDS",
    "FileRow",
    "Hit",
    "Section",
    "Shelved",
    "clock",
    "describe_problem",
    "file_row",
    "hit",
    "knowledge_section",
    "sections",
    "shelve",
]
