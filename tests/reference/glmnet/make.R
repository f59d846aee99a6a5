# Writes glmnet's paths and cross-validations; see SOURCE.md.  Rscript make.R SHARED_DATA
library(glmnet)
shared <- commandArgs(TRUE)[1]
digits <- function(x) trimws(formatC(x, digits = 17, format = "g"))
glmnet.control(fdev = 1e-5, devmax = 0.999)
sure <- list(thresh = 1e-20, maxit = 1e9)

# One row a lambda: what the path and its cross-validation say, and all coefficients.
# The folds see the path's own lambdas, as we do; by default cv.glmnet lets each fold choose others and interpolates.
save <- function(x, y, weights, alpha, name) {
  fit <- glmnet(x, y, family = "binomial", weights = weights, alpha = alpha, thresh = sure$thresh, maxit = sure$maxit)
  lambda <- fit$lambda
  if (alpha == 0) lambda[1] <- lambda[2]^2 / lambda[3]
  fit <- glmnet(x, y, family = "binomial", weights = weights, alpha = alpha, lambda = lambda,
                thresh = sure$thresh, maxit = sure$maxit)
  foldid <- (seq_len(nrow(x)) - 1) %% 5 + 1
  cv <- cv.glmnet(x, y, family = "binomial", weights = weights, alpha = alpha, lambda = lambda, foldid = foldid,
                  thresh = sure$thresh, maxit = sure$maxit)
  stopifnot(length(cv$cvm) == length(lambda))
  rows <- data.frame(lambda = digits(lambda), dev_ratio = digits(fit$dev.ratio), df = fit$df, cvm = digits(cv$cvm),
                     cvsd = digits(cv$cvsd), min = as.integer(cv$lambda == cv$lambda.min),
                     se1 = as.integer(cv$lambda == cv$lambda.1se), apply(t(as.matrix(coef(fit))), 2, digits))
  write.csv(rows, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
}

made <- read.csv("../glm/made_data.csv")
x <- as.matrix(made[, c("age", "premium", "claims", "urban", "late")])
for (alpha in c(1, 0.5, 0)) save(x, made$y, made$weight, alpha, paste0("made_", alpha))

# More columns than rows.
set.seed(20240401)
n <- 60
p <- 120
x <- matrix(round(rnorm(n * p), 2), n, p, dimnames = list(NULL, paste0("x", seq_len(p))))
y <- rbinom(n, 1, 1 / (1 + exp(-(0.3 + x[, 1] - x[, 2] + 0.7 * x[, 3]))))
write.csv(data.frame(y, x), "wide_data.csv", row.names = FALSE, quote = FALSE)
for (alpha in c(1, 0.5)) save(x, y, rep(1, n), alpha, paste0("wide_", alpha))

bank <- read.csv(file.path(shared, "churn_modelling/Churn_Modelling.csv"), stringsAsFactors = TRUE)
bank <- bank[, !(names(bank) %in% c("CustomerId", "Surname"))]
x <- model.matrix(Exited ~ ., bank)[, -1]
save(x, bank$Exited, rep(1, nrow(bank)), 1, "churn_modelling_1")
