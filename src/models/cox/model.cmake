holdfast_module(cox FOLDER models/cox DEPENDS holdfast::model holdfast::survival PRIVATE_DEPENDS fmt::fmt)
