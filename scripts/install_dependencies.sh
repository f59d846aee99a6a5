#!/usr/bin/env bash
# Installs what Holdfast needs to build, run and test on Debian 12: Debian packages (as root or
# through sudo) and a Python environment in build/venv with pyarrow, whose wheel carries Arrow's C++
# libraries. Does nothing where everything is there already.
#
# usage: install_dependencies.sh [build|test|bench]      each includes the ones before it
set -euo pipefail
cd "$(dirname "$0")/.."
level=${1:-build}

packages=(
  build-essential ccache cmake git mold ninja-build pkg-config python3 python3-venv
  libbenchmark-dev libcli11-dev libeigen3-dev libfmt-dev libfreexl-dev libgmock-dev libgtest-dev
  libicu-dev liblinear-dev libonnx-dev libpq-dev libprotobuf-dev libpugixml-dev libsodium-dev libsqlite3-dev libssl-dev
  libsvm-dev libtbb-dev libtomlplusplus-dev libxgboost-dev libxlsxwriter-dev libzip-dev nlohmann-json3-dev zlib1g-dev
)
test_packages=(chromium clang-16 default-jre-headless fonts-noto-cjk libclang-rt-16-dev postgresql python3-xgboost)
bench_packages=(default-jdk-headless maven r-base-core r-cran-doparallel r-cran-glmnet r-cran-ranger r-cran-rpart
  r-cran-survival)
wheels=(pyarrow==26.0.1)
test_wheels=(openpyxl==3.1.5 jpmml-evaluator==0.16.0 onnxruntime==1.32.0 pandas==2.3.3 pypmml==1.5.8)
bench_wheels=(duckdb==2.0.0 lightgbm==4.7.0 polars==2.1.0 scikit-learn==1.9.1 CHAID==5.5.1 mlxtend==0.25.0 lifetimes==0.11.3
  lifelines==0.30.3 scikit-survival==0.28.0 causalml==0.18.0
  scikit-learn-intelex==2026.2.0 tl2cgen==1.0.0 treelite==4.8.1)
[ "$level" = build ] || packages+=("${test_packages[@]}")
[ "$level" = build ] || wheels+=("${test_wheels[@]}")
[ "$level" != bench ] || packages+=("${bench_packages[@]}")
[ "$level" != bench ] || wheels+=("${bench_wheels[@]}")

as_root() {
  if [ "$(id -u)" = 0 ]; then
    "$@"
  elif command -v sudo >/dev/null; then
    sudo "$@"
  else
    echo "install_dependencies.sh: needs root or sudo to install packages" >&2
    exit 1
  fi
}

missing=()
for package in "${packages[@]}"; do
  dpkg-query -W -f '${Status}' "$package" 2>/dev/null | grep -q 'ok installed' || missing+=("$package")
done
if [ ${#missing[@]} -gt 0 ]; then
  echo "installing: ${missing[*]}"
  export DEBIAN_FRONTEND=noninteractive
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
fi

venv=build/venv
stamp=$venv/.wheels
if [ "$(cat "$stamp" 2>/dev/null)" != "${wheels[*]}" ]; then
  # A larger set stays when a smaller one is asked for.
  if [ ! -f "$stamp" ] || ! grep -qF -- "${wheels[*]}" "$stamp"; then
    echo "installing into $venv: ${wheels[*]}"
    # Debian's own Python: another one first in PATH may be too new or too old for the wheels.
    $venv/bin/python -m pip --version >/dev/null 2>&1 || /usr/bin/python3 -m venv --clear $venv
    $venv/bin/pip install --quiet --disable-pip-version-check "${wheels[@]}"
    echo "${wheels[*]}" >"$stamp"
  fi
fi
