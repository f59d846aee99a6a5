holdfast_module(chaid FOLDER models/chaid DEPENDS holdfast::model holdfast::growing holdfast::significance
  TEST_DEPENDS nlohmann_json::nlohmann_json)
