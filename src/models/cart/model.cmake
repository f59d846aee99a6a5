holdfast_module(cart FOLDER models/cart DEPENDS holdfast::model holdfast::binary_tree
  PRIVATE_DEPENDS Eigen3::Eigen TEST_DEPENDS nlohmann_json::nlohmann_json)
