holdfast_module(fp_growth FOLDER models/fp_growth DEPENDS holdfast::model holdfast::association)
