"""Habits we care about in the text of the code, as a test. Each check is one function that yields
complaints.

usage: tidy.py ROOT
"""

import pathlib
import re
import sys

ROOT = pathlib.Path(sys.argv[1]).resolve()
SOURCE = ROOT / "src"
LINES_MAX = 500
# The data's path: a folder may include only folders before it.
FLOW = ["core", "testing", "survival", "pattern", "grouping", "effect", "lifetime", "tables", "generate", "study",
        "history", "features", "dataset", "models", "evaluation", "selection", "automodel", "scoring",
        "explanation", "warning", "analyses", "exchange", "run", "cli"]
# Third-party headers that take long to compile or leak a library's types: never in a .hpp.
HEAVY = ("arrow/", "parquet/", "Eigen/", "nlohmann/", "toml++/", "CLI/", "unicode/", "xlsxwriter",
         "xgboost/", "fmt/", "tbb/")
BANNED = [r"\bTODO\b", r"\bFIXME\b", r"\bXXX\b", r"\bHACK\b", r"not implemented", r"/(?:root|work)/"]


def files(*suffixes, under=("src", "tests", "bench", "fuzz", "scripts", "cmake", "docs", "examples")):
    for folder in under:
        for path in sorted((ROOT / folder).rglob("*")):
            if path.suffix in suffixes and path.is_file():
                yield path


def short_files():
    for path in files(".cpp", ".hpp", under=("src", "fuzz", "bench")):
        count = len(path.read_text(encoding="utf-8").splitlines())
        if count > LINES_MAX:
            yield f"{path.relative_to(ROOT)}: {count} lines; what is its second idea?"


def no_banned_words():
    for path in files(".cpp", ".hpp", ".py", ".sh", ".md", ".cmake"):
        if path.resolve() == pathlib.Path(__file__).resolve():
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for word in BANNED:
                if re.search(word, line):
                    yield f"{path.relative_to(ROOT)}:{number}: says {word}"


def readme_in_every_folder():
    for folder in sorted(p for p in SOURCE.rglob("*") if p.is_dir()):
        has_source = any(folder.glob("*.cpp"))
        is_part = folder.parent.name in ("cli", "exchange", "study", "features", "history", "tables")
        if has_source and not is_part and not (folder / "README.md").exists():
            yield f"{folder.relative_to(ROOT)}: no README.md"


def light_headers():
    for path in files(".hpp", under=("src",)):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = re.match(r'#include [<"]([^>"]+)[>"]', line)
            if found and found.group(1).startswith(HEAVY) and not found.group(1).endswith(("_fwd.h", "_fwd.hpp")):
                yield f"{path.relative_to(ROOT)}:{number}: {found.group(1)} in a header"


def arrows_point_up():
    rank = {name: at for at, name in enumerate(FLOW)}
    for path in files(".cpp", ".hpp", under=("src",)):
        own = path.relative_to(SOURCE).parts[0]
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            found = re.match(r'#include "([a-z_0-9]+)/', line)
            if not found or found.group(1) not in rank:
                continue
            if rank[found.group(1)] > rank[own] and not path.name.endswith("_test.cpp"):
                yield f"{path.relative_to(ROOT)}:{number}: {own} includes {found.group(1)}"


def models_cite_a_source():
    for manifest in sorted((SOURCE / "models").glob("*/model.cmake")):
        folder = manifest.parent
        tests = list(folder.glob("*_test.cpp"))
        if not tests:
            yield f"{folder.relative_to(ROOT)}: no test"
        elif not any(re.search(r"(Reference|Source|SOURCE\.md|reference)", t.read_text()) for t in tests):
            yield f"{folder.relative_to(ROOT)}: no test cites a source"


def error_kinds():
    """(name, en, zh) of every ErrorKind in the sources."""
    for path in files(".cpp", under=("src",)):
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(r"const ErrorKind k\w+\s*(?:=\s*)?\{(.*?)\};\n", text, re.S):
            strings = re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(1))
            if strings:
                yield path, strings[0], found.group(1)


def errors_are_named_once_and_documented():
    documented = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    seen = {}
    for path, name, body in error_kinds():
        if name in seen:
            yield f"{path.relative_to(ROOT)}: {name} stands in {seen[name]} too"
        seen[name] = path.relative_to(ROOT)
        if f"`{name}`" not in documented:
            yield f"docs/errors.md: {name} is missing (scripts/errors_page.py writes it)"
        if not re.search(r"[\u4e00-\u9fff]", body) and name not in ("core.internal", "core.invalid_argument"):
            yield f"{path.relative_to(ROOT)}: {name} has no Chinese text"


CHECKS = [short_files, no_banned_words, readme_in_every_folder, light_headers, arrows_point_up,
          models_cite_a_source, errors_are_named_once_and_documented]


def main():
    failed = 0
    for check in CHECKS:
        complaints = list(check())
        failed += bool(complaints)
        for complaint in complaints:
            print(f"{check.__name__}: {complaint}")
    print(f"{len(CHECKS) - failed} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
