"""Checkpoints from outside, read without running anything that is stored in them.

A pickle is a program for a small stack machine, and Python's own machine lets it call whatever it names. The machine
here (`machine`) is another: it knows no function at all. A name in the stream is looked up in a table of what
checkpoints of weights are made of (`allowed`), each with a builder of ours that makes an inert record; anything else
ends the reading. Sizes, counts, depth and time are bounded before memory is asked for.
"""
