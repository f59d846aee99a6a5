holdfast_module(boosting FOLDER models/boosting DEPENDS holdfast::model PRIVATE_DEPENDS fmt::fmt holdfast::xgboost nlohmann_json::nlohmann_json)
