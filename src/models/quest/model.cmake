holdfast_module(quest FOLDER models/quest DEPENDS holdfast::model holdfast::binary_tree holdfast::significance
  PRIVATE_DEPENDS Eigen3::Eigen)
