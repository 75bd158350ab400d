"""Relations of activations: which coincide, and how far the others are from each other."""

from multiact.relations.answer import Relatives, relatives
from multiact.relations.distances import Distance, Neighbour
from multiact.relations.relation import Relation

__all__ = ["Distance", "Neighbour", "Relation", "Relatives", "relatives"]
