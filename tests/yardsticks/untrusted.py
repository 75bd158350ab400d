"""No code from data: nothing that a file, a name or a configuration says is ever run."""

import ast

from tests.yardsticks import Sources, parse

MODULES = {"pickle", "dill", "cloudpickle", "marshal", "shelve", "joblib", "yaml"}
CALLS = {"eval", "exec", "compile", "__import__", "os.system", "os.popen"}
CALLS |= {f"builtins.{name}" for name in ("eval", "exec", "compile")}
#: (file, call or module): why it may
ALLOWED = {
    ("multiact/calculus/program.py", "exec"): "source printed from a graph; names are checked",
    ("multiact/calculus/program.py", "compile"): "the same, so that tracebacks show it",
    ("multiact/experiments/sweep.py", "joblib"): "sends runs to its own workers, reads no file",
}
SAFE = {"allow_pickle": False, "weights_only": True, "shell": False}


def check_no_code_from_data(sources: Sources) -> list[str]:
    """Look at every import, call and keyword that could run what it is given."""
    faults = []
    for path, tree in parse(sources):
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                used = [a.name for a in node.names]
            elif isinstance(node, ast.ImportFrom):
                used = [node.module or ""]
            else:
                used = []
            faults += [
                f"{path}:{node.lineno} imports {u}"
                for u in used
                if u.split(".")[0] in MODULES and (path, u.split(".")[0]) not in ALLOWED
            ]
            if isinstance(node, ast.Call):
                faults += [f"{path}:{node.lineno} {fault}" for fault in _faults(path, node)]
    return faults


def _faults(path: str, node: ast.Call) -> list[str]:
    whole = ast.unparse(node.func)
    found = []
    if whole in CALLS and (path, whole) not in ALLOWED:
        found.append(f"calls {whole}")
    keywords = {k.arg: getattr(k.value, "value", None) for k in node.keywords}
    found += [
        f"sets {k}={keywords[k]}" for k, safe in SAFE.items() if keywords.get(k, safe) is not safe
    ]
    if whole in ("np.load", "numpy.load") and keywords.get("allow_pickle") is not False:
        found.append("loads without allow_pickle=False")
    if whole == "torch.load" and keywords.get("weights_only") is not True:
        found.append("loads without weights_only=True")
    return found
