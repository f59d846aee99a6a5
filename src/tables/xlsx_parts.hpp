#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "core/error.hpp"

namespace holdfast::tables {

/// The parts of an xlsx file, unpacked one by one within limits: a part may not claim or turn out to
/// be larger than a sheet can be, nor far larger than what it was packed into.
class XlsxParts {
 public:
  static Result<std::unique_ptr<XlsxParts>> open(const std::string& path);
  ~XlsxParts();

  bool has(const std::string& name) const;
  /// Errors: kTooLarge, kDamaged.
  Result<std::string> read(const std::string& name) const;

 private:
  struct State;
  explicit XlsxParts(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

/// True for a number format that shows a calendar day: "yyyy/m/d", "d-mmm"; not for "h:mm" or "0.0".
bool is_date_code(std::string_view code);
/// The same for the formats Excel numbers instead of spelling them.
bool is_date_number(int format);

}  // namespace holdfast::tables
