holdfast_module(gamma_gamma FOLDER models/gamma_gamma DEPENDS holdfast::model holdfast::lifetime PRIVATE_DEPENDS fmt::fmt)
