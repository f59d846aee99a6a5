holdfast_module(naive_bayes FOLDER models/naive_bayes DEPENDS holdfast::bayes PRIVATE_DEPENDS fmt::fmt)
