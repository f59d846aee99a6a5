holdfast_module(c45 FOLDER models/c45 DEPENDS holdfast::growing)
