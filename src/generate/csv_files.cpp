#include <fmt/format.h>

#include "core/file.hpp"
#include "core/text.hpp"
#include "core/text_encoding.hpp"
#include "generate/files.hpp"

namespace holdfast::generate {
namespace {

// How each table writes its days: extracts of different systems never agree.
std::string dashed(Day day) { return to_string(day); }
std::string slashed(Day day) {
  const auto civil = civil_of(day);
  return fmt::format("{}/{}/{}", civil.year, civil.month, civil.day);
}
std::string chinese(Day day) {
  const auto civil = civil_of(day);
  return fmt::format("{}年{}月{}日", civil.year, civil.month, civil.day);
}
std::string compact(Day day) {
  const auto civil = civil_of(day);
  return fmt::format("{:04}{:02}{:02}", civil.year, civil.month, civil.day);
}

template <typename Format>
std::string or_missing(const std::optional<Day>& day, Format format, std::string_view missing) {
  return day ? format(*day) : std::string(missing);
}

std::string plain_money(std::int64_t cents) {
  return fmt::format("{}.{:02}", cents / 100, cents % 100);
}

// "1,234.50", quoted for the comma.
std::string grouped_money(std::int64_t cents) {
  return fmt::format("\"{}.{:02}\"", with_thousands(cents / 100), cents % 100);
}

class CsvFile {
 public:
  CsvFile(std::string name, std::string_view header, std::string_view line_end = "\n")
      : name_(std::move(name)), line_end_(line_end) {
    text_ = fmt::format("{}{}", header, line_end_);
  }

  void add(std::string_view line) {
    text_ += line;
    text_ += line_end_;
    ++rows_;
  }

  Result<void> write(const std::filesystem::path& folder, RowCounts& counts) const {
    counts[name_] = rows_;
    return write_file_atomically(folder / name_, from_utf8(text_, Encoding::Gb18030));
  }

 private:
  std::string name_;
  std::string line_end_;
  std::string text_;
  std::int64_t rows_ = 0;
};

CsvFile policies(const World& world) {
  CsvFile file(
      "保单.csv",
      "保单号,客户号,车牌号,起保日期,终保日期,保费,险种,渠道,业务员,无赔款优待系数,车龄,地区,"
      "退保日期,终止原因");
  for (const auto& policy : world.policies) {
    const auto& customer = world.customers[policy.customer];
    file.add(fmt::format("{},{},{},{},{},{},{},{},{},{:.1f},{},{},{},{}", policy.number,
                         customer.key, policy.plate, dashed(policy.start), dashed(policy.end),
                         plain_money(policy.premium_cents), policy.product, policy.channel,
                         agent_code(policy.agent), policy.discount_coefficient, policy.vehicle_age,
                         regions()[customer.region].name, or_missing(policy.cancelled, dashed, ""),
                         policy.exit_reason));
  }
  return file;
}

CsvFile payments(const World& world) {
  CsvFile file("缴费.csv", "保单号,应缴日期,实缴日期,金额,缴费方式");
  std::size_t index = 0;
  for (const auto& payment : world.payments) {
    const auto& number = world.policies[payment.policy].number;
    const auto line = fmt::format("{},{},{},{},{}", number, slashed(payment.due),
                                  or_missing(payment.paid, slashed, "无"),
                                  grouped_money(payment.cents), payment.mode);
    file.add(line);
    // Faults of the extract: a day that never was, a payment of nobody's policy.
    if (++index % 4000 == 0) file.add(fmt::format("{},2021/2/30,2021/3/1,100.00,现金", number));
    if (index % 5000 == 0) file.add("PDZA20990000000,2021/3/1,2021/3/1,100.00,微信");
  }
  return file;
}

CsvFile claims(const World& world) {
  CsvFile file("理赔.csv", "案件号,保单号,出险日期,报案日期,结案日期,赔款金额,结果");
  std::size_t index = 0;
  for (const auto& claim : world.claims) {
    const bool is_paid = claim.settled && !claim.is_refused;
    const auto line = fmt::format("{},{},{},{},{},{},{}", claim.number,
                                  world.policies[claim.policy].number, chinese(claim.happened),
                                  chinese(claim.reported), or_missing(claim.settled, chinese, "-"),
                                  is_paid ? plain_money(claim.cents) : "-",
                                  !claim.settled     ? "处理中"
                                  : claim.is_refused ? "拒赔"
                                                     : "已赔付");
    file.add(line);
    if (++index % 700 == 0) file.add(line);  // Exported twice.
  }
  return file;
}

CsvFile calls(const World& world) {
  CsvFile file("来电.csv", "客户号,来电时间,事由", "\r\n");
  std::size_t index = 0;
  for (const auto& call : world.calls) {
    const auto& key = world.customers[call.customer].key;
    file.add(fmt::format("{},{} {:02}:{:02}:{:02},{}", key, dashed(call.day), call.second / 3600,
                         call.second / 60 % 60, call.second % 60, call.topic));
    // A note with an unquoted comma makes one cell too many.
    if (++index % 5000 == 0)
      file.add(fmt::format("{},{} 09:00:00,其他,客户称,稍后再打", key, dashed(call.day)));
  }
  return file;
}

CsvFile complaints(const World& world) {
  CsvFile file("投诉.csv", "客户号,投诉日期,解决日期,投诉类型");
  for (const auto& complaint : world.complaints) {
    file.add(fmt::format("{},{},{},{}", world.customers[complaint.customer].key,
                         dashed(complaint.day), or_missing(complaint.resolved, dashed, "空"),
                         complaint.topic));
  }
  return file;
}

CsvFile job_changes(const World& world) {
  CsvFile file("职业变动.csv", "客户号,变动日期,新职业");
  for (const auto& change : world.job_changes) {
    file.add(fmt::format("{},{},{}", world.customers[change.customer].key, dashed(change.day),
                         change.occupation));
  }
  return file;
}

CsvFile reminders(const World& world) {
  CsvFile file("续保提醒.csv", "保单号,应发日期,发送日期,方式,状态");
  for (const auto& reminder : world.reminders) {
    const std::string_view status = reminder.status == ReminderStatus::Failed ? "失败"
                                    : reminder.status == ReminderStatus::Late ? "延迟"
                                                                              : "成功";
    file.add(fmt::format("{},{},{},{},{}", world.policies[reminder.policy].number,
                         compact(reminder.due), compact(reminder.sent), reminder.mode, status));
  }
  return file;
}

CsvFile promotions(const World& world) {
  CsvFile file("竞品促销.csv", "地区,开始日期,结束日期,竞品公司,优惠力度");
  for (const auto& promotion : world.promotions) {
    file.add(fmt::format("{},{},{},{},{}%", regions()[promotion.region].name,
                         dashed(promotion.start), dashed(promotion.end), promotion.company,
                         promotion.discount_percent));
  }
  return file;
}

CsvFile leavings(const World& world) {
  CsvFile file("业务员离职.csv", "业务员,离职日期");
  for (const auto& leaving : world.leavings) {
    file.add(fmt::format("{},{}", agent_code(leaving.agent), dashed(leaving.day)));
  }
  return file;
}

}  // namespace

Result<void> write_csv_files(const World& world, const std::filesystem::path& folder,
                             RowCounts& counts) {
  for (const auto make : {policies, payments, claims, calls, complaints, job_changes, reminders,
                          promotions, leavings}) {
    HOLDFAST_TRY_VOID(make(world).write(folder, counts));
  }
  return {};
}

}  // namespace holdfast::generate
