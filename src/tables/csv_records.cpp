#include "tables/csv_records.hpp"

#include <algorithm>
#include <cstring>

#include "core/text.hpp"

namespace holdfast::tables {
namespace {

const char* find_byte(const char* from, const char* to, char byte) {
  const void* found = std::memchr(from, byte, static_cast<std::size_t>(to - from));
  return found == nullptr ? to : static_cast<const char*>(found);
}

std::string_view trimmed_cell(std::string_view cell) {
  // Most cells need no trimming; looking at both ends is cheaper than the full rule.
  if (cell.empty()) return cell;
  const auto plain = [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return byte > ' ' && byte < 0x80;
  };
  if (plain(cell.front()) && plain(cell.back())) return cell;
  return trimmed(cell);
}

}  // namespace

RecordScan scan_records(std::string_view text, std::int64_t first_line, char delimiter, char quote,
                        bool is_last) {
  RecordScan scan;
  const char* const begin = text.data();
  const char* const end = begin + text.size();
  const char* record = begin;
  std::int64_t record_line = first_line;
  std::int64_t line = first_line;
  const char* at = begin;
  const bool has_quotes = quote != '\0' && find_byte(begin, end, quote) != end;
  const auto close_record = [&](const char* next) {
    scan.records.push_back({static_cast<std::size_t>(record - begin), record_line});
    record = next;
    record_line = line;
    scan.end = static_cast<std::size_t>(next - begin);
    scan.end_line = line;
  };
  const char* next_quote = has_quotes ? find_byte(begin, end, quote) : end;
  while (at < end) {
    const char* line_break = find_byte(at, end, '\n');
    if (next_quote < at) next_quote = find_byte(at, end, quote);
    if (next_quote < line_break) {
      const bool opens = next_quote == record || next_quote[-1] == delimiter;
      if (!opens) {
        at = next_quote + 1;
        next_quote = find_byte(at, end, quote);
        continue;
      }
      // Inside quotes: to the closing one; two quotes are one inside.
      const char* inside = next_quote + 1;
      for (;;) {
        const char* closing = find_byte(inside, end, quote);
        line += std::count(inside, closing, '\n');
        if (closing == end) {
          scan.ends_in_quotes = true;
          return scan;
        }
        if (closing + 1 < end && closing[1] == quote) {
          inside = closing + 2;
          continue;
        }
        at = closing + 1;
        break;
      }
      next_quote = find_byte(at, end, quote);
      continue;
    }
    if (line_break == end) break;
    ++line;
    at = line_break + 1;
    close_record(at);
  }
  if (is_last && record < end) close_record(end);
  return scan;
}

void split_record(std::string_view record, char delimiter, char quote,
                  std::vector<std::string_view>& cells, std::string& scratch) {
  cells.clear();
  while (!record.empty() && (record.back() == '\n' || record.back() == '\r')) record.remove_suffix(1);
  scratch.clear();
  scratch.reserve(record.size());  // Views into it stay valid: unescaping only shortens.
  const char* at = record.data();
  const char* const end = at + record.size();
  for (;;) {
    if (quote != '\0' && at < end && *at == quote) {
      const auto from = scratch.size();
      const char* inside = at + 1;
      for (;;) {
        const char* closing = find_byte(inside, end, quote);
        scratch.append(inside, closing);
        if (closing == end) {
          at = end;
          break;
        }
        if (closing + 1 < end && closing[1] == quote) {
          scratch.push_back(quote);
          inside = closing + 2;
          continue;
        }
        at = closing + 1;
        break;
      }
      const char* stop = find_byte(at, end, delimiter);
      scratch.append(at, stop);  // Text after the closing quote belongs to the cell.
      cells.push_back(trimmed_cell(std::string_view(scratch).substr(from)));
      at = stop;
    } else {
      const char* stop = find_byte(at, end, delimiter);
      cells.push_back(trimmed_cell({at, static_cast<std::size_t>(stop - at)}));
      at = stop;
    }
    if (at == end) return;
    ++at;
    if (at == end) {
      cells.emplace_back();
      return;
    }
  }
}

}  // namespace holdfast::tables
