holdfast_module(bg_nbd FOLDER models/bg_nbd DEPENDS holdfast::model holdfast::lifetime PRIVATE_DEPENDS fmt::fmt)
