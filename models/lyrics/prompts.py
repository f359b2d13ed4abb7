"""What the language model reads before a line: songs written for this purpose, then the song so far."""

from __future__ import annotations

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
"""Two songs by the makers of Hibari, in the shape that every prompt goes on with."""


def song_prompt(title: str, theme: str, sections: list[tuple[str, list[str]]], heading: str) -> str:
    """The examples, the song's own head, the sections already written, and the heading of the one to write.

    `title` may be empty. Each section is its heading and its lines; `heading` is `Verse 1`, `Chorus` and the like.
    """
    head = (f"Song: {title}\n" if title else "") + f"About: {theme}\n\n"
    written = "".join(f"[{name}]\n" + "".join(f"{line}\n" for line in lines) + "\n" for name, lines in sections)
    return f"{EXAMPLES}{head}{written}[{heading}]\n"
