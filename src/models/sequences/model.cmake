holdfast_module(sequences FOLDER models/sequences DEPENDS holdfast::model holdfast::pattern PRIVATE_DEPENDS fmt::fmt)
