"""TensorFlow 2: `tf.nn`."""

from multiact.libraries import Table

TABLE = Table(
    title="tf.nn",
    version="2.16",
    source="https://www.tensorflow.org/api_docs/python/tf/nn",
    names={
        "crelu": {"name": "crelu", "axis": -1},
        "elu": "elu",
        "gelu": "gelu",
        "leaky_relu": {"name": "leaky_relu", "negative_slope": 0.2},
        "log_softmax": "log_softmax",
        "relu": "relu",
        "relu6": "relu6",
        "selu": "selu",
        "sigmoid": "sigmoid",
        "silu": "silu",
        "softmax": "softmax",
        "softplus": "softplus",
        "softsign": "softsign",
        "swish": "silu",
        "tanh": "tanh",
    },
    notes={"swish": "with `beta`, it is our `swish`"},
)
