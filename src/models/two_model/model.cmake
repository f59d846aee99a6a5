holdfast_module(two_model FOLDER models/two_model DEPENDS holdfast::model holdfast::effect_parts)
