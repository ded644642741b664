"""Words at the edge: a code and its parameters become a sentence in the reader's language."""

from dougong.words.entries import LANGUAGES, keys
from dougong.words.sentences import remedy, say, sentence, title

__all__ = ["LANGUAGES", "keys", "remedy", "say", "sentence", "title"]
