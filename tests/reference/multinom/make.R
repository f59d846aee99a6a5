# Writes multinomial fits; see SOURCE.md.  Rscript make.R
suppressPackageStartupMessages({library(nnet); library(MASS)})
digits <- function(x) trimws(formatC(x, digits = 17, format = "g"))

# Newton's method from multinom's answer, as its BFGS leaves six digits.
polished <- function(x, y, weights, beta) {
  classes <- nlevels(y)
  k <- ncol(x)
  for (step in 1:20) {
    eta <- cbind(0, x %*% t(beta))
    p <- exp(eta) / rowSums(exp(eta))
    gradient <- numeric(0)
    hessian <- matrix(0, (classes - 1) * k, (classes - 1) * k)
    for (a in 2:classes) {
      gradient <- c(gradient, t(x) %*% (weights * ((y == levels(y)[a]) - p[, a])))
      for (b in 2:classes) {
        w <- weights * (p[, a] * (a == b) - p[, a] * p[, b])
        hessian[(a - 2) * k + 1:k, (b - 2) * k + 1:k] <- t(x) %*% (w * x)
      }
    }
    change <- solve(hessian, gradient)
    beta <- beta + matrix(change, classes - 1, k, byrow = TRUE)
    if (max(abs(change)) < 1e-14) break
  }
  list(beta = beta, errors = matrix(sqrt(diag(solve(hessian))), classes - 1, k, byrow = TRUE),
       deviance = -2 * sum(weights * log(p[cbind(seq_along(y), as.integer(y))])))
}

save <- function(formula, data, weights, name) {
  data$.w <- weights
  fit <- do.call(multinom, list(formula, data, weights = quote(.w), trace = FALSE, maxit = 1000, reltol = 1e-14))
  x <- model.matrix(formula, data)
  y <- data[[all.vars(formula)[1]]]
  p <- polished(x, y, weights, coef(fit))
  stopifnot(max(abs(p$beta - coef(fit))) < 1e-4)
  rows <- NULL
  for (a in seq_len(nlevels(y) - 1)) {
    rows <- rbind(rows, data.frame(class = levels(y)[a + 1], term = colnames(x), coefficient = digits(p$beta[a, ]),
                                   error = digits(p$errors[a, ])))
  }
  rows <- rbind(rows, data.frame(class = "", term = ".deviance", coefficient = digits(p$deviance), error = ""))
  write.csv(rows, paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
}

write.csv(housing, "housing_data.csv", row.names = FALSE, quote = FALSE)
save(Sat ~ Infl + Type + Cont, housing, housing$Freq, "housing")
write.csv(fgl, "fgl_data.csv", row.names = FALSE, quote = FALSE)
save(type ~ RI + Na + Mg + Al, subset(fgl, type %in% c("WinF", "WinNF", "Head")) |> droplevels(),
     rep(1, sum(fgl$type %in% c("WinF", "WinNF", "Head"))), "fgl")
