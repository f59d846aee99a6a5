holdfast_module(multinomial FOLDER models/multinomial DEPENDS holdfast::model holdfast::logistic PRIVATE_DEPENDS fmt::fmt Eigen3::Eigen)
