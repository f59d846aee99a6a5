holdfast_module(markov FOLDER models/markov DEPENDS holdfast::model holdfast::migration PRIVATE_DEPENDS fmt::fmt)
