"""Write docs/names.md: python -m tests.libraries."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from multiact.libraries import REQUIRED, Table, libraries, table

PAGE = Path(__file__).parents[2] / "docs" / "names.md"

_HEAD = """\
# Names and configurations

`create` makes a function or a module from what stands in a configuration file. Every adapter has
it; `multiact.get` takes the same names and returns the record.

```pycon
>>> import multiact_torch as mt
>>> mt.create("talu", alpha=0.5)
TaLU(alpha=0.5, learnable=('alpha',))
>>> mt.create({"name": "talu", "alpha": 0.5, "channels": 3})
TaLU(alpha=0.5, learnable=('alpha',), channels=3, axis=1)
>>> mt.create(None)
Identity(learnable=())

```

A class is called, one of our functions stands for its activation, and any other callable is
returned as it is, so that a model may take `act=...` from its users.

`config` is the way back. The mapping has the numbers that a module started with, as the
constructor takes them; trained ones are its state. JSON and YAML can hold it.

```pycon
>>> import json
>>> stored = json.dumps(mt.create("swish", beta=1.5).config())
>>> stored
'{"name": "swish", "beta": 1.5, "learnable": []}'
>>> import multiact_flax as mf
>>> mf.create(json.loads(stored)).configuration
Swish(beta=1.5, learnable=())

```

`multiact_numpy.create` and `multiact_jax.create` return functions with the parameters bound.

```pycon
>>> import multiact_numpy as mn
>>> mn.create("keras:leaky_relu")([-1.0, 2.0]).tolist()
[-0.2, 2.0]

```

## In the builders of other packages

timm and torchvision take a class, transformers a name from its dictionary, which takes classes:

```python
# models.py
import multiact_torch as mt
import timm
from transformers import BertConfig
from transformers.activations import ACT2FN

vit = timm.create_model("vit_tiny_patch16_224", act_layer=mt.TaLU)
ACT2FN["talu"] = mt.TaLU
config = BertConfig(hidden_act="talu")
```

timm's residual networks and torchvision's `ConvNormActivation` pass `inplace=True`. All of
transformers' own activations can be replaced by those of the same names here:

```python
# replaced.py
from functools import partial

import multiact
import multiact_torch as mt
from transformers.activations import ACT2FN

for spec in multiact.names_of("transformers"):
    ACT2FN[spec.removeprefix("transformers:")] = partial(mt.create, spec)
```

## Names of other libraries

The same word means different functions: `leaky_relu` has the slope 0.01 in PyTorch and 0.2 in
Keras, `gelu` is exact in PyTorch and approximated by tanh in JAX, SwiGLU's gate is its first half
in vLLM and its second one in diffusers. With a library in front, a name means what it means there:

```pycon
>>> import multiact
>>> multiact.get("jax:gelu")
<activation gelu_tanh()>
>>> multiact.names_of("onnxruntime")
['onnxruntime:FastGelu', 'onnxruntime:QuickGelu']
>>> multiact.get("keras:threshold")
Traceback (most recent call last):
TypeError: keras:threshold: keras.activations has no default for threshold and value; give them
>>> multiact.get("vllm:swigluoai")
Traceback (most recent call last):
LookupError: vllm:swigluoai stands for no activation: `swiglu_oai` of interleaved halves, \
x[..., ::2] and x[..., 1::2]

```

The values are those parameters whose defaults differ from ours; `?` must be given, because the
library has no default. Parameters have our names. The tables are written by
`python -m tests.libraries`; `tests/libraries` compares every name with the library's definition,
and `nox -s libraries` with the library itself where it can be installed.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([_HEAD, *(line for library in libraries() for line in _section(library))])


def _section(library: str) -> Iterator[str]:
    names = table(library)
    count, refused = len(names.names), len(names.refused)
    yield f"## {library}"
    yield ""
    yield f"[{names.title}]({names.source}) {names.version}: {count} names" + (
        f", {refused} refused." if refused else "."
    )
    yield ""
    yield "| name | here | |"
    yield "|---|---|---|"
    yield from (f"| `{name}` | {_meaning(names, name)} |" for name in names.names)
    yield from (f"| `{name}` | - | {reason} |" for name, reason in names.refused.items())
    yield ""


def _meaning(names: Table, name: str) -> str:
    values = names.configuration(name)
    key = values.pop("name")
    arguments = ", ".join(
        f"{n}={'?' if v is REQUIRED else json.dumps(v).replace('null', 'None')}"
        for n, v in values.items()
    )
    return f"`{key}({arguments})` | {names.notes.get(name, '')}".rstrip()


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
