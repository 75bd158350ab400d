#!/usr/bin/env python3
# /// script
# dependencies = ["nox>=2025.5"]
# ///
"""All checks, as nox sessions: `nox -l` lists them; arguments after `--` go to the tool.

The sessions use plain venv and pip with constraints.txt, so that they are reproducible.
"""

import os
import re
import shutil
import tempfile
from pathlib import Path

import nox

nox.needs_version = ">=2025.5"
nox.options.default_venv_backend = "venv"

PROJECT = nox.project.load_toml("pyproject.toml")
BACKENDS = ["backends/multiact_numpy", "backends/multiact_torch"]
BACKENDS += ["backends/multiact_jax", "backends/multiact_flax", "backends/multiact_pytest"]
PYTEST = ["python", "-m", "pytest", "-n", "2"]
OTHER_LIBRARIES = "diffusers keras mlx mlx-cpu timm tinygrad torchvision transformers".split()
ONE_THREAD = {"OMP_NUM_THREADS": "1"}  # one per worker, or they would compete for the cores


def install(session: nox.Session, *groups: str, extras: str = "", project: bool = True) -> None:
    """Install the project (editable) and dependency groups, without pip's support for groups."""
    requirements = nox.project.dependency_groups(PROJECT, *groups)
    editable = ["-e", f".[{extras}]" if extras else "."] if project else []
    session.install("-c", "constraints.txt", *editable, *requirements)


def run_tests(session: nox.Session, *selection: str, extras: str = "") -> None:
    """Run pytest; tests of frameworks that are not installed are reported as skipped."""
    install(session, "test", extras=extras)
    session.run(*PYTEST, *selection, *session.posargs, env=ONE_THREAD)


@nox.session
def lint(session: nox.Session) -> None:
    """Check style, spelling, docstrings, and the structure of the repository."""
    install(session, "lint", project=False)
    session.run("ruff", "format", "--check", ".")
    session.run("ruff", "check", ".")
    session.run("typos")
    files = [
        str(f)
        for root in ("multiact", "tools", *BACKENDS)
        for f in sorted(Path(root).rglob("*.py"))
    ]
    session.run("numpydoc", "lint", *files)
    session.run("repo-review", ".")


@nox.session
def types(session: nox.Session) -> None:
    """Check the types, with all frameworks installed for their annotations."""
    install(session, "types", extras="all")
    session.run("mypy", *session.posargs)


@nox.session(name="tests-core")
def tests_core(session: nox.Session) -> None:
    """Run all tests with NumPy only."""
    run_tests(session)


@nox.session(name="tests-torch")
def tests_torch(session: nox.Session) -> None:
    """Run all tests with PyTorch."""
    run_tests(session, extras="torch,onnx")


@nox.session(name="tests-jax")
def tests_jax(session: nox.Session) -> None:
    """Run all tests with JAX and Flax."""
    run_tests(session, extras="flax,experiments")


@nox.session
def equivalence(session: nox.Session) -> None:
    """Compare the backends with each other, and transfer parameters between them."""
    run_tests(session, "tests/battery", "tests/portability", extras="all")


@nox.session(name="gpu-interpret", default=False)
def gpu_interpret(session: nox.Session) -> None:
    """Run the kernels for GPUs by Triton's interpreter, of every activation, without a GPU."""
    install(session, "test", extras="torch")
    env = {**ONE_THREAD, "TRITON_INTERPRET": "1"}
    session.run(*PYTEST, "tests/gpu", *session.posargs, env=env)


@nox.session(name="gpu-compile", default=False)
def gpu_compile(session: nox.Session) -> None:
    """Compile the kernels of every activation for four GPUs, without one."""
    install(session, "test", extras="torch")
    env = {**ONE_THREAD, "MULTIACT_GPU_COMPILE": "all"}
    session.run(*PYTEST, "tests/gpu/test_compiled.py", *session.posargs, env=env)


@nox.session(default=False)
def everything(session: nox.Session) -> None:
    """Run the tests of machinery with every activation, not with representatives alone."""
    install(session, "test", extras="all")
    env = {**ONE_THREAD, "MULTIACT_EVERYTHING": "1"}
    session.run(*PYTEST, *session.posargs, env=env)


@nox.session(default=False)
def many(session: nox.Session) -> None:
    """Run all tests with hundreds of activations more: `nox -s many -- 350`."""
    install(session, "test", extras="all")
    with tempfile.TemporaryDirectory() as scratch:  # outside the tree, as a checkout is
        folder = Path(scratch).resolve() / "copy"
        session.run("python", "-m", "tools.many", str(folder), *session.posargs)
        session.chdir(folder)
        env = {**ONE_THREAD, "PYTHONPATH": f"{folder}:{folder / 'backends'}"}
        session.run(*PYTEST, "--durations=20", env=env)


@nox.session(default=False)
def accuracy(session: nox.Session) -> None:
    """Measure the errors against the oracles at 600 points: no goal may be missed."""
    install(session, "test", extras="all")
    env = {**ONE_THREAD, "MULTIACT_POINTS": "600"}
    session.run(*PYTEST, "tests/accuracy", *session.posargs, env=env)


@nox.session(default=False)
def naive(session: nox.Session) -> None:
    """Judge 500 formulas written as papers write them; fail if too few come out right."""
    install(session, "test")
    session.run("python", "-m", "tests.naive", *session.posargs, env=ONE_THREAD)


@nox.session(default=False)
def peers(session: nox.Session) -> None:
    """Cross-check other packages and update the tables of docs/crosscheck.md."""
    install(session, "test", extras="all")
    session.install("plotly")  # an undeclared dependency of torch-activation
    session.install("--no-deps", "torch-activation==1.0.0")
    session.run("python", "-m", "tests.peers", *session.posargs, env=ONE_THREAD)


@nox.session(default=False)
def upstream(session: nox.Session) -> None:
    """Run the tests of PyTorch, JAX, Keras and ONNX on the functions that we share with them."""
    install(session, "test", extras="torch,jax,onnx")
    session.install("-c", "constraints.txt", "keras")
    env = {**ONE_THREAD, "MULTIACT_EVERYTHING": "1"}
    env["MULTIACT_NN_TEST"] = os.environ.get("MULTIACT_NN_TEST", "")
    if not env["MULTIACT_NN_TEST"]:  # JAX's tests are in no package
        (version,) = re.findall(r"^jax==(.+)$", Path("constraints.txt").read_text(), re.MULTILINE)
        url = f"https://raw.githubusercontent.com/jax-ml/jax/jax-v{version}/tests/nn_test.py"
        env["MULTIACT_NN_TEST"] = str(Path(session.create_tmp()).resolve() / "nn_test.py")
        download = ["curl", "--fail", "--location", "--output", env["MULTIACT_NN_TEST"], url]
        session.run(*download, external=True)
    session.run(*PYTEST, "tests/upstream", *session.posargs, env=env)
    env["KERAS_BACKEND"] = "torch"
    session.run(*PYTEST, "tests/upstream/test_suites.py", "-k", "keras", *session.posargs, env=env)


@nox.session(default=False)
def libraries(session: nox.Session) -> None:
    """Compare names of other libraries with the libraries; build their models with ours."""
    install(session, "test", extras="all")
    session.install("-c", "constraints.txt", *OTHER_LIBRARIES)
    session.run(*PYTEST, "tests/libraries", *session.posargs, env=ONE_THREAD)
    keras = [*PYTEST, "tests/libraries", "-k", "keras"]
    session.run(*keras, *session.posargs, env={**ONE_THREAD, "KERAS_BACKEND": "torch"})


@nox.session(default=False)
def fuzz(session: nox.Session) -> None:
    """Search for failing inputs: sixty times as many as in the usual tests, new ones each time."""
    install(session, "test", extras="torch,jax,experiments")
    env = {**ONE_THREAD, "MULTIACT_PROFILE": "fuzz"}
    session.run(*PYTEST, "tests/fuzz", "tests/properties", *session.posargs, env=env)


@nox.session(default=False)
def doctest(session: nox.Session) -> None:
    """Run the examples of the docstrings and README.md."""
    install(session, "test", extras="all")
    files = ["multiact", *BACKENDS, "README.md"]
    session.run(*PYTEST, "--doctest-modules", "--doctest-glob=*.md", *files, *session.posargs)


@nox.session(default=False)
def yardsticks(session: nox.Session) -> None:
    """Measure the source code: sizes, imports, documentation."""
    install(session, "test")
    session.run("python", "-m", "pytest", "-q", "tests/yardsticks", *session.posargs)
    session.run("python", "-m", "tests.yardsticks")


@nox.session(name="bare-import", default=False)
def bare_import(session: nox.Session) -> None:
    """Fail if `import multiact` loads a framework or is slow."""
    install(session)
    session.run("python", "-m", "tests.helpers.bare_import")


@nox.session(default=False)
def stubs(session: nox.Session) -> None:
    """Rewrite the stubs, which installing the package writes too, and the page of references."""
    install(session)
    session.run("python", "-m", "tools.stubs")
    session.run("python", "-m", "tools.references")


@nox.session(default=False)
def bench(session: nox.Session) -> None:
    """Run the benchmarks in this session's environment, for `asv publish`: `-- --quick`."""
    install(session, "bench", extras="all")
    env = dict(ONE_THREAD)
    if "--quick" in session.posargs:
        env |= {"MULTIACT_BENCH_ACTIVATIONS": "talu", "MULTIACT_BENCH_SECONDS": "0.05"}
        env |= {"MULTIACT_BENCH_BACKENDS": "numpy,torch,jax.jit"}
        env |= {k: v for k, v in os.environ.items() if k in env}
    session.run("asv", "machine", "--yes")
    revision = session.run("git", "rev-parse", "HEAD", external=True, silent=True) or ""
    stored = f"--set-commit-hash={revision.strip()}"  # or asv keeps no results of this environment
    session.run("asv", "run", "--python=same", stored, "--show-stderr", *session.posargs, env=env)


@nox.session(name="bench-compare", default=False)
def bench_compare(session: nox.Session) -> None:
    """Fail if this tree is slower than a revision, beyond noise: `nox -s bench-compare -- REV`."""
    usage = "nox -s bench-compare -- REV [--rounds N] [--json FILE]"
    if {"-h", "--help"} & {*session.posargs}:
        session.log(usage)
        return
    if not session.posargs or session.posargs[0].startswith("-"):
        session.error(f"name a revision: {usage}")
    revision, *options = session.posargs
    install(session, extras="all")  # both revisions run with the dependencies of this one
    scratch = Path(session.create_tmp()).resolve()
    shutil.rmtree(scratch, ignore_errors=True)
    tree, old, new = (scratch / name for name in ("worktree", "old", "new"))
    session.run("git", "worktree", "prune", external=True)
    session.run("git", "worktree", "add", "--detach", str(tree), revision, external=True)
    try:
        for source, target in ((tree, old), (Path.cwd(), new)):
            session.install("--no-deps", "--target", str(target), str(source))
            shutil.copytree(source / "benchmarks", target / "benchmarks")
        env = {**ONE_THREAD, "MULTIACT_CACHE": str(scratch / "kernels")}
        session.run("python", "-m", "benchmarks.compare", *map(str, (old, new)), *options, env=env)
    finally:
        session.run("git", "worktree", "remove", "--force", str(tree), external=True)


def vendor_mathjax(session: nox.Session) -> None:
    """Bring MathJax by npm, if that is here, so that the pages need no network."""
    target = Path("docs/_mathjax")
    if target.exists() or not shutil.which("npm"):
        return
    scratch = Path(session.create_tmp()).resolve()
    pack = ["npm", "pack", "mathjax@3.2.2", "--pack-destination", str(scratch)]
    session.run(*pack, external=True, success_codes=[0, 1], silent=True)
    archive = scratch / "mathjax-3.2.2.tgz"
    if archive.exists():  # else there is no network, and readers take MathJax from theirs
        shutil.unpack_archive(archive, scratch, filter="data")
        target.mkdir()
        for file in ("es5/tex-svg.js", "LICENSE"):
            shutil.copy(scratch / "package" / file, target / f"mathjax-{Path(file).name}")


def publish_benchmarks(session: nox.Session) -> None:
    """Make asv's pages of the results that `nox -s bench` has stored in this clone, if any."""
    target = Path("docs/_asv").resolve()
    shutil.rmtree(target, ignore_errors=True)
    if any(Path(".asv/results").glob("*/*-*.json")):
        install(session, "bench", project=False)
        session.run("asv", "publish", "--html-dir", str(target / "asv"))


@nox.session(default=False)
def docs(session: nox.Session) -> None:
    """Build the documentation, its examples included; a warning is an error."""
    install(session, "docs", extras="all")
    vendor_mathjax(session)
    publish_benchmarks(session)
    strict = ["-W", "--keep-going", "-n", "-j", "auto", "-d", "docs/_doctrees"]
    session.run("sphinx-build", *strict, "docs", "docs/_build", *session.posargs)


@nox.session(default=False)
def browser(session: nox.Session) -> None:
    """Check the explorer and some pages in headless Chromium: `-- SITE` takes a site that is built.

    Pictures of what was seen are left in the session's folder.
    """
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if not chromium or not shutil.which("npm"):
        session.skip("needs npm and chromium (Debian: apt install npm chromium)")
    install(session, "docs", extras="all")
    scratch = Path(session.create_tmp()).resolve()
    site = Path(session.posargs[0]).resolve() if session.posargs else scratch / "site"
    if not session.posargs:
        env = {"MULTIACT_SITE_ONLY": "gelu,talu,swiglu,elu,pwlu,softmax"}
        session.run("sphinx-build", "-W", "-n", "-q", "docs", str(site), env=env)
    page = str(scratch / "alone.html")
    session.run("multiact", "explore", "--out", page)
    for file in (Path("tests/explorer/browser.cjs"), Path("tests/explorer/package.json")):
        shutil.copy(file, scratch)
    session.chdir(scratch)
    session.run("npm", "install", "--no-fund", "--no-audit", external=True)
    session.run("node", "browser.cjs", chromium, str(site), page, "shots", external=True)


@nox.session(default=False)
def build(session: nox.Session) -> None:
    """Build sdist and wheel with its kernels, check the wheel, and import the installed package."""
    install(session, extras="torch")
    session.install("-c", "constraints.txt", "build", "check-wheel-contents", "twine")
    shutil.rmtree("dist", ignore_errors=True)
    session.run("python", "-m", "tools.prebuilt")
    session.run("python", "-m", "build")
    wheel = next(str(f) for f in Path("dist").glob("*.whl"))
    session.run("check-wheel-contents", wheel)
    if (size := Path(wheel).stat().st_size) > 1e7:
        session.error(f"{wheel} has {size} bytes: the images, which are not for wheels?")
    session.run("twine", "check", "--strict", *map(str, Path("dist").iterdir()))
    session.install("-c", "constraints.txt", wheel)
    session.chdir(session.create_tmp())  # outside the source tree
    session.run("python", "-c", "import multiact, multiact_numpy; print(multiact.__file__)")


if __name__ == "__main__":
    nox.main()
