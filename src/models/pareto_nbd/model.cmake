holdfast_module(pareto_nbd FOLDER models/pareto_nbd DEPENDS holdfast::model holdfast::lifetime PRIVATE_DEPENDS fmt::fmt)
