# rpart's side of the CART benchmark.
#
#   Rscript cart_rpart.R ROWS COLUMNS DATA FOLDS     prints one JSON line
suppressMessages(library(rpart))
arguments <- commandArgs(trailingOnly = TRUE)
rows <- as.integer(arguments[1])
columns <- as.integer(arguments[2])
folds <- as.integer(arguments[4])
file <- file(arguments[3], "rb")
frame <- lapply(seq_len(columns), function(i) readBin(file, "double", rows))
names(frame) <- sprintf("x%d", seq_len(columns))
frame <- as.data.frame(frame)
frame$y <- factor(as.integer(readBin(file, "raw", rows)))
close(file)
xval <- if (folds > 0) (seq_len(rows) - 1) %% folds + 1 else 0
seconds <- system.time(
  fit <- rpart(y ~ ., frame, method = "class", control = rpart.control(cp = 0.001, minsplit = 20, xval = xval))
)[["elapsed"]]
last <- fit$cptable[nrow(fit$cptable), ]
validated <- if (folds > 0) last[["xerror"]] else 0
cat(sprintf('{"seconds": %.4f, "version": "%s", "splits": %d, "error": %.12g, "validated_error": %.12g}\n',
            seconds, packageVersion("rpart"), as.integer(last[["nsplit"]]), last[["rel error"]], validated))
