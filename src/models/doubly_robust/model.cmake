holdfast_module(doubly_robust FOLDER models/doubly_robust DEPENDS holdfast::model holdfast::effect_parts
                PRIVATE_DEPENDS Eigen3::Eigen fmt::fmt)
