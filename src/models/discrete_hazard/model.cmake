holdfast_module(discrete_hazard FOLDER models/discrete_hazard DEPENDS holdfast::model holdfast::survival holdfast::logistic)
