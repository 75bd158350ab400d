"""What a network's activations do with data: dead and saturated units, histograms, norms."""
