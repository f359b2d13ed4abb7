"""The singer: a lead sheet goes in, a sung voice comes out, with the time of every syllable."""
