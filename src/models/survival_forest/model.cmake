holdfast_module(survival_forest FOLDER models/survival_forest DEPENDS holdfast::model holdfast::survival)
