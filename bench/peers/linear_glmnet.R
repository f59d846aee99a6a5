# glmnet's side of the benchmarks of penalised paths: Rscript linear_glmnet.R path|folds ROWS COLUMNS DATA MIX TOLERANCE
suppressPackageStartupMessages(library(glmnet))
given <- commandArgs(TRUE)
rows <- as.integer(given[2])
columns <- as.integer(given[3])
file <- file(given[4], "rb")
x <- matrix(readBin(file, "double", rows * columns), rows, columns, byrow = TRUE)
y <- readBin(file, "integer", rows, size = 1)
close(file)
mix <- as.numeric(given[5])
tolerance <- as.numeric(given[6])
deviance <- 0
threads <- requireNamespace("doParallel", quietly = TRUE)
if (threads) doParallel::registerDoParallel(2)
start <- proc.time()[["elapsed"]]
if (given[1] == "folds") {
  cv <- cv.glmnet(x, y, family = "binomial", alpha = mix, thresh = tolerance,
                  foldid = (seq_len(rows) - 1) %% 10 + 1, parallel = threads)
  fit <- cv$glmnet.fit
  deviance <- min(cv$cvm)
} else {
  fit <- glmnet(x, y, family = "binomial", alpha = mix, thresh = tolerance)
}
seconds <- proc.time()[["elapsed"]] - start
last <- length(fit$lambda)
cat(sprintf('{"seconds": %.4f, "lambdas": %d, "explained": %.10g, "nonzero": %d, "deviance": %.10g, "version": "%s"}\n',
            seconds, last, fit$dev.ratio[last], fit$df[last], deviance, as.character(packageVersion("glmnet"))))
