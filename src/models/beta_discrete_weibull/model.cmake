holdfast_module(beta_discrete_weibull FOLDER models/beta_discrete_weibull DEPENDS holdfast::model holdfast::beta_geometric holdfast::lifetime)
