holdfast_module(beta_discrete_weibull FOLDER models/beta_discrete_weibull DEPENDS holdfast::model holdfast::lifetime PRIVATE_DEPENDS fmt::fmt)
