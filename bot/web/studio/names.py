"""What people are called on a page."""

from bot.web.studio import texts
from bot.web.studio.visit import Studio
from kb.taking.keeping import BY_FILES


def name_of(at: Studio, person: str) -> str:
    """Somebody's name; whoever is not a person has a word of its own."""
    if person in BY_FILES: return texts.FROM_FILE
    return at.assistant.parts.person(person).name if person else texts.NOBODY
