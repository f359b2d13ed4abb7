"""Words: a language model, the sounds of English, rhyme, and a lyricist who uses them."""
