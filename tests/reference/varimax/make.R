# Rotations of one loadings matrix by R's stats::varimax and the steps of stats::promax, both from a
# varimax that has come to rest. usage: Rscript make.R > expected.csv
L <- matrix(c(0.83, 0.81, 0.76, 0.55, 0.42, 0.35, -0.31, -0.36, -0.28, 0.48, 0.61, 0.58), 6, 2)
v <- varimax(L, eps = 1e-15)
x <- v$loadings[, ]
q <- x * abs(x)^3
u <- lm.fit(x, q)$coefficients
u <- u %*% diag(sqrt(diag(solve(t(u) %*% u))))
p <- x %*% u
cat("rotation,row,column,value\n")
for (i in 1:6) for (j in 1:2) cat(sprintf("varimax,%d,%d,%.12f\n", i, j, x[i, j]))
for (i in 1:6) for (j in 1:2) cat(sprintf("promax,%d,%d,%.12f\n", i, j, p[i, j]))
e <- eigen(cor(mtcars[, 1:7]))
for (i in 1:7) cat(sprintf("eigenvalue,%d,1,%.12f\n", i, e$values[i]))
