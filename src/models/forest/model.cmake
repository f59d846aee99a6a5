holdfast_module(forest FOLDER models/forest DEPENDS holdfast::model PRIVATE_DEPENDS fmt::fmt
                TEST_DEPENDS ZLIB::ZLIB)
