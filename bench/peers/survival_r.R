# R survival's side of the survival benchmarks: Rscript survival_r.R cox|concordance ROWS COLUMNS DATA
suppressPackageStartupMessages(library(survival))
given <- commandArgs(TRUE)
rows <- as.integer(given[2])
columns <- as.integer(given[3])
file <- file(given[4], "rb")
x <- matrix(readBin(file, "double", rows * columns), rows, columns, byrow = TRUE)
time <- readBin(file, "double", rows)
event <- readBin(file, "integer", rows, size = 1)
close(file)
version <- as.character(packageVersion("survival"))
y <- Surv(time, event)
if (given[1] == "concordance") {
  score <- -x[, 1]
  start <- proc.time()[["elapsed"]]
  found <- concordancefit(y, score, reverse = TRUE, std.err = FALSE)
  seconds <- proc.time()[["elapsed"]] - start
  cat(sprintf('{"seconds": %.4f, "concordance": %.12g, "version": "%s"}\n', seconds, found$concordance, version))
} else {
  start <- proc.time()[["elapsed"]]
  fit <- coxph.fit(x, y, NULL, NULL, NULL, coxph.control(), NULL, "efron", NULL, resid = FALSE)
  seconds <- proc.time()[["elapsed"]] - start
  cat(sprintf('{"seconds": %.4f, "loglik": %.12g, "steps": %d, "beta": [%s], "version": "%s"}\n', seconds,
              fit$loglik[2], fit$iter, paste(sprintf("%.17g", fit$coefficients), collapse = ", "), version))
}
