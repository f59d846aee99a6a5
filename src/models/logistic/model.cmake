holdfast_module(logistic FOLDER models/logistic DEPENDS holdfast::model PRIVATE_DEPENDS fmt::fmt Eigen3::Eigen)
