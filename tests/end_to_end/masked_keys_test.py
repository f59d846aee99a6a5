"""A key that tells who somebody is stays masked in every file and on the terminal, until somebody asks, which is logged."""

import hashlib
import pathlib
import re
import sys
import unittest
import zipfile

import pyarrow.parquet

sys.path.insert(0, str(pathlib.Path(__file__).parent))
from support import Case  # noqa: E402

STUDY = """
[study]
name = "Telephones"
time_zone = "UTC"
entity = "customer"
[table.customers]
role = "customer"
files = ["customers.csv"]
customer_key = "telephone"
[table.customers.columns]
telephone = { type = "text", mark = "identifier" }
area = { type = "text" }
months = { type = "real", unit = "months" }
charge = { type = "real" }
gone = { type = "text" }
[churn]
kind = "label"
table = "customers"
column = "gone"
positive = ["yes"]
[split]
kind = "customer"
[survival]
duration = "months"
"""
CUSTOMERS = 900


def telephone(i):
    """Many have their first three and last four figures in common, and so their mask."""
    return f"139{10000000 + i * 250 * 7919 % 90000000}"


class MaskedKeys(Case):
    def customers(self, is_quick=False):
        lines = []
        for i in range(CUSTOMERS):
            gone = "yes" if (i * 104729) % 10 < (7 if i % 3 == 0 else 3) else "no"
            lines.append(f"{telephone(i)},{'south' if i % 3 == 0 else 'north'},{1 + i * 7919 % 60},{20 + i * 31 % 50},{gone}")
        self.file("customers.csv", "telephone,area,months,charge,gone\n" + "\n".join(lines) + "\n")
        self.file("study.toml", STUDY.split("[survival]")[0] + '[models]\ncompare = ["logistic"]\n' if is_quick else STUDY)

    def said(self):
        """Every file in out/ as text: what is packed in workbooks and tables, too. By name."""
        texts = {}
        for path in (path for path in (self.folder / "out").rglob("*") if path.is_file()):
            if path.suffix == ".xlsx":
                with zipfile.ZipFile(path) as book:
                    texts[path.name] = "".join(book.read(name).decode() for name in book.namelist())
            elif path.suffix == ".parquet":
                texts[path.name] = str(pyarrow.parquet.read_table(path).to_pydict())
            else:
                texts[path.name] = path.read_text(encoding="utf-8")
        return texts

    def shown(self, text):
        """The telephones of customers in a text."""
        return set(re.findall(r"(?<!\d)139\d{8}(?!\d)", text)) & {telephone(i) for i in range(CUSTOMERS)}

    def test_keys_are_masked_until_somebody_asks(self):
        self.customers()
        printed = self.holdfast("run")
        self.assertIn("139****", printed)
        self.assertFalse(self.shown(printed))
        texts = self.said()
        holding = {"predictions.parquet", "scores.parquet", "survival_customers.parquet", "watchlist.csv", "watchlist.xlsx"}
        self.assertLessEqual(holding, set(texts))
        for name, text in texts.items():
            self.assertFalse(self.shown(text), name)
            if name in holding:
                self.assertIn("139****", text, name)
        self.assertNotIn("reveals.log", texts)

        self.assertTrue(self.shown(self.holdfast("run", "--reveal")))
        texts = self.said()
        for name in holding:
            self.assertTrue(self.shown(texts[name]), name)
        self.assertRegex(texts["reveals.log"], r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ .+ run as of .+\n\Z")

        # Who does not ask sees nothing again, in the same files.
        self.holdfast("run")
        self.holdfast("survival")
        for name, text in self.said().items():
            self.assertFalse(self.shown(text), name)
        self.holdfast("survival", "--reveal")
        self.assertTrue(self.shown(self.said()["survival_customers.parquet"]))
        self.assertEqual(self.said()["reveals.log"].count("\n"), 2)

    def column(self, name, column="key"):
        return pyarrow.parquet.read_table(self.folder / "out" / name).column(column).to_pylist()

    def test_customers_masked_alike_are_still_told_apart(self):
        """Who goes on with the files needs one key for each customer, the same in all of them."""
        self.customers()
        self.holdfast("run")
        keys = self.column("scores.parquet")
        self.assertEqual(len(set(keys)), len(keys))
        self.assertLess(len({key.split("~")[0] for key in keys}), len(keys), "nobody is masked alike: this shows nothing")
        self.assertLessEqual(set(keys), set(self.column("predictions.parquet")))
        self.assertEqual(set(keys), set(self.column("survival_customers.parquet")))
        self.holdfast("run", "--force")
        self.assertEqual(keys, self.column("scores.parquet"))
        # Without the data the key cannot be made: it is no hash of the telephone alone.
        for of in (telephone(0), telephone(0).encode().hex()):
            self.assertNotIn(hashlib.blake2b(of.encode(), digest_size=16).hexdigest()[:12], " ".join(keys))

    def test_features_are_masked(self):
        self.customers(is_quick=True)
        self.holdfast("features")
        self.assertFalse(self.shown(" ".join(self.column("features.parquet", "customer_key"))))
        self.holdfast("features", "--reveal")
        self.assertTrue(self.shown(" ".join(self.column("features.parquet", "customer_key"))))

    def test_a_customer_explained(self):
        self.customers(is_quick=True)
        self.holdfast("run")
        key, other = self.column("scores.parquet")[:2]
        self.holdfast("run", "--reveal")
        who = self.column("scores.parquet")[0]
        (self.folder / "out/reveals.log").unlink()
        for arguments in ((who,), (who, "--json"), (who, "--against", other), (key,), (key, "--json", "--change")):
            said = self.holdfast("explain", *arguments) + self.err
            self.assertFalse(self.shown(said), arguments)
            self.assertIn(key.split("~")[0], said)
        self.assertEqual(self.holdfast("explain", who), self.holdfast("explain", key))
        self.assertFalse((self.folder / "out/reveals.log").exists())
        said = self.holdfast("explain", key, "--reveal")
        self.assertEqual(self.shown(said), {who})
        log = (self.folder / "out/reveals.log").read_text()
        self.assertRegex(log, r"\A\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ .+ explain of 139\*\*\*\*\d{4}\n\Z")
        self.assertFalse(self.shown(self.holdfast("explain", who)))

    def test_one_of_several_masked_alike(self):
        self.customers(is_quick=True)
        self.holdfast("run")
        heads = [key.split("~")[0] for key in self.column("scores.parquet")]
        alike = next(head for head in heads if heads.count(head) > 1)
        self.holdfast("explain", alike, expect=2)
        self.assertIn("run.several_masked_alike", self.err)
        self.holdfast("explain", "139****none", expect=2)
        self.assertIn("run.no_such_customer", self.err)


if __name__ == "__main__":
    unittest.main()
