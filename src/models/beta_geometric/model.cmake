holdfast_module(beta_geometric FOLDER models/beta_geometric DEPENDS holdfast::model holdfast::lifetime PRIVATE_DEPENDS fmt::fmt)
