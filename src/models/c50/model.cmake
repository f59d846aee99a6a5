holdfast_module(c50 FOLDER models/c50 DEPENDS holdfast::growing PRIVATE_DEPENDS fmt::fmt)
