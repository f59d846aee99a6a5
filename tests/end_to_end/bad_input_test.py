"""Bad input gives one clear message with place and remedy, exit code 2, and no damage."""

import gzip
import io
import pathlib
import sys
import unittest
import zipfile

import pyarrow
import pyarrow.parquet

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from support import Case  # noqa: E402


def portfolio(churn_every=3, rows=400):
    """Customers with a label: enough to run."""
    lines = ["customer_id,age,premium,left"]
    for i in range(rows):
        left = "yes" if churn_every and i % churn_every == 0 else "no"
        lines.append(f"C{i:05d},{20 + (i * 7) % 50},{100 + (i * 13) % 400},{left}")
    return "\n".join(lines) + "\n"


class BadInput(Case):
    def refused(self, code, *arguments, place=None):
        self.holdfast(*arguments, expect=2)
        self.assertIn(f"[{code}]", self.err)
        errors = [line for line in self.err.splitlines() if "error[" in line]
        self.assertEqual(len(errors), 1, self.err)
        if place:
            self.assertIn(place, errors[0])
        self.assertIn("hint:", self.err)
        self.holdfast(*arguments, "--lang", "zh", expect=2)
        self.assertIn(f"错误[{code}]", self.err)
        return errors[0]

    def good_run(self):
        self.file("a.csv", portfolio())
        self.holdfast("init", "a.csv", "--outcome", "left")
        self.holdfast("run")
        return (self.folder / "out" / "evaluation.json").read_bytes()

    def test_missing_file(self):
        self.refused("core.file_missing", "init", "none.csv")

    def test_missing_file_of_a_study_leaves_the_last_run(self):
        before = self.good_run()
        (self.folder / "a.csv").unlink()
        self.refused("core.file_missing", "run", "--force")
        self.assertEqual(before, (self.folder / "out" / "evaluation.json").read_bytes())

    def test_unknown_column_in_the_study(self):
        self.good_run()
        study = self.folder / "study.toml"
        study.write_text(study.read_text().replace("premium", "premuim"))
        self.holdfast("run", expect=2)
        self.assertIn("premuim", self.err)
        self.assertIn("premium", self.err)

    def test_ragged_rows_are_too_many(self):
        self.stopped_and_undamaged("history.too_many_bad_rows", portfolio() + "C9,1\n" * 100,
                                   place="study.toml")

    def test_few_ragged_rows_are_quarantined(self):
        self.good_run()
        self.file("a.csv", portfolio() + "C9,1\n")
        out = self.holdfast("run")
        self.assertIn("quarantined 1", out)

    def stopped_and_undamaged(self, code, changed, place=None, encoding="utf-8"):
        """A run on `changed` data is refused; the results of the run before it stay, and going back
        to the good data works."""
        before = self.good_run()
        self.file("a.csv", changed, encoding)
        error = self.refused(code, "run", place=place)
        self.assertEqual(before, (self.folder / "out" / "evaluation.json").read_bytes())
        self.file("a.csv", portfolio())
        self.holdfast("run")
        return error

    def quarantined(self):
        """What stands in the only quarantine file."""
        files = list((self.folder / "store" / "quarantine").glob("*.csv"))
        self.assertEqual(len(files), 1)
        return files[0].read_text(encoding="utf-8-sig")

    def test_text_in_another_encoding_than_declared(self):
        error = self.stopped_and_undamaged("tables.wrong_encoding",
                                           portfolio().replace("yes", "是").replace("no", "否"),
                                           place="a.csv", encoding="gbk")
        self.assertIn("gb18030", error)

    def test_a_damaged_character_puts_its_row_aside(self):
        text = portfolio() + "C-Jaén,30,100,no\n"
        self.file("a.csv", text)
        self.holdfast("init", "a.csv", "--outcome", "left")
        self.file("a.csv", text.encode().replace("é".encode(), b"\xe9"))
        self.assertIn("quarantined 1", self.holdfast("import"))
        self.assertIn("a.csv,402,customer_id", self.quarantined())

    def dated_portfolio(self, day):
        lines = ["customer_id,since,left"]
        for i in range(300):
            lines.append(f"C{i:05d},{2010 + i % 12}-0{1 + i % 9}-1{i % 9},{'yes' if i % 3 else 'no'}")
        return "\n".join(lines).replace("2011-02-11", day) + "\n"

    def test_impossible_dates(self):
        self.file("a.csv", self.dated_portfolio("2011-02-11"))
        self.holdfast("init", "a.csv", "--outcome", "left")
        self.file("a.csv", self.dated_portfolio("2011-02-30"))
        self.refused("history.too_many_bad_rows", "import", place="study.toml")
        self.assertIn("a.csv,3,since,2011-02-30", self.quarantined())

    def test_duplicate_keys(self):
        self.stopped_and_undamaged("history.too_many_bad_rows", portfolio() * 2, place="study.toml")

    def test_rows_vanish_after_init(self):
        self.stopped_and_undamaged("history.empty_table", "customer_id,age,premium,left\n",
                                   place="study.toml")

    def test_no_churner(self):
        self.file("a.csv", portfolio(churn_every=0).replace(",no\n", ",yes\n", 1))
        self.holdfast("init", "a.csv", "--outcome", "left")
        self.file("a.csv", portfolio(churn_every=0))
        self.refused("dataset.no_churner", "run")

    def test_all_churners(self):
        self.good_run()
        self.file("a.csv", portfolio(churn_every=1))
        self.refused("dataset.all_churners", "run")

    def test_header_without_rows(self):
        self.file("a.csv", "customer_id,age,left\n")
        self.refused("tables.no_rows", "init", "a.csv")

    def test_empty_file(self):
        self.file("a.csv", "")
        self.holdfast("init", "a.csv", expect=2)
        self.assertIn("hint:", self.err)

    def test_truncated_parquet(self):
        buffer = io.BytesIO()
        pyarrow.parquet.write_table(pyarrow.table({"id": list(range(1000))}), buffer)
        self.file("a.parquet", buffer.getvalue()[:-40])
        self.holdfast("init", "a.parquet", expect=2)
        self.assertIn("a.parquet", self.err)

    def test_xlsx_zip_bomb(self):
        buffer = io.BytesIO()
        with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr("[Content_Types].xml", "<Types/>")
            archive.writestr("xl/workbook.xml",
                             '<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>')
            archive.writestr("xl/_rels/workbook.xml.rels",
                             '<Relationships><Relationship Id="rId1" Target="worksheets/sheet1.xml"/></Relationships>')
            archive.writestr("xl/worksheets/sheet1.xml", b"<worksheet><sheetData>" + b" " * 1_500_000_000)
        self.file("a.xlsx", buffer.getvalue())
        self.holdfast("init", "a.xlsx", expect=2)
        self.assertIn("a.xlsx", self.err)

    def test_truncated_gzip(self):
        self.file("a.csv.gz", gzip.compress(portfolio().encode())[:-200])
        self.holdfast("init", "a.csv.gz", expect=2)
        self.assertIn("a.csv.gz", self.err)

    def test_contracts_that_end_before_they_start(self):
        lines = ["policy_id,customer_id,start_date,end_date,premium"]
        for i in range(300):
            year = 2019 + i % 4
            lines.append(f"P{i},C{i // 4},{year}-03-0{1 + i % 9},{year + 1}-03-0{1 + i % 9},{100 + i}")
        lines.append("P999,C1,2020-05-01,2019-05-01,100")
        self.file("p.csv", "\n".join(lines) + "\n")
        self.holdfast("init", "p.csv")
        self.assertIn("quarantined 1", self.holdfast("import"))
        self.assertIn("p.csv,302,", self.quarantined())
        self.file("p.csv", "\n".join(lines[:-1] + [lines[-1].replace("P999", f"P{n}") for n in range(900, 930)]) + "\n")
        self.refused("history.too_many_bad_rows", "import", place="study.toml")

    def test_unknown_command_and_flag(self):
        self.holdfast("runn", expect=2)
        self.holdfast("run", "--nonsense", expect=2)
        self.assertIn("hint:", self.err)


if __name__ == "__main__":
    unittest.main()
