"""What people mean when they write instead of clicking, at a recipe's step."""

from bot.replies.meanings import Aside, Asked, Choice, Chosen, Close, Command, Meaning, Unclear
from bot.replies.reader import Replies

__all__ = ["Aside", "Asked", "Choice", "Chosen", "Close", "Command", "Meaning", "Replies", "Unclear"]
