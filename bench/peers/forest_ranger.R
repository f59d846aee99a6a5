# ranger's side of the forest benchmark.
#
# Rscript forest_ranger.R ROWS TEST_ROWS COLUMNS DATA TREES COLUMNS_TRIED LEAF SEED   prints one JSON line.
suppressMessages(library(ranger))
given <- commandArgs(trailingOnly = TRUE)
rows <- as.integer(given[1]); test_rows <- as.integer(given[2]); columns <- as.integer(given[3])
file <- file(given[4], "rb")
x <- matrix(readBin(file, "double", (rows + test_rows) * columns), ncol = columns, byrow = TRUE)
y <- factor(as.integer(readBin(file, "raw", rows + test_rows)))
colnames(x) <- paste0("x", seq_len(columns))
train <- seq_len(rows)
start <- proc.time()[["elapsed"]]
# ranger 0.14 has no least leaf; nodes of fewer rows than two leaves are not split.
model <- ranger(x = x[train, ], y = y[train], num.trees = as.integer(given[5]), mtry = as.integer(given[6]),
                min.node.size = max(1, 2 * as.integer(given[7]) - 1), probability = TRUE, num.threads = 2, seed = as.integer(given[8]),
                oob.error = FALSE)
seconds <- proc.time()[["elapsed"]] - start
p <- predict(model, x[-train, ], num.threads = 2)$predictions[, "1"]
positive <- y[-train] == "1"
auc <- (sum(rank(p)[positive]) - sum(positive) * (sum(positive) + 1) / 2) / (sum(positive) * as.numeric(sum(!positive)))
cat(sprintf('{"seconds": %.4f, "auc": %.6f, "version": "%s"}\n', seconds, auc, packageVersion("ranger")))
