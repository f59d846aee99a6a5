holdfast_module(uplift_tree FOLDER models/uplift_tree DEPENDS holdfast::model holdfast::effect_parts)
