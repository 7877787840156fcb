"""Whether a message is in a language that Firstline does not read. Pure."""

import re


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


# Small words of German, French, Spanish, Italian, Dutch, Portuguese, Swedish and Polish that are no English words.
OTHERS = _words("""
    ich mein meine nicht und ist das der wie wir kann mit für auf auch sich ein eine keine bitte warum
    je mon mes est pas les une avec pour dans comment pourquoi depuis très mais
    una está con por para cómo qué porque desde muy pero puedo
    il gli mio non che è sono perché della più
    ik niet mijn het een hoe waarom maar van
    não meu minha uma como está estou
    jag inte min är hur och det på
    nie mój jest się jak mam czy
""")
# Small words that an English message of some length has; "a" and "in" are other languages' as well.
ENGLISH = _words("""
    the is are my your what how could does did we they i'm it's this that with from of to and when where who why have
    has i you it can do for not on
""")
FEW = 2
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_LATIN = "\u0250"  # the first letter behind those of languages written in Latin letters


def is_foreign(text: str) -> bool:
    """Whether a text is clearly not English: in other letters, or with other small words and no English one.

    Beside a small word, one with an accent counts as another.
    """
    words = [word.replace("’", "'").lower() for word in _WORD.findall(text)]
    letters = "".join(words)
    if sum(letter >= _LATIN for letter in letters) > len(letters) / 2: return True
    if ENGLISH.intersection(words) or not OTHERS.intersection(words): return False
    return sum(word in OTHERS or not word.isascii() for word in words) >= FEW
