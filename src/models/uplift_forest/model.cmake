holdfast_module(uplift_forest FOLDER models/uplift_forest DEPENDS holdfast::model holdfast::effect_parts)
