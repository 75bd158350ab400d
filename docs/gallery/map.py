"""
A map of activations
====================

Near each other are activations that are alike after the best factors and shifts; colours are
families, lines join those that coincide. These are the activations of PyTorch; ``multiact map``
draws the whole catalogue.
"""

import multiact
from multiact.relations.atlas import atlas
from multiact.relations.curves import Curve
from multiact.relations.drawing import draw

names = multiact.names(kind="elementwise", library="torch")
figure = draw(atlas([Curve(multiact.get(name)) for name in names]))
figure.savefig("map.png", dpi=150)
