# Writes values.csv (case, name, numbers) and the data it was made of; see SOURCE.md.
#   Rscript make.R SHARED_DATA
suppressPackageStartupMessages({library(survival); library(cmprsk)})
shared <- commandArgs(TRUE)[1]
out <- file("values.csv", "w")
put <- function(case, ...) {
  values <- list(...)
  for (name in names(values)) {
    numbers <- formatC(as.numeric(values[[name]]), digits = 17, format = "g")
    writeLines(paste0(case, ".", name, ",", paste(trimws(numbers), collapse = " ")), out)
  }
}
save <- function(data, name) {
  data[] <- lapply(data, as.numeric)
  write.csv(format(data, digits = 17, trim = TRUE), paste0(name, ".csv"), row.names = FALSE, quote = FALSE)
  data
}
tight <- coxph.control(eps = 1e-14, iter.max = 100, toler.chol = 1e-13)

# The data.
l <- na.omit(lung[, c("time", "status", "age", "sex", "ph.ecog", "inst")])
l <- data.frame(time = l$time, event = l$status == 2, age = l$age, sex = l$sex, ecog = l$ph.ecog, inst = l$inst)
l$entry <- floor(l$time * ((seq_len(nrow(l)) * 7) %% 10) / 12)
l$weight <- 1 + (seq_len(nrow(l)) %% 3) * 0.5
l$count <- 1 + seq_len(nrow(l)) %% 3
l <- save(l, "lung")
v <- veteran
v <- save(data.frame(time = v$time, event = v$status, trt = v$trt, karno = v$karno, diagtime = v$diagtime, age = v$age,
                     prior = v$prior, small = v$celltype == "smallcell", adeno = v$celltype == "adeno",
                     large = v$celltype == "large", cell = v$celltype), "veteran")
r <- read.csv(file.path(shared, "survival_refs/lifelines_rossi.csv"))
r <- save(r[, c("week", "arrest", "fin", "age", "race", "wexp", "mar", "paro", "prio")], "rossi")
h <- save(data.frame(start = heart$start, stop = heart$stop, event = heart$event, age = heart$age, year = heart$year,
                     surgery = heart$surgery, transplant = as.numeric(heart$transplant) - 1, id = heart$id), "heart")
m <- na.omit(mgus2[, c("age", "sex", "hgb", "creat", "mspike", "ptime", "pstat", "futime", "death")])
etime <- with(m, ifelse(pstat == 0, futime, ptime))
cause <- with(m, ifelse(pstat == 0, 2 * death, 1))
m <- save(data.frame(time = etime, cause = cause, age = m$age, male = m$sex == "M", hgb = m$hgb, mspike = m$mspike), "mgus")

# Curves.
curve <- function(case, formula, data, ...) {
  for (type in c("plain", "log", "log-log")) {
    f <- do.call(survfit, list(formula, data = data, conf.type = type, ...))
    put(paste0(case, ".", type), lower = f$lower, upper = f$upper)
  }
  put(case, time = f$time, at_risk = f$n.risk, events = f$n.event, survival = f$surv, error = f$std.err,
      hazard = f$cumhaz, hazard_error = f$std.chaz)
}
curve("km.lung", Surv(time, event) ~ 1, l)
curve("km.truncated", Surv(entry, time, event) ~ 1, l)
curve("km.count", Surv(time, event) ~ 1, l, weights = l$count)
compare <- function(case, formula, data, rho) {
  d <- survdiff(formula, data, rho = rho)
  put(case, observed = if (is.matrix(d$obs)) rowSums(d$obs) else d$obs,
      expected = if (is.matrix(d$exp)) rowSums(d$exp) else d$exp, variance = d$var, chisq = d$chisq)
}
compare("logrank.lung", Surv(time, event) ~ sex, l, 0)
compare("peto.lung", Surv(time, event) ~ sex, l, 1)
compare("logrank.veteran", Surv(time, event) ~ cell, v, 0)
compare("half.veteran", Surv(time, event) ~ cell, v, 0.5)
compare("logrank.strata", Surv(time, event) ~ sex + strata(ecog), l, 0)
compare("peto.strata", Surv(time, event) ~ sex + strata(ecog), l, 1)

# Cox.
cox <- function(case, formula, data, residuals = TRUE, ...) {
  f <- do.call(coxph, list(formula, data = data, control = tight, x = TRUE, ...))
  put(case, coef = coef(f), variance = f$var, naive = if (is.null(f$naive.var)) f$var else f$naive.var,
      loglik = f$loglik, score = f$score, wald = f$wald.test)
  if (!is.null(f$rscore)) put(case, robust_score = f$rscore)
  if (!residuals) return(invisible(f))
  for (type in c("martingale", "deviance", "score", "schoenfeld", "dfbeta")) {
    values <- list(t(residuals(f, type)))
    names(values) <- if (type == "score") "score_residuals" else type
    do.call(put, c(case, values))
  }
  for (transform in c("km", "identity", "rank", "log")) {
    if (transform == "log" && min(f$y[, ncol(f$y) - 1]) <= 0) next
    z <- cox.zph(f, transform = transform)
    put(paste0(case, ".zph.", transform), chisq = z$table[, 1], p = z$table[, 3])
  }
  for (type in c("log", "log-log", "plain")) {
    s <- survfit(f, newdata = as.data.frame(t(f$means)), conf.type = type)
    put(paste0(case, ".curve.", type), lower = s$lower, upper = s$upper)
  }
  put(paste0(case, ".curve"), means = f$means, time = s$time, hazard = s$cumhaz, error = s$std.chaz)
  invisible(f)
}
for (ties in c("breslow", "efron", "exact")) {
  rich <- ties != "exact"
  cox(paste0("cox.lung.", ties), Surv(time, event) ~ age + sex + ecog, l, rich, ties = ties)
  cox(paste0("cox.veteran.", ties), Surv(time, event) ~ trt + karno + diagtime + age + prior + small + adeno + large, v,
      rich, ties = ties)
  cox(paste0("cox.rossi.", ties), Surv(week, arrest) ~ fin + age + race + wexp + mar + paro + prio, r, rich, ties = ties)
  cox(paste0("cox.heart.", ties), Surv(start, stop, event) ~ age + year + surgery + transplant, h, rich, ties = ties)
  if (!rich) next
  cox(paste0("cox.truncated.", ties), Surv(entry, time, event) ~ age + sex + ecog, l, ties = ties)
  cox(paste0("cox.robust.", ties), Surv(time, event) ~ age + sex + ecog, l, FALSE, ties = ties, robust = TRUE)
  cox(paste0("cox.weighted.", ties), Surv(time, event) ~ age + sex + ecog, l, FALSE, ties = ties, weights = l$weight,
      robust = TRUE)
  cox(paste0("cox.clustered.", ties), Surv(start, stop, event) ~ age + year + surgery + transplant, h, FALSE, ties = ties,
      cluster = h$id)
  f <- coxph(Surv(time, event) ~ trt + karno + age + strata(cell), v, control = tight, ties = ties)
  put(paste0("cox.strata.", ties), coef = coef(f), variance = f$var, loglik = f$loglik, score = f$score,
      martingale = residuals(f), schoenfeld = t(residuals(f, "schoenfeld")), scores = t(residuals(f, "score")),
      zph = cox.zph(f, transform = "identity")$table[, 1], zph_km = cox.zph(f)$table[, 1])
  f <- coxph(Surv(time, event) ~ age + ecog + offset(0.4 * sex), l, control = tight, ties = ties)
  put(paste0("cox.offset.", ties), coef = coef(f), variance = f$var, loglik = f$loglik)
  f <- coxph(Surv(time, event) ~ ridge(age, sex, ecog, theta = 20, scale = FALSE), l, ties = ties,
             control = coxph.control(eps = 1e-14, iter.max = 100))
  put(paste0("cox.ridge.", ties), coef = coef(f), variance = f$var)
}

# Competing exits.
f <- survfit(Surv(time, factor(cause, 0:2)) ~ 1, m)
put("aj.mgus", time = f$time, one = f$pstate[, 2], two = f$pstate[, 3], stay = f$pstate[, 1], error_one = f$std.err[, 2],
    error_two = f$std.err[, 3])
ci <- cuminc(m$time, m$cause)
at <- c(12, 60, 120, 240, 360)
t <- timepoints(ci, at)
put("cuminc.mgus", at = at, estimate = t(t$est), variance = t(t$var))
old <- (m$age > 60) + (m$age > 75)
gray <- c()
for (group in list(m$male, old)) for (rho in 0:1) gray <- c(gray, cuminc(m$time, m$cause, group, rho = rho)$Tests[, "stat"])
put("gray.mgus", chisq = gray)
m$id <- seq_len(nrow(m))
fg <- finegray(Surv(time, factor(cause, 0:2)) ~ age + male + hgb + mspike + id, m, etype = "1")
f <- coxph(Surv(fgstart, fgstop, fgstatus) ~ age + male + hgb + mspike, fg, weights = fgwt, cluster = id, control = tight, ties = "breslow")
put("finegray.mgus", rows = nrow(fg), weight = sum(fg$fgwt), coef = coef(f), variance = f$var)
f <- crr(m$time, m$cause, as.matrix(m[, c("age", "male", "hgb", "mspike")]), failcode = 1, gtol = 1e-12, maxiter = 100)
# crr stops a little before its top: one Newton step of its own score and information.
f$coef <- f$coef + solve(f$inf, f$score)
put("crr.mgus", coef = f$coef, variance = f$var, loglik = f$loglik)

# Accelerated failure time.
for (dist in c("exponential", "weibull", "lognormal", "loglogistic")) {
  f <- survreg(Surv(time, event) ~ age + sex + ecog, l, dist = dist, control = survreg.control(rel.tolerance = 1e-14, maxiter = 100))
  put(paste0("aft.lung.", dist), coef = coef(f), scale = f$scale, variance = f$var, loglik = f$loglik)
  f <- survreg(Surv(time, event) ~ trt + karno + small + adeno + large, v, weights = 1 + v$age / 50, dist = dist,
               control = survreg.control(rel.tolerance = 1e-14, maxiter = 100))
  put(paste0("aft.veteran.", dist), coef = coef(f), scale = f$scale, variance = f$var, loglik = f$loglik,
      quantile = predict(f, type = "quantile", p = 0.5)[1:5])
}

# Concordance.
f <- coxph(Surv(time, event) ~ age + sex + ecog, l)
s <- predict(f, type = "lp")
put("score.lung", score = s)
for (case in list(list("plain", NULL, "n"), list("weighted", l$weight, "n"), list("uno", NULL, "n/G2"))) {
  arguments <- list(Surv(time, event) ~ s, data = l, reverse = TRUE, timewt = case[[3]])
  if (!is.null(case[[2]])) arguments$weights <- case[[2]]
  k <- do.call(concordance, arguments)
  put(paste0("concordance.", case[[1]]), value = k$concordance, count = k$count, variance = k$var)
}
k <- concordance(Surv(entry, time, event) ~ s, l, reverse = TRUE)
put("concordance.truncated", value = k$concordance, count = k$count)
k <- concordance(Surv(start, stop, event) ~ age, h, reverse = TRUE)
put("concordance.heart", value = k$concordance, count = k$count)

# Paths of the lasso and the elastic net.
suppressPackageStartupMessages(library(glmnet))
glmnet.control(fdev = 0, devmax = 1)
path <- function(case, data, y, columns, alpha, ...) {
  x <- as.matrix(data[, columns])
  at <- glmnet(x, y, family = "cox", alpha = alpha, nlambda = 12, lambda.min.ratio = 0.01, thresh = 1e-15, maxit = 1e7, ...)$lambda
  fit <- glmnet(x, y, family = "cox", alpha = alpha, lambda = at, thresh = 1e-15, maxit = 1e7, ...)
  put(case, lambda = at, coef = as.matrix(fit$beta), explained = fit$dev.ratio, nonzero = fit$df)
  invisible(at)
}
eight <- c("trt", "karno", "diagtime", "age", "prior", "small", "adeno", "large")
vy <- Surv(v$time, v$event)
at <- path("coxnet.lasso", v, vy, eight, 1)
path("coxnet.half", v, vy, eight, 0.5)
path("coxnet.ridge", v, vy, eight, 0)
# Where weights, strata or late entries take cox.path, its coefficients stand up to 0.3 % from where their own
# conditions hold, so only the penalties are kept.
begins <- function(case, data, y, columns, alpha, ...) {
  fit <- glmnet(as.matrix(data[, columns]), y, family = "cox", alpha = alpha, nlambda = 12, lambda.min.ratio = 0.01, ...)
  put(case, lambda = fit$lambda)
}
begins("coxnet.weighted", l, Surv(0 * l$time, l$time, l$event), c("age", "sex", "ecog"), 0.5, weights = l$weight)
begins("coxnet.strata", v, stratifySurv(vy, v$trt), eight[-1], 1)
begins("coxnet.late", l, Surv(l$entry, l$time, l$event), c("age", "sex", "ecog"), 1)
folds <- (seq_len(nrow(v)) * 7) %% 5 + 1
cv <- cv.glmnet(as.matrix(v[, eight]), vy, family = "cox", foldid = folds, lambda = at, grouped = TRUE, thresh = 1e-15,
                maxit = 1e7)
put("coxnet.folds", deviance = cv$cvm, error = cv$cvsd, smallest = cv$index[1] - 1, one_error = cv$index[2] - 1)
close(out)
