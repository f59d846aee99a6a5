holdfast_module(class_transformation FOLDER models/class_transformation DEPENDS holdfast::model holdfast::effect_parts)
