holdfast_module(bayesian_network FOLDER models/bayesian_network DEPENDS holdfast::bayes PRIVATE_DEPENDS fmt::fmt)
