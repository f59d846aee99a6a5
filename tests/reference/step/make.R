# Writes the way of R's `step` and its single-term tables; see SOURCE.md.  Rscript make.R SHARED_DATA
shared <- commandArgs(TRUE)[1]
digits <- function(x) trimws(formatC(x, digits = 17, format = "g"))
sure <- glm.control(epsilon = 1e-14, maxit = 100)

save_steps <- function(data, outcome, name) {
  data$.y <- data[[outcome]]
  data[[outcome]] <- NULL
  terms <- setdiff(names(data), ".y")
  full <- reformulate(terms, ".y")
  start <- list(backward = full, forward = .y ~ 1, both = .y ~ 1)
  rows <- NULL
  for (direction in names(start)) for (criterion in c("aic", "bic")) {
    k <- if (criterion == "aic") 2 else log(nrow(data))
    fit <- glm(start[[direction]], binomial, data, control = sure)
    way <- step(fit, scope = list(lower = .y ~ 1, upper = full), direction = direction, k = k, trace = 0)$anova
    rows <- rbind(rows, data.frame(direction, criterion, step = seq_len(nrow(way)) - 1, change = gsub(" ", "", way$Step),
                                   deviance = digits(way[["Resid. Dev"]]), criterion_value = digits(way$AIC)))
  }
  write.csv(rows, paste0(name, "_steps.csv"), row.names = FALSE, quote = FALSE)
  none <- glm(.y ~ 1, binomial, data, control = sure)
  all <- glm(full, binomial, data, control = sure)
  add <- add1(none, full, test = "Rao")
  add_lr <- add1(none, full, test = "LRT")
  drop_lr <- drop1(all, test = "LRT")
  rows <- data.frame(term = rownames(add)[-1], df = add$Df[-1], score = digits(add[["Rao score"]][-1]),
                     add_lr = digits(add_lr$LRT[-1]), drop_lr = digits(drop_lr[terms, "LRT"]))
  write.csv(rows, paste0(name, "_single.csv"), row.names = FALSE, quote = FALSE)
}

bank <- read.csv(file.path(shared, "churn_modelling/Churn_Modelling.csv"), stringsAsFactors = TRUE)
save_steps(bank[, !(names(bank) %in% c("CustomerId", "Surname", "RowNumber"))], "Exited", "churn_modelling")
