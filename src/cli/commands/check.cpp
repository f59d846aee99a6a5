// holdfast check : what will be done and what is wrong, with file and line; the data are looked at.

#include <ostream>
#include <unordered_set>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "cli/command.hpp"
#include "cli/errors.hpp"
#include "core/hash.hpp"
#include "core/text.hpp"
#include "history/cell_text.hpp"
#include "history/errors.hpp"
#include "tables/reader.hpp"

namespace holdfast::cli {
namespace {

/// Reads every source once, as import would, and counts the rows it could not keep.
struct SourceCheck {
  std::string location;
  std::int64_t rows = 0;
  std::int64_t bad_rows = 0;
  std::vector<Error> first_bad;
};

constexpr std::size_t kBadRowsShown = 3;

/// Customers of a source met so far: a table of customers holds each once.
class CustomersSeen {
 public:
  explicit CustomersSeen(const study::TableSpec& table) {
    if (table.role == study::Role::Customer) key_ = table.customer_key;
  }
  template <typename Note>
  void look_at(const tables::Table& piece, const std::string& location, Note note) {
    const auto* column = key_.empty() ? nullptr : piece.find(key_);
    if (column == nullptr) return;
    std::string scratch;
    for (std::size_t row = 0; row < piece.rows; ++row) {
      const auto key = history::cell_text(*column, row, scratch);
      if (key.empty() || hashes_.insert(hash64(key)).second) continue;
      note(Error{history::errors::kDuplicateKey,
                 {{"key", std::string(key)}},
                 {location, piece.lines.empty() ? 0 : piece.lines[row], 0, key_}});
    }
  }

 private:
  std::string key_;
  std::unordered_set<std::uint64_t> hashes_;
};

Result<SourceCheck> check_source(const study::TableSpec& table, const std::string& location) {
  CustomersSeen seen(table);
  SourceCheck check{.location = location, .rows = 0, .bad_rows = 0, .first_bad = {}};
  const auto refuse = [&](const Error& reason) {
    ++check.bad_rows;
    if (check.first_bad.size() < kBadRowsShown) check.first_bad.push_back(reason);
  };
  const auto note = [&](const tables::BadRow& bad) { refuse(bad.reason); };
  HOLDFAST_TRY(const auto reader, tables::open(location, table.read, note));
  tables::Table piece;
  for (;;) {
    HOLDFAST_TRY(const bool more, reader->next(piece));
    if (!more) break;
    seen.look_at(piece, location, refuse);
    if (cancel_requested()) return Error{holdfast::errors::kCancelled};
  }
  check.rows = reader->rows_read();
  return check;
}

Result<int> check(const Invocation& invocation) {
  HOLDFAST_TRY(const auto study, load_study(invocation));
  auto sources = nlohmann::json::array();
  int problems = 0;
  for (const auto& sentence : study::explain(study)) {
    if (!invocation.wants_json) invocation.say(sentence);
  }
  for (const auto& table : study.tables) {
    for (const auto& pattern : table.locations) {
      for (const auto& location : tables::expand(study.resolve(pattern).string())) {
        auto checked = check_source(table, tables::is_database(pattern) ? pattern : location);
        if (!checked.ok()) {
          *invocation.error << render(checked.error(), invocation.language) << "\n";
          ++problems;
          continue;
        }
        for (const auto& bad : checked->first_bad) invocation.warn(bad);
        const bool too_many =
            static_cast<double>(checked->bad_rows) >
            study.bad_rows_max_share * static_cast<double>(std::max<std::int64_t>(checked->rows, 1));
        problems += too_many ? 1 : 0;
        sources.push_back({{"table", table.name}, {"source", checked->location},
                           {"rows", checked->rows}, {"bad_rows", checked->bad_rows}});
        if (invocation.wants_json) continue;
        invocation.say({fmt::format("{}: {} rows in {}, {} of them unusable{}", table.name,
                                    with_thousands(checked->rows), checked->location,
                                    with_thousands(checked->bad_rows),
                                    too_many ? " — more than bad_rows_max allows, which would stop a run: "
                                               "correct them or raise it" : ""),
                        fmt::format("{}: {} 共 {} 行,其中 {} 行无法使用{}", table.name,
                                    checked->location, with_thousands(checked->rows),
                                    with_thousands(checked->bad_rows),
                                    too_many ? "——超过 bad_rows_max,运行会因此停止: 请更正数据或调高该值" : "")});
      }
    }
  }
  if (invocation.wants_json) {
    auto sentences = nlohmann::json::array();
    for (const auto& sentence : study::explain(study)) sentences.push_back(sentence.in(invocation.language));
    *invocation.out << nlohmann::json{{"study", study.name}, {"explained", sentences},
                                      {"sources", sources}, {"problems", problems}}.dump(1) << "\n";
  } else if (problems == 0) {
    invocation.say({"nothing stands in the way of a run", "可以运行"});
  }
  if (problems > 0) return 2;
  return 0;
}

}  // namespace

extern const Command kCheck;
const Command kCheck{"check",
                     "read the study and the data, say what would be done and what is wrong",
                     "检查研究文件和数据,说明将做什么、哪里有问题",
                     {kStudyOption},
                     check};

}  // namespace holdfast::cli
