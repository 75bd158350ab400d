"""Wrong calls of the core: declarations, arguments, derivatives, modules, kernels."""
# ruff: noqa: E501  one wrong call a line

from __future__ import annotations

import os
from types import SimpleNamespace
from typing import Annotated, Any, Literal

import numpy as np

import multiact
from multiact import kernels, special
from multiact.adapters.configuration import configure
from multiact.calculus.derivative import derivative
from multiact.calculus.program import Inputs
from multiact.calculus.tracing import Expr, call, symbol
from multiact.declare.activation import Activation
from multiact.declare.initializers import rational_part
from multiact.explorer.javascript import function
from multiact.kernels import c_source, cache, triton_source
from multiact.kernels.c_source import Loop
from multiact.kernels.triton_source import DeviceLoop
from multiact.parameters import Learnable, Name, Positive, Running, Shaped, zeros
from tests.errors import Case

X = np.asarray([-1.0, 0.5, 2.0])


def stated() -> None:
    """What `doctor` says of the cache."""
    raise AssertionError(cache.state())


def declare(body: str, arguments: str = "x, /, *, xp", name: str = "planted", **facts: Any) -> Any:
    """Declare a formula from text."""
    scope: dict[str, Any] = {"Learnable": Learnable, "Positive": Positive, "np": np}
    scope |= {"Literal": Literal, "Name": Name, "Running": Running, "Mean": Mean}
    scope["__name__"] = __name__
    exec(f"def {name}({arguments}):\n    return {body}", scope)
    return multiact.activation(scope[name], **facts)


Mean = Annotated[Any, Shaped(("channels",), {"zero": zeros})]


def two_noises() -> Any:
    """An activation with two noises."""
    noise = {"u": "uniform", "v": "normal"}
    return declare("x + u * v", "x, u, v, /, *, xp", noise=noise)


def with_options() -> Any:
    """An activation whose settings are no numbers."""
    options = "on: bool = True, side: Literal['left', 'right'] = 'left', base: Name = 'relu'"
    return declare("x", f"x, /, *, {options}, xp")


def wrong_statistics() -> Any:
    """A layer that measures what it did not declare."""
    arguments = "x, /, alpha: Learnable[Mean], mean: Running[Mean], *, xp"
    return declare("x", arguments, kind="layer", statistics=lambda x, xp: {"variance": x})


def apply(name: str, *args: Any, x: Any = X, **kwargs: Any) -> Any:
    """Call the activation itself, on an array."""
    return multiact.get(name)(x, *args, **kwargs)


def made(name: str, *args: Any, **kwargs: Any) -> Any:
    """A module's configuration."""
    return configure(multiact.get(name), args, kwargs)


def named(function: Any, name: str) -> Any:
    """The function with another name."""
    function.__name__ = name
    return function


IMAGES = np.ones((2, 4, 5, 5))
MOE = {"gate_weight": np.ones((2, 3)), "gate_bias": np.ones(3)}

DECLARATIONS = [
    ("kind", lambda _: declare("x", kind="elementwse"), ValueError, ("kind must be one of", "'elementwse'")),
    ("no function", lambda _: multiact.activation(print), TypeError, ("def f(x, /, *, xp)", "built-in function print")),
    ("no xp", lambda _: declare("x", "x, /"), TypeError, ("planted", "keyword argument xp")),
    ("no array", lambda _: declare("x", "x, *, xp"), TypeError, ("planted", "def planted(x, /, ...)")),
    ("array's name", lambda _: declare("z", "z, /, *, xp"), TypeError, ("planted", "def planted(x, /, ...)")),
    ("gate's names", lambda _: declare("x", kind="gated"), TypeError, ("def planted(a, b, /, ...)",)),
    ("taken", lambda _: declare("x", name="Talu"), ValueError, ("'talu'", "taken by", "another name")),
    ("lambda", lambda _: multiact.activation(lambda x, /, *, xp: x), ValueError, ("'<lambda>'", "Python name")),
    ("code", lambda _: multiact.activation(named(lambda x, /, *, xp: x, "f(x): import os #")), ValueError, ("Python name",)),
    ("class name", lambda _: declare("x", aliases=("a b",)), ValueError, ("planted", "'a b'")),
    ("keyword", lambda _: declare("x", aliases=("lambda",)), ValueError, ("planted", "'lambda'")),
    ("underscore", lambda _: declare("x * _g", "x, /, _g=1.0, *, xp"), ValueError, ("'_g'", "call it 'g'")),
    ("reserved", lambda _: declare("x * out", "x, /, out=1.0, *, xp"), ValueError, ("'out'", "call it 'out_value'")),
    ("element", lambda _: Activation("p", "P", "elementwise", len, ("x",), (*multiact.get("staf").parameters, SimpleNamespace(name="phase_0", shaped=None)), ()), ValueError, ("'phase_0'", "'phase'")),
    ("no array back", lambda _: declare("1.0")(X), TypeError, ("formula of planted", "got 1.0")),
    ("branch", lambda _: declare("x if x > 0 else -x")(X), TypeError, ("must not branch", "xp.where")),
    ("loop", lambda _: declare("sum(x)")(X), TypeError, ("one element at a time",)),
    ("array inside", lambda _: declare("x + [1]")(X), TypeError, ("list [1]", "use x and numbers")),
    ("operation", lambda _: declare("xp.matmul(x, x)")(X), AttributeError, ("xp.matmul", "xp.tanh")),
    ("no default", lambda _: declare("x * alpha", "x, /, alpha, *, xp"), TypeError, ("planted: alpha needs a number for its default", "alpha=1.0", "got none")),
    ("fact", lambda _: declare("x", kink=dict), TypeError, ("'kink'", "did you mean 'kinks'")),
    ("kinks", lambda _: declare("x", kinks={0: 1}), TypeError, ("planted: kinks must be a function", "lambda: {0: 1}", "got {0: 1}")),
    ("limits", lambda _: declare("x", limits=[0, None]), TypeError, ("planted: limits must be a pair", "(0, None)", "got [0, None]")),
    ("kink's parameter", lambda _: declare("x * alpha", "x, /, alpha=1.0, *, xp", kinks=lambda alhpa: {0: 1}), TypeError, ("planted, in 'kinks'", "'alhpa'", "did you mean 'alpha'")),
    ("noise", lambda _: declare("x", noise=3), TypeError, ("planted: noise must be a distribution or a mapping", "got 3")),
    ("noise's name", lambda _: declare("x", noise={"xp": "normal"}), ValueError, ("planted: noise cannot be called 'xp'", "call it 'xp_noise'")),
    ("distribution", lambda _: declare("x", noise="norml"), ValueError, ("planted: there is no noise 'norml'", "did you mean 'normal'")),
    ("noise's place", lambda _: declare("x", noise="normal"), TypeError, ("def planted(x, noise, /, ...)",)),
    ("surrogate", lambda _: declare("x", surrogate="x"), TypeError, ("planted: surrogate must be a formula", "got 'x'")),
    ("surrogate's parameter", lambda _: declare("x", surrogate=lambda x, alpha, xp: x), TypeError, ("planted, in 'surrogate'", "'alpha'")),
    ("evaluation", lambda _: declare("x", evaluation="noise"), TypeError, ("planted: evaluation is for formulas with noise",)),
    ("evaluation's word", lambda _: declare("x", "x, noise, /, *, xp", noise="normal", evaluation="mean"), TypeError, ('planted: evaluation must be "noise"', "'mean'")),
    ("statistics", lambda _: declare("x", statistics=3), TypeError, ("planted: statistics must be a function", "got 3")),
    ("nothing measured", lambda _: declare("x", "x, /, mean: Running[Mean], *, xp", kind="layer"), TypeError, ("Running parameters and statistics= belong together", "mean is Running")),
    ("nothing running", lambda _: declare("x", statistics=lambda x, xp: {}), TypeError, ("Running parameters and statistics= belong together", "no parameter is Running")),
    ("running number", lambda _: declare("x", "x, /, mean: Running[float] = 1.0, *, xp"), TypeError, ("planted: mean is Running", "Running[...]")),
    ("text", lambda _: declare("x", "x, /, *, mode: str = 'a', xp"), TypeError, ("mode: annotate it with its choices", "Literal")),
    ("no rule", lambda _: derivative(call("no_operation", symbol("x")), "x"), TypeError, ("'no_operation'",)),
]  # fmt: skip

SYMBOLS = [
    ("float", lambda _: declare("x * float(x)")(X), TypeError, ("float()", "use xp, as in xp.exp(x)")),
    ("asarray", lambda _: declare("np.asarray(x)")(X), TypeError, ("NumPy cannot compute with a symbolic array", "use xp instead of np")),
    ("function", lambda _: declare("np.where(x > 0, x, 0 * x)")(X), TypeError, ("np.where works on NumPy alone", "use xp instead of np")),
    ("ufunc", lambda _: declare("np.exp(x)")(X), TypeError, ("np.exp works on NumPy alone", "use xp instead of np")),
    ("method", lambda _: declare("x.tanh()")(X), AttributeError, ("no 'tanh'", "xp.tanh(x), not methods")),
    ("private", lambda _: declare("x._no")(X), AttributeError, ("_no",)),
]  # fmt: skip

ARGUMENTS = [
    ("too many", lambda _: apply("talu", 1.0, 2.0), TypeError, ("talu takes 1", "2 given")),
    ("unknown", lambda _: apply("talu", alhpa=1.0), TypeError, ("talu has no parameter 'alhpa'", "did you mean 'alpha'")),
    ("twice", lambda _: apply("talu", 1.0, alpha=1.0), TypeError, ("talu: alpha is given twice",)),
    ("missing", lambda _: apply("lin_comb"), TypeError, ("lin_comb: weights must be given",)),
    ("together", lambda _: apply("rrelu", lower=2.0, upper=1.0), ValueError, ("lower <= upper", "lower=2.0")),
    ("text", lambda _: apply("talu", "1"), TypeError, ("talu: alpha must be a number", "'1'")),
    ("none", lambda _: apply("talu", None), TypeError, ("talu: alpha must be a number", "None")),
    ("huge", lambda _: apply("relun", 10**400), ValueError, ("relun: n must be a number that a float can hold",)),
    ("negative", lambda _: apply("talu", -1.0), ValueError, ("talu: alpha must be greater than 0", "-1.0")),
    ("a number for a list", lambda _: apply("lin_comb", 3.0), TypeError, ("lin_comb: weights must be", "3.0")),
    ("words", lambda _: apply("lin_comb", np.ones(4), functions="relu"), TypeError, ("functions must be a list of names", "'relu'")),
    ("no axes", lambda _: apply("lin_comb", np.ones(())), ValueError, ("lin_comb: weights must be an array of coefficients", "one number")),
    ("axes of a list", lambda _: apply("lin_comb", np.ones((4, 2))), ValueError, ("weights of shape (2,)", "array of shape (3,)")),
    ("one of a pair", lambda _: apply("silu_mul"), TypeError, ("silu_mul takes two arrays, a and b, got one",)),
    ("another shape", lambda _: apply("silu_mul", X[:2]), ValueError, ("silu_mul: b must have shape (3,)", "got (2,)")),
    ("another dtype", lambda _: apply("silu_mul", X.astype("float32")), TypeError, ("silu_mul: b must have the dtype of a, float64", "float32")),
    ("noise", lambda _: apply("rrelu", noise=0.5), TypeError, ("rrelu: noise must be an array in the shape", "float")),
    ("some noise", lambda _: two_noises()(X, u=X), TypeError, ("planted: v must be given, too", "u, v")),
    ("flag", lambda _: with_options()(X, on=1), TypeError, ("planted: on must be True or False", "got 1")),
    ("no word", lambda _: with_options()(X, side=1), TypeError, ("planted: side must be one of 'left', 'right'", "got 1")),
    ("word", lambda _: with_options()(X, side="up"), ValueError, ("planted: side must be one of 'left', 'right'", "'up'")),
    ("half", lambda _: apply("glu", x=np.ones(4), gate="frist"), ValueError, ("glu: gate must be one of 'first', 'second'", "'frist'")),
    ("no name", lambda _: with_options()(X, base=3), TypeError, ("planted: base must be the name of an activation", "3")),
    ("name", lambda _: with_options()(X, base="mihs"), LookupError, ("planted: base", "did you mean 'mish'")),
    ("names", lambda _: apply("lin_comb", np.ones(1), functions=("mihs",)), LookupError, ("lin_comb: functions", "did you mean 'mish'")),
    ("meta_acon", lambda _: apply("meta_acon", *(np.ones(s) for s in ((3,), (3,), (3, 2), (2,), (2, 3), (3,))), x=np.ones((2, 4))), ValueError, ("meta_acon: axis 1 must hold 3 channels", "(2, 4)")),
    ("group_rational", lambda _: apply("group_rational", np.ones(3), np.ones((3, 2)), x=np.ones((2, 4))), ValueError, ("group_rational: axis 1 must hold a multiple of 3 channels", "(2, 4)")),
    ("kan_spline", lambda _: apply("kan_spline", np.ones(3)), ValueError, ("kan_spline: coefficients must be 4 or more, got 3",)),
    ("dice", lambda _: apply("dice", np.ones(3), x=np.ones((2, 4))), ValueError, ("dice: axis 1 must hold 3 channels", "(2, 4)")),
    ("statistics", lambda _: wrong_statistics()(X[:, None], np.ones(1)), TypeError, ("planted: statistics must return a mapping of mean", "got variance")),
    ("length", lambda _: apply("lin_comb", np.ones(3)), ValueError, ("weights must have shape (4,)", "(3,)")),
    ("few", lambda _: apply("bspline", np.ones(3)), ValueError, ("coefficients must be 4 or more", "3")),
    ("channels", lambda _: apply("talu", np.ones(4)), ValueError, ("alpha of shape (4,)", "must be 1 or 3")),
    ("axis", lambda _: apply("softmax", axis=3), ValueError, ("softmax: axis 3", "(3,)")),
    ("half axis", lambda _: apply("softmax", axis=0.5), ValueError, ("softmax: axis must be a whole number", "0.5")),
    ("axes", lambda _: apply("softmax", axis=(0, -1), x=X), ValueError, ("softmax: axis (0, -1)", "(3,)", "twice")),
    ("mask", lambda _: apply("softmax", where=True), TypeError, ("softmax: where must be an array of booleans", "True")),
    ("numbers for a mask", lambda _: apply("softmax", where=X), TypeError, ("softmax: where must be an array of booleans", "float64")),
    ("large mask", lambda _: apply("softmax", where=np.ones((1, 3), bool)), ValueError, ("softmax: where has shape (1, 3)", "more axes than (3,)")),
    ("approximation", lambda _: apply("gelu", approximate=True), TypeError, ("gelu has no parameter 'approximate'", "gelu_tanh")),
    ("dim", lambda _: apply("softmax", dim=1), TypeError, ("softmax has no parameter 'dim'", "did you mean 'axis'")),
    ("odd", lambda _: apply("glu"), ValueError, ("glu: the size of axis 0 must be even", "(3,)")),
    ("group", lambda _: apply("maxout", x=np.ones((2, 5))), ValueError, ("maxout", "multiple of size=2", "(2, 5)")),
    ("images", lambda _: apply("softmax2d"), ValueError, ("softmax2d takes arrays of 3 or 4 axes", "(3,)")),
    ("funnel", lambda _: apply("funnel_relu", np.ones((2, 3, 3)), x=IMAGES), ValueError, ("funnel_relu", "must hold 2", "(2, 4, 5, 5)")),
    ("features", lambda _: apply("moe", **MOE), ValueError, ("moe: gate_weight must have shape (3, 3)", "(2, 3)")),
    ("list", lambda _: apply("talu", x=[1.0]), TypeError, ("array-API library", "got list", "multiact_numpy")),
    ("integers", lambda _: apply("talu", x=np.ones(3, int)), TypeError, ("talu: x must have", "int64", "float32")),
    ("wide", lambda _: apply("talu", x=np.ones(3, np.longdouble)), TypeError, ("16, 32 or 64 bits", "float64")),
    ("operands", lambda _: special.erf(X, X), TypeError, ("erf takes 1 operands, 2 given",)),
    ("knots", lambda _: special.piecewise_linear(X, [0.0, 1.0], [1.0], xp=np), ValueError, ("piecewise_linear needs a value for each", "got 2 knots and 1 values")),
    ("falling", lambda _: special.piecewise_linear(X, [1.0, 0.0], [1.0, 2.0], xp=np), ValueError, ("piecewise_linear: knots must rise", "got 1.0 and then 0.0")),
    ("attribute", lambda _: multiact.gett, AttributeError, ("'gett'", "did you mean 'get'")),
    ("special", lambda _: special.expti, AttributeError, ("multiact.special has no 'expti'", "did you mean 'expit'")),
    ("private", lambda _: multiact._no, AttributeError, ("_no",)),
]  # fmt: skip

SEARCHES = [
    ("name", lambda _: multiact.get("mihs"), LookupError, ("'mihs'", "did you mean 'mish'")),
    ("no name", lambda _: multiact.get({"alpha": 1.0}), TypeError, ("needs a 'name'", "alpha")),
    ("key", lambda _: multiact.get({"name": "talu", 1: 2}), TypeError, ("keys", "got 1")),
    ("number", lambda _: multiact.get(3), TypeError, ("a name, a mapping or an activation", "int")),
    ("kind", lambda _: multiact.names(kind="gatd"), ValueError, ("kind 'gatd'", "did you mean 'gated'")),
    ("filter", lambda _: multiact.names(monoton=True), TypeError, ("names has no filter 'monoton'", "did you mean 'monotone'")),
    ("yes or no", lambda _: multiact.names(odd=1), TypeError, ("odd must be True or False", "got 1")),
    ("year", lambda _: multiact.names(year="2017"), TypeError, ("year must be a year or two", "'2017'")),
    ("cost type", lambda _: multiact.names(max_cost="2"), TypeError, ("max_cost must be a number", "'2'")),
    ("cost", lambda _: multiact.names(max_cost=0), ValueError, ("max_cost must be positive", "got 0")),
    ("library", lambda _: multiact.names(library="troch"), ValueError, ("'troch'", "did you mean 'torch'")),
    ("order", lambda _: multiact.derivative("talu", order=-1), ValueError, ("order must be 0 or more", "-1")),
    ("orders", lambda _: multiact.derivative("talu", order=2, wrt=("x", "alpha")), ValueError, ("order must be 1", "2")),
    ("variable", lambda _: multiact.derivative("talu", wrt="alhpa"), ValueError, ("'alhpa'", "did you mean 'alpha'")),
    ("vectors", lambda _: multiact.derivative("staf", wrt=("phase", "phase")), ValueError, ("staf", "at most once")),
    ("relatives", lambda _: multiact.relatives("softmax"), TypeError, ("softmax", "not compared with others")),
    ("whole", lambda _: multiact.derivative("softmax"), TypeError, ("softmax mixes", "torch.autograd")),
    ("graph", lambda _: multiact.get("softmax").expression(multiact.get("softmax").specialization()), TypeError, ("softmax mixes",)),
    ("engine", lambda _: kernels.use_engine("fast").__enter__(), ValueError, ("'fast'", "'native'")),
    ("no C", lambda _: Loop((without_c(),), Inputs(("x",)), (), "float32").source(), NotImplementedError, ("no_operation",)),
    ("too much C", lambda p: (p.patch.setattr(c_source, "TOO_LARGE", 1), Loop((symbol("x") * symbol("x") + 1.0,), Inputs(("x",)), (), "float32").source()), NotImplementedError, ("4 operations are too many",)),
    ("no JavaScript", lambda _: function([without_c()], Inputs(("x",))), NotImplementedError, ("no JavaScript form of no_operation",)),
    ("no Triton", lambda _: DeviceLoop((call("atan2", symbol("x"), symbol("x")),), Inputs(("x",)), (), "float32", ()).source, NotImplementedError, ("no Triton form of atan2",)),
    ("too much Triton", lambda p: (p.patch.setattr(triton_source, "TOO_LARGE", 1), DeviceLoop((symbol("x") * symbol("x") + symbol("x") / 3,), Inputs(("x",)), (), "float32", ()).source), NotImplementedError, ("operations are too many",)),
    ("cache", lambda p: (p.patch.setenv("MULTIACT_CACHE", str(p.folder)), p.folder.chmod(0o777), cache.usable_folder()), PermissionError, ("written by others",)),
    ("cache's folder", lambda p: ((p.folder / "c").mkdir(0o700), p.patch.setenv("MULTIACT_CACHE", str(p.folder / "c")), p.folder.chmod(0o777), cache.usable_folder()), PermissionError, ("which holds the cache", "written by others")),
    ("dollar", lambda p: (p.patch.setenv("MULTIACT_CACHE", f"{p.folder}/$LIB"), cache.usable_folder()), PermissionError, ("$LIB has a $",)),
    ("noexec", lambda p: (p.patch.setenv("MULTIACT_CACHE", str(p.folder)), p.folder.chmod(0o700), p.patch.setattr("os.statvfs", lambda _: SimpleNamespace(f_flag=os.ST_NOEXEC)), cache.usable_folder()), PermissionError, ("noexec",)),
    ("read-only", lambda p: (p.folder.chmod(0o700), p.patch.setenv("MULTIACT_CACHE", str(p.folder)), p.patch.setattr("os.access", lambda *_: False), stated()), AssertionError, ("cannot be used", "is read-only")),
    ("noise's shape", lambda _: multiact.get("rrelu")(X, noise=np.ones((2, *X.shape))), ValueError, ("rrelu: noise must have shape", "as the first array")),
    ("complex", lambda _: multiact.get("prelu")(X, 1j * X), TypeError, ("prelu: weight must hold real numbers", "complex128")),
    ("masked", lambda _: multiact.get("prelu")(X, np.ma.masked_array(X)), TypeError, ("prelu: weight is a masked array", "weight.data")),
    ("home", lambda p: (p.patch.setattr("os.path.expanduser", str), [p.patch.delenv(n, False) for n in ("MULTIACT_CACHE", "XDG_CACHE_HOME")], cache.cache_folder()), FileNotFoundError, ("no home", "MULTIACT_CACHE")),
]  # fmt: skip


def without_c() -> Expr:
    """A node that no printer knows."""
    return call("no_operation", symbol("x"))


MODULES = [
    ("option", lambda _: made("talu", lernable=()), TypeError, ("TaLU", "'lernable'", "did you mean 'learnable'")),
    ("too many", lambda _: made("talu", 1.0, 2.0), TypeError, ("TaLU: too many positional",)),
    ("start", lambda _: made("staf", initialisation="papr"), ValueError, ("STAF: initialisation", "paper, book", "'papr'")),
    ("starts", lambda _: made("staf", initialisation={"amplitud": "book"}), ValueError, ("STAF: initialisation of 'amplitud'", "did you mean 'amplitude'")),
    ("one start", lambda _: made("staf", initialisation={"amplitude": "bok"}), ValueError, ("STAF: initialisation of amplitude", "paper, book", "'bok'")),
    ("momentum", lambda _: made("dice", 3, momentum=2), ValueError, ("Dice: momentum must be a number between 0 and 1", "got 2")),
    ("running", lambda _: made("dice", 3, learnable=("running_var",)), ValueError, ("Dice: learnable names 'running_var'", "'alpha'")),
    ("learnable text", lambda _: made("talu", learnable="alpha"), TypeError, ("TaLU: learnable must be a tuple", "learnable=('alpha',)", "got 'alpha'")),
    ("learnable number", lambda _: made("talu", learnable=3), TypeError, ("TaLU: learnable must be a tuple", "3")),
    ("learnable name", lambda _: made("talu", learnable=("beta",)), ValueError, ("learnable names 'beta'", "'alpha'")),
    ("channels", lambda _: made("talu", channels=0), ValueError, ("TaLU: channels must be", "got 0")),
    ("nothing learned", lambda _: made("talu", channels=3, learnable=()), ValueError, ("TaLU: channels=3 needs",)),
    ("array", lambda _: made("talu", np.ones(3)), ValueError, ("TaLU: alpha has shape (3,), not ()", "channels=n")),
    ("array not kept", lambda _: made("lin_comb", weights=np.ones(4)).without_arrays().start("weights", None, np), ValueError, ("LinComb", "weights started from is not kept")),
    ("size", lambda _: made("moe", 0), ValueError, ("MoE: features must be a whole number", "got 0")),
    ("no axis", lambda _: made("talu", channels=3).broadcast("alpha", np.ones(3), 1), ValueError, ("TaLU", "1 axes", "axis 1", "3 channels")),
    ("few terms", lambda _: rational_part(0)["relu"]((3,), None, np), ValueError, ("'relu'", "6", "3")),
]  # fmt: skip

CASES = [
    Case(f"{group}: {label}", *rest)
    for group, cases in [
        ("declaration", DECLARATIONS),
        ("symbol", SYMBOLS),
        ("argument", ARGUMENTS),
        ("search", SEARCHES),
        ("module", MODULES),
    ]
    for label, *rest in cases
]
