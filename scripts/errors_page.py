"""Writes docs/errors.md from the error kinds in the sources.

usage: errors_page.py          (from the root of the checkout)
"""

import pathlib
import re

ROOT = pathlib.Path(__file__).resolve().parent.parent


FIELDS = {"name": "", "http_status": "422", "exit_code": "2", "en": "", "zh": "", "hint_en": "", "hint_zh": ""}


def named(body):
    """The values of a kind written with designated initialisers."""
    values = dict(FIELDS)
    for found in re.finditer(r'\.(\w+)\s*=\s*((?:"(?:[^"\\]|\\.)*"\s*)+|\d+)', body):
        strings = re.findall(r'"((?:[^"\\]|\\.)*)"', found.group(2))
        values[found.group(1)] = "".join(strings) if strings else found.group(2)
    return [values[field] for field in FIELDS]


def literals(body):
    """The values of a kind in order: adjacent string literals are one, commas part them."""
    if re.search(r"\.name\s*=", body):
        return named(body)
    parts, current, depth = [], None, 0
    for token in re.finditer(r'"((?:[^"\\]|\\.)*)"|(,)|([^",]+)', body):
        if token.group(1) is not None:
            current = (current or "") + token.group(1)
        elif token.group(2):
            parts.append(current)
            current = None
        elif token.group(3).strip() and not token.group(3).strip().startswith("//"):
            current = current if current is not None else token.group(3).strip()
    parts.append(current)
    return parts


def main():
    kinds = []
    for path in sorted((ROOT / "src").rglob("*.cpp")):
        text = path.read_text(encoding="utf-8")
        for found in re.finditer(r"const ErrorKind k\w+\s*(?:=\s*)?\{(.*?)\};\n", text, re.S):
            parts = literals(found.group(1))
            if len(parts) >= 5 and parts[0]:
                kinds.append((parts + [""] * 7)[:7])
    lines = ["# Errors", "",
             "Every way Holdfast can refuse, by name. Names never change, texts may. Exit code 2: the",
             "input; 1: our failure. Written by `scripts/errors_page.py`.", "",
             "| name | HTTP | exit | what it says | 中文 | what to do |", "|---|---|---|---|---|---|"]
    for name, http, code, en, zh, hint, _ in sorted(kinds):
        cells = [f"`{name}`", http, code, en or "", zh or "", hint or ""]
        lines.append("| " + " | ".join(str(c).replace("|", "\\|") for c in cells) + " |")
    (ROOT / "docs" / "errors.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
    print(f"{len(kinds)} kinds")


if __name__ == "__main__":
    main()
