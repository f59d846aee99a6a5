holdfast_module(svm FOLDER models/svm DEPENDS holdfast::model PRIVATE_DEPENDS fmt::fmt holdfast::libsvm holdfast::liblinear)
