"""Print the measurements and every fault; exit with 1 if there is one."""

import statistics
import sys

from tests.yardsticks import Sources, parse, read
from tests.yardsticks.documented import check_documented, public
from tests.yardsticks.formulas import check_no_formula
from tests.yardsticks.imports import BACKENDS, check_arrows, check_no_framework
from tests.yardsticks.sizes import check_sizes, file_lengths, function_lengths, percentile95
from tests.yardsticks.untrusted import check_no_code_from_data

CHECKS = [
    *(check_sizes, check_documented, check_no_framework, check_arrows, check_no_formula),
    check_no_code_from_data,
]


def measurements(sources: Sources) -> dict[str, str]:
    """Return what the README and the architecture page may quote."""
    files, functions = file_lengths(sources), function_lengths(sources)
    names = sum(1 for _, tree in parse(sources) for _ in public(tree.body))
    adapters = {
        b: sum(n for path, n in files.items() if path.startswith(f"backends/{b}/"))
        for b in sorted(BACKENDS)
    }
    return {
        "files": f"{len(files)}, {sum(files.values())} lines",
        "median file": f"{statistics.median(files.values()):g} lines",
        "longest file": f"{max(files.values())} lines ({max(files, key=files.__getitem__)})",
        "95th-percentile function": f"{percentile95(functions)} lines of {len(functions)}",
        "public definitions": str(names),
        **{f"adapter {b}": f"{n} lines" for b, n in adapters.items()},
    }


def main() -> int:
    """Measure multiact/ and backends/."""
    sources = read("multiact", "backends")
    for what, value in measurements(sources).items():
        print(f"{what:26} {value}")
    faults = [fault for check in CHECKS for fault in check(sources)]
    print(*faults, sep="\n", end="\n" if faults else "")
    return bool(faults)


if __name__ == "__main__":
    sys.exit(main())
