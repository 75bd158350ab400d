"""TensorFlow Addons: `tfa.activations`."""

from multiact.libraries import Table

TABLE = Table(
    title="tfa.activations",
    version="0.23",
    source="https://www.tensorflow.org/addons/api_docs/python/tfa/activations",
    names={
        "gelu": "gelu_tanh",
        "hardshrink": "hardshrink",
        "lisht": "lisht",
        "mish": "mish",
        "rrelu": "rrelu",
        "snake": "snake",
        "softshrink": "softshrink",
        "sparsemax": "sparsemax",
        "tanhshrink": "tanhshrink",
    },
    notes={
        "gelu": "GELU's approximation by tanh unless `approximate=False`, unlike tf.nn.gelu",
        "snake": "our `alpha` is its `frequency`",
    },
)
