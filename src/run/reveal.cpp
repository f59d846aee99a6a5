#include "run/reveal.hpp"

#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <fstream>

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "core/hash.hpp"
#include "history/manifest.hpp"

namespace holdfast::run {
namespace {

std::string user_name() {
  for (const auto* name : {"USER", "LOGNAME"}) {
    const char* value = std::getenv(name);
    if (value != nullptr && *value != 0) return value;
  }
  return fmt::format("uid {}", getuid());
}

bool keys_identify(const study::Study& study) {
  return std::ranges::any_of(study.tables, [](const study::TableSpec& table) {
    return std::ranges::any_of(table.columns, [&](const study::ColumnSpec& column) {
      const auto& name = column.format.name;
      return column.mark == study::Mark::Identifier &&
             (name == table.customer_key || name == table.contract_key);
    });
  });
}

Result<void> log_reveal(const study::Study& study, std::string_view what) {
  const auto path = study.folder / study.out / "reveals.log";
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  std::ofstream log(path, std::ios::app);
  const auto now = std::chrono::time_point_cast<std::chrono::seconds>(std::chrono::system_clock::now());
  log << fmt::format("{:%Y-%m-%dT%H:%M:%SZ} {} {}\n", now, user_name(), what);
  log.flush();
  if (log) return {};
  return Error{holdfast::errors::kFileUnwritable, {{"path", path.string()}, {"why", "reveals.log"}}};
}

}  // namespace

Result<bool> masks_keys(const study::Study& study, bool reveals_keys, std::string_view what) {
  if (!keys_identify(study)) return false;
  if (!reveals_keys) return true;
  HOLDFAST_TRY_VOID(log_reveal(study, what));
  return false;
}

Result<exchange::KeyMask> key_mask_of(const study::Study& study, std::int64_t manifest_number, bool masks) {
  exchange::KeyMask mask{.masks = masks};
  if (!masks) return mask;
  const auto folder = study.folder / study.store;
  HOLDFAST_TRY(const auto manifest, history::load_manifest(folder, manifest_number));
  const history::SourceEntry* first = nullptr;
  for (const auto& table : manifest.tables) {
    for (const auto& source : table.sources) {
      if (!source.hash.empty() && (first == nullptr || source.id < first->id)) first = &source;
    }
  }
  if (first != nullptr) {
    mask.secret = first->hash;
    return mask;
  }
  for (const auto& keys : manifest.keys) {
    if (keys.path.empty()) continue;
    HOLDFAST_TRY(const auto hash, content_hash_of_file(folder / keys.path));
    mask.secret += hash;
  }
  return mask;
}

}  // namespace holdfast::run
