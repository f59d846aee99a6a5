# Cumulative incidence of the ways a whole-life policy ends, every other way competing.
# Rscript make.R SHARED_DATA
library(cmprsk)

folder <- commandArgs(trailingOnly = TRUE)[1]
lapse <- read.csv(file.path(folder, "cas_uslapseagent/converted/uslapseagent.csv"))
ways <- c("in-force", "surrender", "other", "death")
found <- cuminc(lapse$duration, match(lapse$termination.cause, ways) - 1)
quarters <- c(4, 8, 20, 40)
at <- timepoints(found, quarters)
rows <- data.frame(exit = rep(ways[-1], each = length(quarters)), quarters = quarters,
                   incidence = as.vector(t(at$est)), variance = as.vector(t(at$var)))
rows$incidence <- sprintf("%.17g", rows$incidence)
rows$variance <- sprintf("%.17g", rows$variance)
write.csv(rows, "incidence.csv", row.names = FALSE, quote = FALSE)
