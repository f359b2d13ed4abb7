"""What the language model reads before a line: what is asked, and the song so far."""

from __future__ import annotations

import re

EXAMPLES = """\
Song: Paper Boats
About: two children by a river, and growing up

[Verse 1]
We folded boats from yesterday
And set them on the stream
You said the sea was far away
And closer than it seemed

[Chorus]
Carry me, carry me down
Past the lights of the town
All that we lost will be found
Carry me, carry me down

[Verse 2]
Now I am older than the trees
That held us in the shade
I still send letters on the breeze
And boats that we once made

Song: The Night Bus
About: going home alone after a long shift

[Verse 1]
My shoes are wet, the street is blue
The windows hum along
The driver hums a tune he knew
And no one minds it's wrong

[Chorus]
Take me home, the night is long
Take me where the lamp is on
Someone left the door ajar
I can see it from afar

[Verse 2]
A girl is sleeping on her bag
A man counts out his change
The city waves a yellow flag
And nothing here is strange

"""
"""Two songs written for Hibari: the shape a model without a chat form is to go on with."""


_CONTROL = re.compile(r"<\|[^|>]*\|>|[<>\[\]{}|]|\s+")


def song_prompt(
    title: str, theme: str, sections: list[tuple[str, list[str]]], heading: str, *, chat: bool = False
) -> str:
    """The text a section's lines follow on: the request, the sections already written, the heading of this one.

    `title` may be empty. Each section is its heading and its lines; `heading` is `Verse 1`, `Chorus` and the like. With
    `chat` the request is put in ChatML, for models tuned to it; without, two example songs show what is wanted.
    """
    theme, title = _plain(theme), _plain(title)
    written = "".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) + "\n" for name, lines in sections)
    if not chat:
        head = (f"Song: {title}\n" if title else "") + f"About: {theme}\n\n"
        return f"{EXAMPLES}{head}{written}[{heading}]\n"
    request = (
        f"Write the lyrics of a song about {theme}. Use simple, short lines with images and everyday words. "
        "Tell a story with people, places and things you can see."
    )
    head = f"Title: {title}\n\n" if title else ""
    return (
        "<|im_start|>system\nYou are a songwriter who writes simple, vivid lyrics.<|im_end|>\n"
        f"<|im_start|>user\n{request}<|im_end|>\n<|im_start|>assistant\n{head}{written}[{heading}]\n"
    )


def _plain(text: str) -> str:
    """Text without what a chat form or a section tag would be read as."""
    return _CONTROL.sub(" ", text).strip()
