holdfast_module(scorecard FOLDER models/scorecard DEPENDS holdfast::model holdfast::logistic PRIVATE_DEPENDS fmt::fmt)
