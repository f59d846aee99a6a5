# Writes rpart's trees of the shared data sets as JSON; see SOURCE.md.
#
#   Rscript make.R SHARED_DATA OUT [NAME...]
#
# The same table of cases stands in src/models/cart/cart_reference_test.cpp.
suppressMessages({library(rpart); library(jsonlite)})

arguments <- commandArgs(trailingOnly = TRUE)
shared <- arguments[1]
out <- arguments[2]

# plant: a present cell of row r and column c (from 0) goes missing where
# (7919r + 104729c + 31rc) %% 1009 %% plant == 0; 0: none.
# weights: "": 1; "thirds": 1 + r %% 3; "quarters": 0.25 (1 + r %% 4).
# Folds are r %% folds + 1.
cases <- list(
  german = list("german_credit/converted/credit.csv", "class", c(), plant = 11, folds = 10, cp = 0.01),
  german_loss = list("german_credit/converted/credit.csv", "class", c(), plant = 11, folds = 10, cp = 0.008,
                     loss = c(0, 1, 5, 0)),
  german_housing = list("german_credit/converted/credit.csv", "housing", c(), plant = 13, folds = 5, cp = 0.01),
  telco_information = list("telco_ibm/Telco-Customer-Churn.csv", "Churn", c("customerID"), plant = 11, folds = 10,
                           cp = 0.002, split = "information"),
  telco_contract = list("telco_ibm/Telco-Customer-Churn.csv", "Contract", c("customerID"), plant = 13, folds = 5,
                        cp = 0.003, prior = c(0.5, 0.2, 0.3), loss = c(0, 1, 2, 1, 0, 1, 3, 1, 0),
                        weights = "quarters"),
  churn_modelling_prior = list("churn_modelling/Churn_Modelling.csv", "Exited", c("CustomerId", "Surname"), plant = 0,
                               folds = 10, cp = 0.003, prior = c(0.5, 0.5)),
  churn_modelling_weights = list("churn_modelling/Churn_Modelling.csv", "Exited", c("CustomerId", "Surname"),
                                 plant = 7, folds = 10, cp = 0.004, weights = "thirds", minsplit = 60, minbucket = 25,
                                 maxdepth = 4),
  mlc = list("mlc_churn/converted/mlc_churn.csv", "churn", c(), plant = 0, folds = 10, cp = 0.005),
  mlc_information = list("mlc_churn/converted/mlc_churn.csv", "churn", c(), plant = 7, folds = 5, cp = 0.008,
                         split = "information", loss = c(0, 1, 4, 0)),
  # Lower_Age is Upper_Age in three rows of four: between copies rounding decides, in rpart by the order of ties. With a
  # minbucket of 150 two categories of the same share (10 of 14, 5 of 7) lie at its bound in a fold, and rounding decides again.
  health_lead = list("health_insurance_lead/train_Df64byy.csv", "Response", c("ID", "Lower_Age"), plant = 0,
                     folds = 5, cp = 0.0004, prior = c(0.5, 0.5), minsplit = 400, minbucket = 160)
)

is_missing <- function(x) is.na(x) | x %in% c("", "NA", "?")

read <- function(case) {
  raw <- read.csv(file.path(shared, case[[1]]), colClasses = "character", check.names = FALSE, na.strings = character())
  raw[] <- lapply(raw, trimws)
  raw <- raw[, setdiff(names(raw), case[[3]])]
  r <- seq_len(nrow(raw)) - 1
  y <- factor(raw[[case[[2]]]], levels = sort(unique(raw[[case[[2]]]]), method = "radix"))
  raw[[case[[2]]]] <- NULL
  x <- lapply(seq_along(raw), function(i) {
    cells <- raw[[i]]
    cells[is_missing(cells)] <- NA
    numbers <- suppressWarnings(as.numeric(cells))
    known <- if (any(is.na(numbers) & !is.na(cells))) {
      factor(cells, levels = sort(unique(cells[!is.na(cells)]), method = "radix"))
    } else numbers
    if (case$plant > 0) known[(7919 * r + 104729 * (i - 1) + 31 * r * (i - 1)) %% 1009 %% case$plant == 0] <- NA
    known
  })
  names(x) <- sprintf("v%d", seq_along(x) - 1)
  list(x = as.data.frame(x), y = y, r = r)
}

index_of <- function(name) ifelse(name == "<leaf>", -1L, suppressWarnings(as.integer(sub("^v", "", name))))

write_case <- function(name) {
  case <- cases[[name]]
  data <- read(case)
  classes <- nlevels(data$y)
  weights <- switch(if (is.null(case$weights)) "" else case$weights, thirds = 1 + data$r %% 3,
                    quarters = 0.25 * (1 + data$r %% 4), rep(1, length(data$r)))
  parms <- list(split = if (is.null(case$split)) "gini" else case$split)
  if (!is.null(case$prior)) parms$prior <- case$prior
  if (!is.null(case$loss)) parms$loss <- matrix(case$loss, classes, byrow = TRUE)
  minsplit <- if (is.null(case$minsplit)) 20 else case$minsplit
  control <- rpart.control(minsplit = minsplit,
                           minbucket = if (is.null(case$minbucket)) round(minsplit / 3) else case$minbucket,
                           cp = case$cp, maxdepth = if (is.null(case$maxdepth)) 30 else case$maxdepth,
                           xval = data$r %% case$folds + 1)
  frame <- cbind(data$x, outcome = data$y)
  fit <- rpart(outcome ~ ., frame, weights = weights, method = "class", parms = parms, control = control)
  ff <- fit$frame
  inner <- ff$var != "<leaf>"
  # splits holds for each inner node its primary split, then competitors, then surrogates.
  s <- fit$splits
  kinds <- unlist(lapply(which(inner), function(i) {
    c(0, rep(1, ff$ncompete[i]), rep(2, ff$nsurrogate[i]))
  }))
  node <- rep(as.integer(rownames(ff))[inner], 1 + ff$ncompete[inner] + ff$nsurrogate[inner])
  result <- list(
    rows = length(data$r), missing = sum(is.na(data$x)),
    cptable = list(cp = fit$cptable[, "CP"], nsplit = fit$cptable[, "nsplit"], rel_error = fit$cptable[, "rel error"],
                   xerror = fit$cptable[, "xerror"], xstd = fit$cptable[, "xstd"]),
    frame = list(node = as.integer(rownames(ff)), var = index_of(as.character(ff$var)), n = ff$n, wt = ff$wt,
                 dev = ff$dev, yval = ff$yval - 1, complexity = ff$complexity,
                 counts = ff$yval2[, 1 + seq_len(classes)]),
    splits = list(node = node, kind = kinds, var = index_of(rownames(s)), count = s[, "count"], ncat = s[, "ncat"],
                  improve = s[, "improve"], index = s[, "index"], adj = s[, "adj"]),
    csplit = fit$csplit,
    importance = list(var = index_of(names(fit$variable.importance)), value = unname(fit$variable.importance)))
  # rpart counts held-out rows by the transposed matrix of losses; here by the matrix itself.
  predicted <- xpred.rpart(fit, xval = data$r %% case$folds + 1)
  truth <- as.integer(data$y)
  share <- as.vector(tapply(weights, data$y, sum)) / sum(weights)
  prior <- if (is.null(case$prior)) share else case$prior
  loss <- if (is.null(case$loss)) 1 - diag(classes) else parms$loss
  costs <- apply(predicted, 2, function(p) loss[cbind(truth, p)] * (prior / share)[truth])
  sums <- colSums(costs * weights)
  result$validated <- list(
    error = sums / ff$dev[1],
    deviation = sqrt(colSums(costs^2 * weights) - sums^2 / sum(weights)) / ff$dev[1])
  rownames(result$csplit) <- NULL
  result <- rapply(result, unname, how = "replace")
  write(toJSON(result, digits = I(17), matrix = "rowmajor", auto_unbox = TRUE), file.path(out, paste0(name, ".json")))
  cat(name, nrow(ff), "nodes", nrow(fit$cptable), "cps", "missing", result$missing, "\n")
}

chosen <- if (length(arguments) > 2) arguments[-(1:2)] else names(cases)
for (name in chosen) write_case(name)
