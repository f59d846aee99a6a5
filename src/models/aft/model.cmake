holdfast_module(aft FOLDER models/aft DEPENDS holdfast::model holdfast::survival)
