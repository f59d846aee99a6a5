// Question: does any workbook crash the xlsx reader, or make it lose a row in silence?
//
// Random changes seldom survive a zip's checksums, so the input is the parts of a workbook in the
// order below, divided by lines of "----", and zipped here. An input without such a line is the
// file itself.

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include <zip.h>

#include "read_all.hpp"
#include "testing/temporary_folder.hpp"

namespace {

constexpr std::string_view kBorder = "\n----\n";
constexpr std::array kParts = {"xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml",
                               "xl/workbook.xml", "xl/_rels/workbook.xml.rels"};
constexpr std::string_view kWorkbook =
    R"(<workbook xmlns:r="r"><sheets><sheet name="a" sheetId="1" r:id="rId1"/></sheets></workbook>)";
constexpr std::string_view kRelations =
    R"(<Relationships><Relationship Id="rId1" Type="/worksheet" Target="worksheets/sheet1.xml"/></Relationships>)";

void add(zip_t* archive, const char* name, std::string_view text) {
  auto* source = zip_source_buffer(archive, text.data(), text.size(), 0);
  HOLDFAST_CHECK(zip_file_add(archive, name, source, ZIP_FL_OVERWRITE) >= 0);
}

void write_workbook(const std::string& path, std::string_view text) {
  auto* archive = zip_open(path.c_str(), ZIP_CREATE | ZIP_TRUNCATE, nullptr);
  HOLDFAST_CHECK(archive != nullptr);
  add(archive, "xl/workbook.xml", kWorkbook);
  add(archive, "xl/_rels/workbook.xml.rels", kRelations);
  for (const auto* part : kParts) {
    const auto border = text.find(kBorder);
    add(archive, part, text.substr(0, border));
    if (border == std::string_view::npos) break;
    text.remove_prefix(border + kBorder.size());
  }
  HOLDFAST_CHECK(zip_close(archive) == 0);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const holdfast::testing::TemporaryFolder kFolder;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  const auto path = kFolder.write("a.xlsx", text).string();
  if (text.find(kBorder) != std::string_view::npos) write_workbook(path, text);
  holdfast::fuzz::inspect_and_read(path);
  return 0;
}
