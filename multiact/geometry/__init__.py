"""The loss as a function of the weights: curvature, landscapes, tangent kernels."""
