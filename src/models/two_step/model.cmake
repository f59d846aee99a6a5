holdfast_module(two_step FOLDER models/two_step DEPENDS holdfast::model
  PRIVATE_DEPENDS holdfast::grouping fmt::fmt)
