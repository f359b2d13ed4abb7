"""From brief to plan: the album's arc, each song's form, key, tempo, syllables and rhymes. Rules and a seed only."""
