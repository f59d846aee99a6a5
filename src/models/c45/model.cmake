holdfast_module(c45 FOLDER models/c45 DEPENDS holdfast::model PRIVATE_DEPENDS fmt::fmt TEST_DEPENDS ZLIB::ZLIB)
