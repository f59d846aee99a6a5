"""Writes horizon_rows.csv and horizon_expected.csv with scikit-survival; see SOURCE.md."""
import csv

import numpy
from sksurv.metrics import brier_score, cumulative_dynamic_auc, integrated_brier_score

rows = list(csv.DictReader(open("lung.csv")))
# Times made distinct: scikit-survival counts losses tied with exits otherwise.
time = numpy.array([float(r["time"]) + i / 1024 for i, r in enumerate(rows)])
event = numpy.array([r["event"] == "1" for r in rows])
score = numpy.array([0.01 * float(r["age"]) - 0.5 * float(r["sex"]) + 0.4 * float(r["ecog"]) + i / 65536
                     for i, r in enumerate(rows)])
times = numpy.array([100.0, 200.0, 365.0, 500.0])
survival = numpy.exp(-numpy.exp(score)[:, None] * times[None, :] / 500)
outcome = numpy.array(list(zip(event, time)), dtype=[("event", bool), ("time", float)])
brier = brier_score(outcome, outcome, survival, times)[1]
auc = cumulative_dynamic_auc(outcome, outcome, score, times)[0]
integrated = integrated_brier_score(outcome, outcome, survival, times)
with open("horizon_rows.csv", "w") as out:
    out.write("time,event,score,s0,s1,s2,s3\n")
    for i in range(len(time)):
        out.write(",".join(repr(float(v)) for v in [time[i], event[i], score[i], *survival[i]]) + "\n")
with open("horizon_expected.csv", "w") as out:
    out.write("time,brier,auc,integrated\n")
    for t in range(len(times)):
        out.write(",".join(repr(float(v)) for v in [times[t], brier[t], auc[t], integrated]) + "\n")
