"""Peers of scoring and explaining boosted trees, on one thread.

trees_peers.py train ROWS COLUMNS DATA FOLDER          trains XGBoost and LightGBM, writes model.json and lightgbm.txt
trees_peers.py score PEER ROWS COLUMNS DATA FOLDER     rows a second; PEER: xgboost, lightgbm, tl2cgen, daal4py
                                                       or lleaves; the last two score LightGBM's trees
trees_peers.py shap PEER ROWS COLUMNS DATA FOLDER      the same for SHAP values; PEER: xgboost or lightgbm

DATA: float64 row-major, then y. `score xgboost` and `shap xgboost` write their answers as float32 to FOLDER/answers.bin.
"""
import importlib.metadata
import json
import pathlib
import sys
import time

import numpy as np

TREES, DEPTH = 500, 6


def read(rows, columns, data):
    with open(data, "rb") as file:
        return np.fromfile(file, dtype=np.float64, count=rows * columns).reshape(rows, columns).astype(np.float32)


def labels(rows_all, columns, data):
    with open(data, "rb") as file:
        file.seek(rows_all * columns * 8)
        return np.fromfile(file, dtype=np.uint8)


def train(rows, columns, data, folder):
    import lightgbm
    import xgboost

    rows_all = pathlib.Path(data).stat().st_size // (columns * 8 + 1)
    x, y = read(rows, columns, data), labels(rows_all, columns, data)[:rows]
    booster = xgboost.train({"objective": "binary:logistic", "max_depth": DEPTH, "eta": 0.05, "tree_method": "hist",
                             "max_bin": 256, "base_score": 0.5, "nthread": 2}, xgboost.DMatrix(x, label=y), TREES)
    booster.save_model(folder / "model.json")
    lightgbm.train({"objective": "binary", "max_depth": DEPTH, "num_leaves": 2 ** DEPTH, "learning_rate": 0.05,
                    "num_threads": 2, "verbosity": -1}, lightgbm.Dataset(x, label=y),
                   TREES).save_model(folder / "lightgbm.txt")
    leaves = sum(tree.count("leaf=") for tree in booster.get_dump())
    print(json.dumps({"leaves": leaves / TREES}))


def fastest(call, times=3):
    best, answer = float("inf"), None
    for _ in range(times):
        start = time.perf_counter()
        answer = call()
        best = min(best, time.perf_counter() - start)
    return best, answer


def score(peer, x, folder):
    if peer == "xgboost":
        import xgboost

        booster = xgboost.Booster(model_file=folder / "model.json")
        booster.set_param({"nthread": 1})
        in_place, answer = fastest(lambda: booster.inplace_predict(x, predict_type="margin"))
        # A matrix remembers its predictions: each time another.
        matrices = [xgboost.DMatrix(x, nthread=1) for _ in range(3)]
        on_matrix, _ = fastest(lambda: booster.predict(matrices.pop(), output_margin=True))
        answer.astype(np.float32).tofile(folder / "answers.bin")
        return min(in_place, on_matrix), xgboost.__version__
    if peer == "lightgbm":
        import lightgbm

        booster = lightgbm.Booster(model_file=folder / "lightgbm.txt")
        return fastest(lambda: booster.predict(x, raw_score=True, num_threads=1))[0], lightgbm.__version__
    if peer == "daal4py":
        import daal4py
        import daal4py.mb
        import lightgbm

        model = daal4py.mb.convert_model(lightgbm.Booster(model_file=folder / "lightgbm.txt"))
        daal4py.daalinit(1)
        return fastest(lambda: model.predict_proba(x))[0], importlib.metadata.version("scikit-learn-intelex")
    if peer == "lleaves":
        import lleaves

        model = lleaves.Model(model_file=str(folder / "lightgbm.txt"))
        model.compile()
        x = x.astype(np.float64)
        return fastest(lambda: model.predict(x, n_jobs=1))[0], importlib.metadata.version("lleaves")
    import tl2cgen
    import treelite

    library = folder / "model.so"
    if not library.exists():
        model = treelite.frontend.load_xgboost_model(folder / "model.json")
        tl2cgen.export_lib(model, toolchain="gcc", libpath=str(library), params={"parallel_comp": 20})
    predictor = tl2cgen.Predictor(str(library), nthread=1)
    matrix = tl2cgen.DMatrix(x)
    return fastest(lambda: predictor.predict(matrix, pred_margin=True))[0], tl2cgen.__version__


def shap(peer, x, folder):
    if peer == "xgboost":
        import xgboost

        booster = xgboost.Booster(model_file=folder / "model.json")
        booster.set_param({"nthread": 1})
        matrix = xgboost.DMatrix(x, nthread=1)
        seconds, answer = fastest(lambda: booster.predict(matrix, pred_contribs=True), 2)
        answer.astype(np.float32).tofile(folder / "answers.bin")
        return seconds, xgboost.__version__
    import lightgbm

    booster = lightgbm.Booster(model_file=folder / "lightgbm.txt")
    return fastest(lambda: booster.predict(x, pred_contrib=True, num_threads=1), 2)[0], lightgbm.__version__


def main():
    task, *given = sys.argv[1:]
    peer = given.pop(0) if task != "train" else None
    rows, columns, data, folder = int(given[0]), int(given[1]), given[2], pathlib.Path(given[3])
    if task == "train":
        return train(rows, columns, data, folder)
    try:
        seconds, version = {"score": score, "shap": shap}[task](peer, read(rows, columns, data), folder)
    except ImportError as missing:
        print(missing, file=sys.stderr)
        print(json.dumps({"absent": True}))
        return None
    print(json.dumps({"seconds": seconds, "rows_per_second": round(rows / seconds), "version": version}))


main()
