# Writes values.csv (name, numbers) and the data it was made of; see SOURCE.md.
#   Rscript make.R
suppressPackageStartupMessages(library(markovchain))
set.seed(20261126)
out <- file("values.csv", "w")
put <- function(name, values) {
  numbers <- formatC(as.numeric(values), digits = 17, format = "g")
  writeLines(paste0(name, ",", paste(trimws(numbers), collapse = " ")), out)
}
by_row <- function(m) as.numeric(t(m))
save <- function(data, name) write.csv(format(data, digits = 17, trim = TRUE), paste0(name, ".csv"), row.names = FALSE, quote = FALSE)

# 300 customers over 10 months in 4 states, 3 of which is final; some months are missing.
truth <- rbind(c(.7, .2, .05, .05), c(.15, .6, .2, .05), c(.05, .15, .7, .1), c(0, 0, 0, 1))
rows <- list()
for (c in 0:299) {
  segment <- c %% 2
  state <- sample(1:3, 1)
  for (t in 5:14) {
    if (runif(1) > .03) rows[[length(rows) + 1]] <- data.frame(customer = c, period = t, state = state - 1, segment = segment)
    p <- truth[state, ]
    if (segment == 1 && state == 1) p <- c(.6, .3, .05, .05)
    if (t > 10 && state == 2) p <- c(.25, .5, .2, .05)
    state <- sample(1:4, 1, prob = p)
  }
}
seen <- do.call(rbind, rows)
seen <- seen[sample(nrow(seen)), ]
save(seen, "observations")

# Moves, counted by looking each next month up.
key <- paste(seen$customer, seen$period)
at <- function(shift) seen$state[match(paste(seen$customer, seen$period + shift), key)]
nxt <- at(1); after <- at(2)
table4 <- function(a, b) table(factor(a, 0:3), factor(b, 0:3))
counts <- table4(seen$state[!is.na(nxt)], nxt[!is.na(nxt)])
put("counts", by_row(counts))
put("counts.segment1", by_row(with(list(k = !is.na(nxt) & seen$segment == 1), table4(seen$state[k], nxt[k]))))
put("counts.period7", by_row(with(list(k = !is.na(nxt) & seen$period == 7), table4(seen$state[k], nxt[k]))))
score <- function(x, n) if (n == 0) c(0, 1) else suppressWarnings(prop.test(x, n, correct = FALSE)$conf.int)
bounds <- sapply(1:3, function(i) sapply(1:4, function(j) score(counts[i, j], sum(counts[i, ]))))
put("bounds", bounds) # By row: lower and upper of each cell.

# Contingency tables: R's own chisq.test, and the likelihood ratio beside it.
homogeneity <- function(tables) {
  x <- g <- df <- 0
  for (m in tables) {
    m <- m[rowSums(m) > 0, colSums(m) > 0, drop = FALSE]
    if (nrow(m) < 2 || ncol(m) < 2) next
    test <- suppressWarnings(chisq.test(m, correct = FALSE))
    x <- x + test$statistic; df <- df + test$parameter
    g <- g + 2 * sum(ifelse(m > 0, m * log(m / test$expected), 0))
  }
  c(x, g, df, pchisq(x, df, lower.tail = FALSE), pchisq(g, df, lower.tail = FALSE))
}
known <- !is.na(nxt)
next_by <- function(group, keep, now, to) lapply(0:3, function(s) {
  k <- keep & now == s
  table(group[k], factor(to[k], 0:3))
})
put("over_time", homogeneity(next_by(seen$period, known, seen$state, nxt)))
put("between_segments", homogeneity(next_by(seen$segment, known, seen$state, nxt)))
put("first_order", homogeneity(list(counts)))
triple <- known & !is.na(after)
put("second_order", homogeneity(next_by(seen$state, triple, ifelse(is.na(nxt), -1, nxt), after)))

# Chains by the package markovchain.
p <- counts / rowSums(counts)
p <- matrix(p, 4, dimnames = list(0:3, 0:3))
chain <- new("markovchain", states = as.character(0:3), transitionMatrix = p)
put("to_final.periods", meanAbsorptionTime(chain))
p3 <- counts[1:3, 1:3] / rowSums(counts[1:3, 1:3])
staying <- new("markovchain", states = as.character(0:2), transitionMatrix = matrix(p3, 3, dimnames = list(0:2, 0:2)))
put("staying.counts", by_row(counts[1:3, 1:3]))
put("staying.steady", steadyStates(staying))
put("staying.passage", by_row(meanFirstPassageTime(staying)))
put("staying.recurrence", meanRecurrenceTime(staying))
# Two ways to end, three to be before.
two <- rbind(c(5, 3, 0, 2, 0), c(2, 4, 2, 0, 2), c(0, 3, 6, 0, 1), c(0, 0, 0, 9, 0), c(0, 0, 0, 0, 4))
put("two.counts", by_row(two))
ends <- new("markovchain", states = as.character(0:4), transitionMatrix = matrix(two / rowSums(two), 5, dimnames = list(0:4, 0:4)))
put("two.chances", by_row(absorptionProbabilities(ends)))
put("two.periods", meanAbsorptionTime(ends))
put("two.hitting", by_row(hittingProbabilities(ends)))
q <- (two / rowSums(two))[1:3, 1:3]
n <- solve(diag(3) - q)
put("two.visits", by_row(n))
put("two.spread", sqrt((2 * n - diag(3)) %*% rowSums(n) - rowSums(n)^2))

# Journeys: after step 2 balances fall more often, after 1 then 2 more often still.
events <- list(); balances <- list()
for (c in 0:79) {
  days <- sort(sample(0:300, 12)); steps <- sample(0:3, 12, replace = TRUE)
  events[[c + 1]] <- data.frame(customer = c, day = days, step = steps)
  start <- round(exp(rnorm(1, 8, 1)), 2)
  b <- data.frame(customer = c, day = seq(-5, 330, by = 7), balance = start)
  factor <- rep(1, nrow(b))
  for (i in seq_along(days)) {
    chance <- if (steps[i] == 2) (if (i > 1 && steps[i - 1] == 1) .8 else .4) else .1
    if (runif(1) < chance) { hit <- b$day > days[i] + 3 & b$day < days[i] + 60; factor[hit] <- factor[hit] * .6 }
  }
  b$balance <- round(start * factor * exp(rnorm(nrow(b), 0, .02)), 2)
  balances[[c + 1]] <- b
}
events <- do.call(rbind, events); balances <- do.call(rbind, balances)
save(events, "events"); save(balances, "balances")

# The same question put again by loops, lm() and uniroot().
known_at <- function(c, day) { b <- balances[balances$customer == c & balances$day <= day, ]; if (nrow(b)) b$balance[nrow(b)] else NA }
last <- max(balances$day); after_days <- 30
before <- mapply(known_at, events$customer, events$day)
later <- mapply(known_at, events$customer, events$day + after_days)
watched <- !is.na(before) & before > 0 & events$day + after_days <= last
fall <- as.numeric(before - later >= .3 * before); loss <- before - later
sorted <- sort(before[watched]); n <- length(sorted)
limits <- sorted[floor((1:4) * n / 5) + 1]
stratum <- paste(floor(events$day / 30), findInterval(before, limits))
ends_path <- function(path) sapply(seq_len(nrow(events)), function(i) {
  l <- length(path)
  if (i < l || events$customer[i - l + 1] != events$customer[i]) return(FALSE)
  all(events$step[(i - l + 1):i] == path) && all(diff(events$day[(i - l + 1):i]) <= 30)
})
contrast <- function(keep, x, y) {
  soon <- sapply(seq_len(nrow(events)), function(i) any(x & watched & events$customer == events$customer[i] &
    seq_len(nrow(events)) < i & events$day[i] - events$day < after_days))
  k <- keep & watched & (x | !soon)
  d <- data.frame(x = as.numeric(x[k]), y = y[k], s = stratum[k], c = events$customer[k])
  xr <- d$x - ave(d$x, d$s); yr <- d$y - ave(d$y, d$s)
  beta <- coef(lm(y ~ x + factor(s), d))["x"]
  spread <- function(delta) { # By customer, or within strata; whichever is larger.
    g <- tapply(xr * (yr - delta * xr), d$c, sum)
    strata <- sapply(split(seq_along(xr), d$s), function(i) if (length(i) < 2) 0 else sum(xr[i]^2) * var(d$y[i] - delta * d$x[i]))
    sqrt(max(sum(g^2), sum(strata)))
  }
  excess <- function(delta) abs(sum(xr * (yr - delta * xr))) - qnorm(.975) * spread(delta)
  scale <- max(abs(beta), sd(yr), 1e-3)
  upper <- uniroot(excess, c(beta, beta + 50 * scale), tol = 1e-13 * scale, maxiter = 10000)$root
  lower <- uniroot(excess, c(beta - 50 * scale, beta), tol = 1e-13 * scale, maxiter = 10000)$root
  if (all(d$y %in% 0:1)) { # R's own test of the strata.
    use <- d$s %in% names(which(table(d$s) > 1))
    strata <- mantelhaen.test(factor(d$x[use]), factor(d$y[use]), factor(d$s[use]), correct = FALSE)$statistic
    cat(name, "Mantel-Haenszel", strata, "by customer", sum(xr * yr)^2 / sum(tapply(xr * yr, d$c, sum)^2), "\n")
  }
  c(beta, lower, upper, 2 * pnorm(-abs(sum(xr * yr)) / spread(0)))
}
everybody <- rep(TRUE, nrow(events))
put("moments", c(sum(watched), sum(!watched), mean(fall[watched])))
ps <- c()
for (path in list(0, 1, 2, 3, c(1, 2), c(2, 2), c(0, 2))) {
  x <- ends_path(path); name <- paste0("path.", paste(path, collapse = "-"))
  f <- contrast(everybody, x, fall)
  put(name, c(sum(x & watched), length(unique(events$customer[x & watched])), sum(fall[x & watched]), sum(loss[x & watched])))
  put(paste0(name, ".frequency"), f)
  put(paste0(name, ".amount"), contrast(everybody, x, loss))
  if (length(path) == 1) ps <- c(ps, f[4])
  if (length(path) > 1) put(paste0(name, ".beyond"), contrast(ends_path(path[-1]), x, fall))
}
put("holm", p.adjust(ps, "holm"))
close(out)
