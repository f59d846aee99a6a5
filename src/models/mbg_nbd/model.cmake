holdfast_module(mbg_nbd FOLDER models/mbg_nbd DEPENDS holdfast::model holdfast::lifetime PRIVATE_DEPENDS fmt::fmt)
