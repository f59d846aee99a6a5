// Question: does any file crash the CSV reader, or make it lose a row in silence?

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "read_all.hpp"
#include "testing/temporary_folder.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const holdfast::testing::TemporaryFolder kFolder;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  holdfast::fuzz::inspect_and_read(kFolder.write("a.csv", text).string());
  return 0;
}
