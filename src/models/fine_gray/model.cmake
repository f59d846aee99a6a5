holdfast_module(fine_gray FOLDER models/fine_gray DEPENDS holdfast::model holdfast::survival)
