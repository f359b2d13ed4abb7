"""Words that no song says unless a person wrote it: a short list, matched whole.

The list holds slurs, sexual vulgarity and strong profanity: what would keep a song off a radio or out of a shop. It
is matched against whole words with their common endings, so that 'cockerel' and 'Scunthorpe' pass. Mild words
(hell, damn) are left to taste, and so are subjects: a song may speak of death, drink or sorrow.
"""

from __future__ import annotations

import re

_STEMS_TEXT = """
    anal anus arse arsehole ass asses asshole bastard bitch blowjob bollock boner boob bugger bullshit butthole
    clit cock coon crap cum cunt dick dickhead dildo dyke fag faggot fuck fucker gangbang gook hooker horny jizz
    kike masturbate milf motherfucker nigga nigger nude orgasm orgy paki penis piss poop porn porno prick pube
    pussy queer rape raped rapist retard rimjob scrotum semen sex sexual sexually sexy shag shit shitty slut
    smut spic spunk tit tits titties tranny turd twat vagina wank wanker wetback whore nazi hitler holocaust
    suicide suicidal genocide
"""
_STEMS = frozenset(_STEMS_TEXT.split())
_ENDINGS = ("", "s", "es", "ed", "ing", "in", "er", "ers", "y", "'s")
_WORD = re.compile(r"[a-z']+")


def is_profane(word: str) -> bool:
    """Whether a word, in any case, is on the list, as it is or with a common ending."""
    plain = word.lower().replace("’", "'").strip("'")
    return any(
        plain.endswith(ending) and plain[: len(plain) - len(ending)] in _STEMS
        for ending in _ENDINGS
        if len(plain) > len(ending)
    )


def profane_words(text: str) -> list[str]:
    """The words of a text that are on the list, in order."""
    return [word for word in _WORD.findall(text.lower().replace("’", "'")) if is_profane(word)]
