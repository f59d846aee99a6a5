#include <fmt/format.h>

#include "generate/world.hpp"

namespace holdfast::generate {

std::string_view name_of(Decided decided) {
  switch (decided) {
    case Decided::Renewed:
      return "renewed";
    case Decided::Lapsed:
      return "lapsed";
    case Decided::SoldVehicle:
      return "sold_vehicle";
    case Decided::Declined:
      break;
  }
  return "declined";
}

const std::vector<Region>& regions() {
  static const std::vector<Region> all = {
      {"广州", "粤A"}, {"深圳", "粤B"}, {"珠海", "粤C"}, {"汕头", "粤D"}, {"佛山", "粤E"},
      {"湛江", "粤G"}, {"江门", "粤J"}, {"惠州", "粤L"}, {"东莞", "粤S"}, {"中山", "粤T"}};
  return all;
}

const std::vector<std::string_view>& occupations() {
  static const std::vector<std::string_view> all = {"教师", "工程师", "公务员", "个体户", "司机",
                                                    "销售", "医生",   "工人",   "会计",   "退休"};
  return all;
}

const std::vector<std::string_view>& companies() {
  static const std::vector<std::string_view> all = {"甲财险", "乙财险", "丙保险", "丁车险"};
  return all;
}

std::string agent_code(std::size_t agent) { return fmt::format("YW{:04}", agent + 1); }

}  // namespace holdfast::generate
