#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "core/check.hpp"
#include "core/language.hpp"

namespace holdfast {

/// One way an operation can fail: a stable name, what it means to a caller, and the sentence shown
/// to a person in both languages. Each folder lists its kinds in its own `errors.hpp`, so a new one
/// rebuilds that folder only; tests/tidy checks that names are unique and all stand in
/// docs/errors.md. Names never change, texts may.
///
/// Texts are fmt patterns with named arguments: "no such model: {model}".
struct ErrorKind {
  std::string_view name;  // "tables.bad_date": folder, dot, what.
  int http_status = 422;
  int exit_code = 2;  // 2: the user's input. 1: our failure.
  std::string_view en;
  std::string_view zh;
  std::string_view hint_en;  // What to do about it; may be empty.
  std::string_view hint_zh;
};

/// One named value of an error. Kept typed until the text is made.
struct Argument {
  std::string name;
  std::variant<std::int64_t, double, std::string> value;

  Argument(std::string_view n, std::string_view v) : name(n), value(std::string(v)) {}
  Argument(std::string_view n, const char* v) : name(n), value(std::string(v)) {}
  Argument(std::string_view n, const std::string& v) : name(n), value(v) {}
  Argument(std::string_view n, double v) : name(n), value(v) {}
  template <typename Integer>
    requires std::is_integral_v<Integer>
  Argument(std::string_view n, Integer v) : name(n), value(static_cast<std::int64_t>(v)) {}
};

/// Where something is wrong. Empty and 0 mean: does not apply.
struct Place {
  std::string file;
  std::int64_t line = 0;    // From 1.
  std::int64_t column = 0;  // From 1, in characters.
  std::string key;          // The study key or customer concerned: "churn.grace_days".
};

/// A failure the caller is expected to handle or show to a person. Carries facts, not sentences:
/// `render` makes the text at the border (command line, API).
struct Error {
  const ErrorKind* kind = nullptr;
  std::vector<Argument> arguments;
  Place place;

  Error(const ErrorKind& error_kind, std::vector<Argument> values = {}, Place where = {})
      : kind(&error_kind), arguments(std::move(values)), place(std::move(where)) {}
};

/// The message without place or hint: "no such model: oracle".
std::string message_of(const Error& error, Language language);
/// What to do about it; empty where there is nothing to do.
std::string hint_of(const Error& error, Language language);
/// `file:line:column: error[name]: message` and, on a second line, `  hint: …`.
std::string render(const Error& error, Language language, std::string_view severity = "error");

/// A value or an `Error`. `std::expected` is C++23; this reads the same.
template <typename T>
class [[nodiscard]] Result {
 public:
  Result(T value) : state_(std::in_place_index<0>, std::move(value)) {}        // NOLINT: implicit.
  Result(Error error) : state_(std::in_place_index<1>, std::move(error)) {}    // NOLINT: implicit.

  bool ok() const { return state_.index() == 0; }
  explicit operator bool() const { return ok(); }
  T& operator*() & { return value(); }
  const T& operator*() const& { return value(); }
  T&& operator*() && { return std::move(value()); }
  T* operator->() { return &value(); }
  const T* operator->() const { return &value(); }
  T& value() {
    HOLDFAST_CHECK(ok());
    return std::get<0>(state_);
  }
  const T& value() const {
    HOLDFAST_CHECK(ok());
    return std::get<0>(state_);
  }
  const Error& error() const {
    HOLDFAST_CHECK(!ok());
    return std::get<1>(state_);
  }
  Error& error() {
    HOLDFAST_CHECK(!ok());
    return std::get<1>(state_);
  }

 private:
  std::variant<T, Error> state_;
};

/// Success without a value, or an `Error`.
template <>
class [[nodiscard]] Result<void> {
 public:
  Result() = default;
  Result(Error error) : error_(std::move(error)) {}  // NOLINT: implicit.

  bool ok() const { return !error_; }
  explicit operator bool() const { return ok(); }
  const Error& error() const {
    HOLDFAST_CHECK(!ok());
    return *error_;
  }

 private:
  std::optional<Error> error_;
};

/// HOLDFAST_TRY(auto x, f()): x is f()'s value, or the function returns f()'s error.
#define HOLDFAST_CONCAT_(a, b) a##b
#define HOLDFAST_CONCAT(a, b) HOLDFAST_CONCAT_(a, b)
#define HOLDFAST_TRY_(target, expression, temporary) \
  auto temporary = (expression);                     \
  if (!temporary.ok()) return temporary.error();     \
  target = std::move(*temporary)
#define HOLDFAST_TRY(target, expression) \
  HOLDFAST_TRY_(target, expression, HOLDFAST_CONCAT(try_result_, __LINE__))
/// HOLDFAST_TRY_VOID(f()): goes on, or returns f()'s error.
#define HOLDFAST_TRY_VOID_(expression, temporary) \
  auto temporary = (expression);                  \
  if (!temporary.ok()) return temporary.error()
#define HOLDFAST_TRY_VOID(expression) \
  HOLDFAST_TRY_VOID_(expression, HOLDFAST_CONCAT(try_result_, __LINE__))

namespace errors {
/// Kinds that any folder may use.
extern const ErrorKind kInvalidArgument;  // {what}
extern const ErrorKind kFileMissing;      // {path}
extern const ErrorKind kFileUnreadable;   // {path} {why}
extern const ErrorKind kFileUnwritable;   // {path} {why}
extern const ErrorKind kCancelled;        // Ctrl-C.
extern const ErrorKind kInternal;         // {what}
/// All of the above, for docs/errors.md.
std::vector<const ErrorKind*> core_kinds();
}  // namespace errors

}  // namespace holdfast
