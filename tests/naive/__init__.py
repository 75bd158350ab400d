"""Is a formula enough?  Activations written as their papers write them, judged independently.

`corpus` holds the formulas, `judge` the verdict, and between them stands an evaluation of the
formula's own text in interval arithmetic (`intervals`, `jets`, `namespace`, `truth`), which knows
nothing of the package.  `python -m tests.naive` prints the share that is right.
"""
