holdfast_module(apriori FOLDER models/apriori DEPENDS holdfast::model holdfast::association TEST_DEPENDS holdfast::fp_growth)
