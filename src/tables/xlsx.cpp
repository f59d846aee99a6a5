#include <algorithm>
#include <charconv>
#include <map>

#include <pugixml.hpp>

#include "core/text.hpp"
#include "tables/decimal.hpp"
#include "tables/errors.hpp"
#include "tables/sheet.hpp"
#include "tables/xlsx_parts.hpp"

namespace holdfast::tables {
namespace {

constexpr std::uint32_t kColumnsMax = 16'384;
constexpr std::uint32_t kRowsMax = 1'048'576;
constexpr double kDaysFrom1900To1904 = 1462;

/// Some programs write <x:row> for <row>.
std::string_view local_name(const pugi::xml_node& node) {
  const std::string_view name = node.name();
  const auto colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is(const pugi::xml_node& node, std::string_view name) { return local_name(node) == name; }

pugi::xml_node child_of(const pugi::xml_node& node, std::string_view name) {
  return node.find_child([&](const pugi::xml_node& child) { return is(child, name); });
}

/// The text of <si> or <is>: its own and that of its runs; not the phonetic guide.
std::string rich_text(const pugi::xml_node& node) {
  std::string text;
  for (const auto child : node.children()) {
    if (is(child, "t")) text += child.text().get();
    if (is(child, "r")) text += child_of(child, "t").text().get();
  }
  return text;
}

/// "BC12" → column 54, row 12; false where it is none.
bool parse_reference(std::string_view reference, std::uint32_t& column, std::uint32_t& row) {
  std::size_t i = 0;
  std::uint32_t number = 0;
  for (; i < reference.size() && reference[i] >= 'A' && reference[i] <= 'Z' && i < 4; ++i) {
    number = number * 26 + static_cast<std::uint32_t>(reference[i] - 'A') + 1;
  }
  if (number == 0 || number > kColumnsMax) return false;
  const char* end = reference.data() + reference.size();
  const auto [stop, failure] = std::from_chars(reference.data() + i, end, row);
  column = number - 1;
  return failure == std::errc{} && stop == end && row >= 1 && row <= kRowsMax;
}

class XlsxWorkbook : public Workbook {
 public:
  XlsxWorkbook(std::string path, std::unique_ptr<XlsxParts> parts)
      : path_(std::move(path)), parts_(std::move(parts)) {}

  Result<void> begin() {
    HOLDFAST_TRY_VOID(read_workbook());
    HOLDFAST_TRY_VOID(read_styles());
    return read_shared_texts();
  }

  const std::vector<std::string>& sheets() const override { return names_; }

  Result<Sheet> load(std::size_t number) override {
    pugi::xml_document document;
    std::string contents;
    HOLDFAST_TRY_VOID(parse(targets_[number], contents, document));
    Sheet sheet;
    sheet.texts = shared_;
    const auto data = child_of(document.document_element(), "sheetData");
    std::uint32_t row_number = 0;
    for (const auto row : data.children()) {
      if (!is(row, "row")) continue;
      row_number = row.attribute("r").as_uint(row_number + 1);
      std::uint32_t column = 0;
      for (const auto node : row.children()) {
        if (!is(node, "c")) continue;
        SheetCell cell;
        cell.row = row_number;
        cell.column = column;
        if (const auto reference = node.attribute("r");
            reference && !parse_reference(reference.value(), cell.column, cell.row)) {
          return damaged(std::string("not a cell: ") + reference.value());
        }
        column = cell.column + 1;
        if (column > kColumnsMax) return damaged("a row is longer than a sheet");
        if (read_cell(node, cell, sheet.texts)) sheet.cells.push_back(cell);
      }
    }
    std::ranges::stable_sort(sheet.cells, {},
                             [](const SheetCell& c) { return std::pair(c.row, c.column); });
    return sheet;
  }

 private:
  /// False for an empty cell.
  bool read_cell(const pugi::xml_node& node, SheetCell& cell, std::vector<std::string>& texts) const {
    const std::string_view type = node.attribute("t").value();
    const auto put_text = [&](std::string text) {
      if (text.empty()) return false;
      cell.text = static_cast<std::uint32_t>(texts.size());
      texts.push_back(std::move(text));
      return true;
    };
    if (type == "inlineStr") return put_text(rich_text(child_of(node, "is")));
    const std::string_view value = child_of(node, "v").text().get();
    if (value.empty()) return false;
    if (type == "s") {
      const auto index = parse_integer(value, {});
      if (!index || *index < 0 || *index >= std::ssize(shared_)) return false;
      cell.text = static_cast<std::uint32_t>(*index);
      return !shared_[cell.text].empty();
    }
    // "e": #N/A and the like, which are spellings of missing; "d": a date in ISO form.
    if (type == "str" || type == "e" || type == "d") return put_text(std::string(value));
    const auto number = parse_real(value, {});
    if (!number) return put_text(std::string(value));
    cell.number = *number;
    cell.kind = SheetCell::Kind::Number;
    if (type == "b") {
      cell.kind = SheetCell::Kind::Boolean;
    } else if (const auto style = node.attribute("s").as_uint(0);
               style < is_date_style_.size() && is_date_style_[style]) {
      cell.kind = SheetCell::Kind::Date;
      if (counts_from_1904_) cell.number += kDaysFrom1900To1904;
    }
    return true;
  }

  Result<void> read_workbook() {
    pugi::xml_document document;
    std::string contents;
    HOLDFAST_TRY_VOID(parse("xl/workbook.xml", contents, document));
    const auto root = document.document_element();
    counts_from_1904_ = child_of(root, "workbookPr").attribute("date1904").as_bool();
    HOLDFAST_TRY(const auto targets, read_relations());
    for (const auto sheet : child_of(root, "sheets").children()) {
      if (!is(sheet, "sheet")) continue;
      std::string id;
      for (const auto attribute : sheet.attributes()) {
        const std::string_view name = attribute.name();
        if (name == "id" || name.ends_with(":id")) id = attribute.value();
      }
      const auto target = targets.find(id);
      if (target == targets.end()) continue;  // A chart or macro sheet.
      names_.emplace_back(sheet.attribute("name").value());
      targets_.push_back(target->second);
    }
    if (names_.empty()) return damaged("it has no sheets");
    return {};
  }

  /// Relation id → name of the part, worksheets only.
  Result<std::map<std::string, std::string>> read_relations() {
    pugi::xml_document document;
    std::string contents;
    HOLDFAST_TRY_VOID(parse("xl/_rels/workbook.xml.rels", contents, document));
    std::map<std::string, std::string> targets;
    for (const auto relation : document.document_element().children()) {
      if (!std::string_view(relation.attribute("Type").value()).ends_with("/worksheet")) continue;
      const std::string target = relation.attribute("Target").value();
      targets[relation.attribute("Id").value()] =
          target.starts_with('/') ? target.substr(1) : "xl/" + target;
    }
    return targets;
  }

  Result<void> read_styles() {
    if (!parts_->has("xl/styles.xml")) return {};
    pugi::xml_document document;
    std::string contents;
    HOLDFAST_TRY_VOID(parse("xl/styles.xml", contents, document));
    const auto root = document.document_element();
    std::map<int, bool> is_date;
    for (const auto format : child_of(root, "numFmts").children()) {
      is_date[format.attribute("numFmtId").as_int()] =
          is_date_code(format.attribute("formatCode").value());
    }
    for (const auto style : child_of(root, "cellXfs").children()) {
      if (!is(style, "xf")) continue;
      const int format = style.attribute("numFmtId").as_int();
      const auto own = is_date.find(format);
      is_date_style_.push_back(own == is_date.end() ? is_date_number(format) : own->second);
    }
    return {};
  }

  Result<void> read_shared_texts() {
    if (!parts_->has("xl/sharedStrings.xml")) return {};
    pugi::xml_document document;
    std::string contents;
    HOLDFAST_TRY_VOID(parse("xl/sharedStrings.xml", contents, document));
    for (const auto item : document.document_element().children()) {
      if (is(item, "si")) shared_.push_back(rich_text(item));
    }
    return {};
  }

  /// `contents` must outlive `document`, which points into it.
  Result<void> parse(const std::string& part, std::string& contents, pugi::xml_document& document) {
    HOLDFAST_TRY(contents, parts_->read(part));
    const auto parsed = document.load_buffer_inplace(contents.data(), contents.size(),
                                                     pugi::parse_default | pugi::parse_ws_pcdata_single);
    if (!parsed) return damaged("part " + part + ": " + parsed.description());
    return {};
  }

  Error damaged(const std::string& why) const {
    return {errors::kDamaged, {{"path", path_}, {"why", why}}, {.file = path_}};
  }

  std::string path_;
  std::unique_ptr<XlsxParts> parts_;
  std::vector<std::string> names_;
  std::vector<std::string> targets_;
  std::vector<bool> is_date_style_;
  std::vector<std::string> shared_;
  bool counts_from_1904_ = false;
};

}  // namespace

Result<std::unique_ptr<Workbook>> open_xlsx(const std::string& path) {
  HOLDFAST_TRY(auto parts, XlsxParts::open(path));
  auto workbook = std::make_unique<XlsxWorkbook>(path, std::move(parts));
  HOLDFAST_TRY_VOID(workbook->begin());
  return std::unique_ptr<Workbook>(std::move(workbook));
}

}  // namespace holdfast::tables
