#include "history/rows.hpp"

namespace holdfast::history {
namespace {

template <typename T>
void put(std::string& out, const T* values, std::size_t count) {
  const std::uint64_t size = count * sizeof(T);
  out.append(reinterpret_cast<const char*>(&size), sizeof size);
  if (size > 0) out.append(reinterpret_cast<const char*>(values), size);
}

template <typename Values>
void take(std::string_view& bytes, Values& values) {
  std::uint64_t size = 0;
  std::memcpy(&size, bytes.data(), sizeof size);
  values.resize(size / sizeof(typename Values::value_type));
  if (size > 0) std::memcpy(values.data(), bytes.data() + sizeof size, size);
  bytes.remove_prefix(sizeof size + size);
}

}  // namespace

std::size_t RowChunk::bytes() const {
  std::size_t sum = customer.capacity() * 4 + event_day.capacity() * 4 + known_day.capacity() * 4 +
                    sources.capacity() * sizeof(SourceRun);
  for (const auto& cells : columns) {
    sum += cells.data.capacity() + cells.valid.capacity() + cells.heap.capacity();
  }
  return sum;
}

void RowChunk::add_run(std::uint32_t source, std::size_t count) {
  if (count == 0) return;
  if (sources.empty() || sources.back().source != source) sources.push_back({source, 0});
  sources.back().rows += static_cast<std::uint32_t>(count);
}

std::string to_bytes(const RowChunk& chunk) {
  std::string out;
  out.reserve(chunk.bytes() + 64 * (chunk.columns.size() + 4));
  const std::uint64_t counts[] = {chunk.rows, chunk.columns.size()};
  put(out, counts, 2);
  put(out, chunk.customer.data(), chunk.customer.size());
  put(out, chunk.event_day.data(), chunk.event_day.size());
  put(out, chunk.known_day.data(), chunk.known_day.size());
  put(out, chunk.sources.data(), chunk.sources.size());
  for (const auto& cells : chunk.columns) {
    put(out, cells.data.data(), cells.data.size());
    put(out, cells.valid.data(), cells.valid.size());
    put(out, cells.heap.data(), cells.heap.size());
  }
  return out;
}

RowChunk from_bytes(std::string_view bytes) {
  RowChunk chunk;
  std::vector<std::uint64_t> counts;
  take(bytes, counts);
  chunk.rows = counts[0];
  take(bytes, chunk.customer);
  take(bytes, chunk.event_day);
  take(bytes, chunk.known_day);
  take(bytes, chunk.sources);
  chunk.columns.resize(counts[1]);
  for (auto& cells : chunk.columns) {
    take(bytes, cells.data);
    take(bytes, cells.valid);
    take(bytes, cells.heap);
  }
  return chunk;
}

}  // namespace holdfast::history
