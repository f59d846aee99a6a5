"""Writes the reference values of src/pattern: what public miners find.

usage: make.py SHARED_DATA      (needs mlxtend, efficient-apriori, prefixspan, scipy)
"""

import csv
import math
import pathlib
import random
import sys

import numpy
import pandas
from efficient_apriori import itemsets_from_transactions
from mlxtend.frequent_patterns import association_rules, fpgrowth
from mlxtend.preprocessing import TransactionEncoder
from prefixspan import PrefixSpan
from scipy.stats import chi2_contingency, hypergeom

SHARED = pathlib.Path(sys.argv[1])
HERE = pathlib.Path(__file__).resolve().parent


def write(name, header, rows):
    with open(HERE / name, "w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(header)
        writer.writerows(rows)


def groceries():
    with open(SHARED / "groceries" / "groceries.csv", encoding="utf-8") as file:
        return [sorted({item.strip() for item in row}) for row in csv.reader(file)]


def quest():
    with open(SHARED / "t10i4d100k" / "T10I4D100K.dat", encoding="ascii") as file:
        return [sorted({int(item) for item in line.split()}) for line in file]


def encoded(baskets):
    encoder = TransactionEncoder()
    return pandas.DataFrame(encoder.fit(baskets).transform(baskets), columns=encoder.columns_)


def mined(table, support):
    """mlxtend's item sets; its threshold is ceil(support * baskets)."""
    return fpgrowth(table, min_support=support, use_colnames=True)


def lengths(name, support, baskets, sets):
    """Per length: how many sets, and the sum of their counts and of the counts' squares."""
    found = {}
    for share, items in zip(sets["support"], sets["itemsets"]):
        count = round(share * baskets)
        row = found.setdefault(len(items), [0, 0, 0])
        row[0] += 1
        row[1] += count
        row[2] += count * count
    return [[name, support, length, *found[length]] for length in sorted(found)]


def rule_rows(sets, n):
    rules = association_rules(sets, metric="confidence", min_threshold=0.25)
    rows = []
    for rule in rules.itertuples():
        if len(rule.consequents) != 1:
            continue
        count, ante, cons = (round(x * n) for x in (rule.support, rule._3, rule._4))
        p = hypergeom.sf(count - 1, n, ante, cons)
        table = numpy.array([[count, ante - count], [cons - count, n - ante - cons + count]])
        chi = chi2_contingency(table, correction=False)
        conviction = "" if math.isinf(rule.conviction) else repr(float(rule.conviction))
        rows.append([count, ante, cons, repr(rule.confidence), repr(rule.lift), repr(rule.leverage), conviction,
                     repr(float(p)), repr(float(chi.statistic)), repr(float(chi.pvalue))])
    return sorted(rows, key=lambda row: row[:3])


def sequences():
    draw = random.Random(20240331)
    made = [[draw.choice("abcdefgh") for _ in range(draw.randint(1, 9))] for _ in range(200)]
    write("sequences.csv", ["items"], [[" ".join(str(ord(item) - 97) for item in row)] for row in made])
    found = PrefixSpan(made).frequent(12)
    rows = [[" ".join(str(ord(item) - 97) for item in items), count] for count, items in found]
    write("sequence_patterns.csv", ["items", "count"], sorted(rows))


def main():
    sequences()
    baskets = groceries()
    table = encoded(baskets)
    rows = []
    for support in (0.05, 0.006, 0.001):
        rows += lengths("groceries", support, len(baskets), mined(table, support))
    sets = mined(table, 0.006)
    write("groceries_rules.csv",
          ["count", "antecedent_count", "consequent_count", "confidence", "lift", "leverage", "conviction",
           "fisher_p", "chi_squared", "chi_squared_p"], rule_rows(sets, len(baskets)))
    write("item_set_lengths.csv", ["data", "support", "length", "sets", "counts", "squares"], rows)
    # A second program, whose sets are stored one by one; the data are made by a public generator.
    baskets = quest()
    found, n = itemsets_from_transactions([tuple(b) for b in baskets], min_support=0.005)
    write("quest_sets.csv", ["items", "count"],
          [[" ".join(map(str, items)), count] for size in sorted(found)
           for items, count in sorted((tuple(sorted(k)), v) for k, v in found[size].items())])
    rows += lengths("quest", 0.002, n, mined(encoded([[str(i) for i in b] for b in baskets]), 0.002))
    write("item_set_lengths.csv", ["data", "support", "length", "sets", "counts", "squares"], rows)


if __name__ == "__main__":
    main()
