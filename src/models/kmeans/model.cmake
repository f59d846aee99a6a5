holdfast_module(kmeans FOLDER models/kmeans DEPENDS holdfast::model
  PRIVATE_DEPENDS holdfast::grouping fmt::fmt)
