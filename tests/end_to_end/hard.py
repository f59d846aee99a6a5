"""What every answer to hard input must hold: one error with its remedy, or files of numbers only."""

import math
import re
import zipfile

import openpyxl
import pyarrow.parquet

from support import Case

NO_NUMBER = re.compile(r"(?i)(?<![\w.])-?(nan|inf|infinity)(?![\w.])")
# With signs and at a sentence's end, where text is for people: not in scripts and styles.
NO_NUMBER_SAID = re.compile(r"(?i)(?<![\w./-])[-−+]?(nan|inf|infinity)%?(?![\w])")
SCRIPTS = re.compile(r"(?s)<(script|style).*?</\1>")
NO_CELLS = ("NAN", "INF", "-INF", "#NUM!", "#DIV/0!", "#VALUE!")


class HardCase(Case):
    def no_nan(self, text, where=""):
        for pattern, searched in ((NO_NUMBER, text), (NO_NUMBER_SAID, SCRIPTS.sub("", text))):
            found = pattern.search(searched)
            around = searched[max(0, found.start() - 80):found.end() + 20] if found else None
            self.assertIsNone(found, f"{where}: …{around}")

    def one_error(self):
        """Of the last command: one error, one remedy."""
        self.assertEqual(len(re.findall(r"(?:error|错误)\[", self.err)), 1, self.err)
        self.assertEqual(len(re.findall(r"(?m)^ *(?:hint|建议)", self.err)), 1, self.err)
        self.no_nan(self.err)

    def refused(self, name, *words, zh=()):
        """Exit code 2, one error, one remedy, the words said, and no answer left on disk."""
        for language, wanted in (("en", words), ("zh", zh)):
            self.holdfast(name, "--lang", language, "--quiet", expect=2)
            self.one_error()
            for word in wanted:
                self.assertIn(word, self.err)
        self.assertFalse((self.folder / f"out/{name}.json").exists())

    def answered(self, name):
        """The answer, in both languages and in every file of it sound."""
        for language in ("zh", "en"):
            self.no_nan(self.holdfast(name, "--lang", language, "--quiet") + self.err)
        self.files_hold_numbers()
        return self.analysis(name)

    def answered_or_refused(self, name):
        for language in ("en", "zh"):
            self.no_nan(self.holdfast(name, "--lang", language, "--quiet", expect=(0, 2)) + self.err)
        if self.code == 0:
            self.answered(name)
        else:
            self.assertRegex(self.err, "建议")

    def files_hold_numbers(self):
        """In every file of out/, models too, numbers or nothing where a number belongs."""
        for path in sorted((self.folder / "out").rglob("*")):
            if path.suffix in (".json", ".html", ".csv"):
                self.no_nan(path.read_text(encoding="utf-8"), path.name)
            elif path.suffix == ".xlsx":
                self.workbook_holds_numbers(path)
            elif path.suffix == ".parquet":
                for name, values in pyarrow.parquet.read_table(path).to_pydict().items():
                    for value in values:
                        self.assertFalse(isinstance(value, float) and not math.isfinite(value), f"{path.name} {name}")

    def workbook_holds_numbers(self, path):
        with zipfile.ZipFile(path) as book:
            for part in book.namelist():
                if "worksheets/sheet" in part:
                    self.assertNotRegex(book.read(part).decode(), "<f[ >]", f"{path.name}: a formula")
        book = openpyxl.load_workbook(path, read_only=True)
        self.addCleanup(book.close)
        for sheet in book:
            for row in sheet.iter_rows(values_only=True):
                for value in row:
                    self.assertNotIn(str(value).upper(), NO_CELLS, f"{path.name} {sheet.title}")
                    self.assertNotRegex(str(value), NO_NUMBER_SAID, f"{path.name} {sheet.title}")

    def customers_of(self, name):
        """What is said of every customer, by column; nothing where there is no such file."""
        path = self.folder / "out" / f"{name}_customers.parquet"
        return pyarrow.parquet.read_table(path).to_pydict() if path.exists() else None

    def block(self, answer, wanted):
        return next(b for s in answer["sections"] for b in s["blocks"] if b["id"] == wanted)

    def notes(self, answer, language="en"):
        return "\n".join(note[language] for note in answer["notes"])

    def said_in(self, answer, language="en"):
        return "\n".join(text[language] for text in answer["findings"] + answer["notes"])
