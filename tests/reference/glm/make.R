# Writes R's `glm` fits; see SOURCE.md.  Rscript make.R SHARED_DATA
shared <- commandArgs(TRUE)[1]
digits <- function(x) formatC(x, digits = 17, format = "g")

save <- function(fit, name) {
  s <- summary(fit)$coefficients
  rows <- data.frame(term = c(rownames(s), ".null_deviance", ".deviance", ".aic"),
                     coefficient = digits(c(s[, 1], fit$null.deviance, fit$deviance, fit$aic)),
                     error = c(digits(s[, 2]), "", "", ""), z = c(digits(s[, 3]), "", "", ""),
                     p = c(digits(s[, 4]), "", "", ""))
  write.csv(rows, paste0(name, ".csv"), row.names = FALSE, quote = TRUE)
}

# glm stops where the deviance does not change in its eighth digit; started again from there it takes one
# more step, which makes the coefficients exact. (A smaller epsilon would also move its rank tolerance.)
polished <- function(formula, data, weights = rep(1, nrow(data))) {
  data$.w <- weights
  fit <- glm(formula, binomial, data, weights = .w)
  for (i in 1:2) fit <- update(fit, start = ifelse(is.na(coef(fit)), 0, coef(fit)))
  fit
}

# A made data set: correlated columns of very different size, a rare indicator, weights with zeros, and a
# column that is the sum of two others (R drops it).
set.seed(20240331)
n <- 400
age <- round(rnorm(n, 45, 12), 1)
premium <- round(exp(rnorm(n, 8, 0.6)), 2)
claims <- rpois(n, 0.6)
urban <- rbinom(n, 1, 0.4)
total <- age + claims
late <- round(rexp(n, 1 / 9), 2)
eta <- -1.2 + 0.03 * (45 - age) + 0.5 * claims + 0.0001 * premium + 0.04 * late - 0.6 * urban
y <- rbinom(n, 1, 1 / (1 + exp(-eta)))
weight <- sample(c(0, 1, 1, 2, 3), n, TRUE)
made <- data.frame(age, premium, claims, urban, total, late, y, weight)
write.csv(made, "made_data.csv", row.names = FALSE)
save(polished(y ~ age + premium + claims + urban + total + late, made, made$weight), "made")

telco <- read.csv(file.path(shared, "telco_ibm/Telco-Customer-Churn.csv"), stringsAsFactors = TRUE)
telco <- telco[!is.na(telco$TotalCharges), -1]
telco$Churn <- as.integer(telco$Churn == "Yes")
save(polished(Churn ~ . - .w, telco), "telco")

bank <- read.csv(file.path(shared, "churn_modelling/Churn_Modelling.csv"), stringsAsFactors = TRUE)
bank <- bank[, !(names(bank) %in% c("CustomerId", "Surname"))]
save(polished(Exited ~ . - .w, bank), "churn_modelling")
