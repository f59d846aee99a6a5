holdfast_module(network FOLDER models/network DEPENDS holdfast::model PRIVATE_DEPENDS fmt::fmt)
