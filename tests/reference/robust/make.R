# Writes robust and clustered errors and variance inflation; see SOURCE.md.  Rscript make.R SHARED_DATA
suppressPackageStartupMessages({library(sandwich); library(car)})
shared <- commandArgs(TRUE)[1]
digits <- function(x) trimws(formatC(x, digits = 17, format = "g"))
polished <- function(formula, data, weights) {
  data$.w <- weights
  fit <- glm(formula, binomial, data, weights = .w)
  for (i in 1:3) fit <- update(fit, start = coef(fit))
  fit
}
errors <- function(v) digits(sqrt(diag(v)))

save <- function(fit, cluster, name) {
  rows <- data.frame(term = names(coef(fit)))
  for (type in c("HC0", "HC1", "HC2", "HC3")) rows[[type]] <- errors(vcovHC(fit, type = type))
  # Small-sample factor G / (G - 1), sandwich's default.
  rows$clustered <- errors(vcovCL(fit, cluster = cluster, type = "HC0", cadjust = TRUE))
  write.csv(rows, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
}

made <- read.csv("../glm/made_data.csv")
made <- made[made$weight > 0, ]
fit <- polished(y ~ age + premium + claims + urban + late, made, made$weight)
save(fit, (seq_len(nrow(made)) - 1) %/% 4, "made")

bank <- read.csv(file.path(shared, "churn_modelling/Churn_Modelling.csv"), stringsAsFactors = TRUE)
bank <- bank[, !(names(bank) %in% c("CustomerId", "Surname", "RowNumber"))]
fit <- polished(Exited ~ . - .w, bank, rep(1, nrow(bank)))
save(fit, (seq_len(nrow(bank)) - 1) %/% 7, "churn_modelling")
v <- vif(fit)
write.csv(data.frame(column = rownames(v), gvif = digits(v[, 1]), df = v[, 2], adjusted = digits(v[, 3])),
          "churn_modelling_vif.csv", row.names = FALSE, quote = FALSE)
