holdfast_module(mbg_nbd FOLDER models/mbg_nbd DEPENDS holdfast::model holdfast::bg_nbd holdfast::lifetime)
