#pragma once

#include <string>

/// Keys in files that other programs go on with.
namespace holdfast::exchange {

/// How keys stand there: as they are, or so that nobody is known by them and still no two customers
/// fall together.
struct KeyMask {
  bool masks = false;
  std::string secret = {};   // What only who has the data can know; else telephones could be tried out.

  /// "138****8000~3f2a91c04be7": of one customer always the same, in every file made with the same
  /// secret; of two never. Units: text of ASCII and the key's own letters. Cost: one BLAKE2b.
  std::string operator()(const std::string& key) const;
};

}  // namespace holdfast::exchange
