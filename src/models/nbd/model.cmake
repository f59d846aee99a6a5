holdfast_module(nbd FOLDER models/nbd DEPENDS holdfast::model holdfast::lifetime PRIVATE_DEPENDS fmt::fmt)
