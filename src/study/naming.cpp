#include "study/naming.hpp"

#include <algorithm>

#include "core/text.hpp"

namespace holdfast::study {
namespace {

bool is_ascii_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_upper(char c) { return c >= 'A' && c <= 'Z'; }
bool is_wide(char c) { return static_cast<unsigned char>(c) >= 0x80; }

// "marital_status" is of the person, not of the contract.
bool is_of_the_person(const NameWords& name) {
  return name.has({"marital", "personal", "family", "employment", "job", "work", "housing",
                   "residence", "health", "smoking", "smoker", "education", "checking", "savings",
                   "婚姻", "个人", "家庭", "就业", "工作", "职业", "居住", "住房", "健康", "吸烟",
                   "学历"});
}

}  // namespace

NameWords::NameWords(std::string_view name) : whole_(lower(trimmed(name))) {
  name = trimmed(name);
  std::string word;
  const auto close = [&] {
    if (!word.empty()) words_.push_back(lower(word));
    word.clear();
  };
  for (std::size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    if (!is_ascii_letter(c) && !is_wide(c)) {
      close();
      continue;
    }
    // CustomerID, HTTPServer: a word begins at a capital after a small letter or before one.
    const bool after_small =
        !word.empty() && !is_upper(word.back()) && is_ascii_letter(word.back());
    const bool before_small =
        i + 1 < name.size() && is_ascii_letter(name[i + 1]) && !is_upper(name[i + 1]);
    const bool changes_script = !word.empty() && is_wide(word.back()) != is_wide(c);
    if (changes_script || (is_upper(c) && (after_small || (before_small && word.size() > 1))))
      close();
    word += c;
  }
  close();
}

bool NameWords::has(std::initializer_list<std::string_view> wanted) const {
  return std::ranges::any_of(wanted, [&](std::string_view word) {
    if (is_wide(word.front())) return whole_.find(word) != std::string::npos;
    return std::ranges::any_of(words_, [&](const std::string& own) {
      return own == word ||
             (own.size() == word.size() + 1 && own.starts_with(word) && own.back() == 's') ||
             (word.size() >= 6 && own.find(word) != std::string::npos);
    });
  });
}

int customer_key_strength(const NameWords& name) {
  const bool is_id =
      name.has({"id", "no", "number", "code", "key", "nr", "num", "号", "编号", "代码", "编码"}) ||
      name.ends_with("id");
  if (name.has({"customer", "cust", "client", "policyholder", "subscriber", "客户", "投保人"})) {
    return is_id ? 100 : name.size() == 1 && !name.has({"客户"}) ? 60 : 0;
  }
  if (name.has({"member", "user", "insured", "会员", "用户", "被保险人"})) return is_id ? 90 : 0;
  if (name.has({"account", "账户", "账号"})) return is_id || name.size() == 1 ? 70 : 0;
  if (name.is("id") || name.is("编号")) return 50;
  if (is_policy_key(name)) return 40;
  if (name.has({"order", "invoice", "transaction", "claim", "stock", "product", "item", "event",
                "订单", "发票", "交易", "赔案", "商品", "district", "region", "agent", "branch"})) {
    return 0;
  }
  return name.ends_with("id") ? 20 : 0;
}

bool is_policy_key(const NameWords& name) {
  const bool is_id =
      name.has({"id", "no", "number", "code", "key", "号", "编号", "号码"}) || name.ends_with("id");
  return is_id && name.has({"policy", "contract", "certificate", "保单", "合同"});
}

int term_start_strength(const NameWords& name) {
  if (name.has({"valid", "birth"})) return 0;
  if (name.has({"last"}) && name.has({"renewal", "renewed"})) return 5;
  if (name.has({"effective", "inception", "commencement", "起保", "生效"})) return 4;
  if (name.has({"start", "begin", "开始", "起始", "起期"})) return 3;
  if (name.has({"from"})) return 2;
  return 0;
}

int term_end_strength(const NameWords& name) {
  if (name.has({"valid"})) return 0;
  if (name.has({"next"}) && name.has({"renewal"})) return 5;
  if (name.has({"expiry", "expiration", "expire", "expires", "maturity", "终保", "到期", "满期"}))
    return 4;
  if (name.has({"end", "ends", "结束", "截止", "止期"})) return 3;
  if (name.has({"until", "to"})) return 2;
  return 0;
}

int premium_strength(const NameWords& name) {
  if (name.has({"premium", "保费"})) return 5;
  if (builds_up_in_a_term(name)) return 0;
  return amount_strength(name);
}

int amount_strength(const NameWords& name) {
  if (name.has({"refund", "退款", "unit", "单价", "balance", "余额", "limit", "tax"})) return 0;
  if (name.has({"实际支付", "实付"})) return 6;
  if (name.has(
          {"amount", "amt", "paid", "金额", "premium", "保费", "revenue", "sales", "赔款", "sale"}))
    return 5;
  if (name.has({"spend", "spending", "turnover", "loss", "fee", "charge", "dollar", "费用"}))
    return 4;
  if (name.has({"cost", "payment", "value", "total", "price"})) return 2;
  return 0;
}

bool is_cancellation(const NameWords& name) {
  return name.has({"lapse", "lapsed", "cancel", "cancelled", "canceled", "cancellation",
                   "terminated", "termination", "surrender", "churn", "exit", "退保", "脱保",
                   "解约", "注销", "流失"});
}

bool tells_of_leaving(const NameWords& name) {
  return is_cancellation(name) ||
         name.has({"churned", "attrition", "exited", "left", "leaver", "reason", "cltv", "离开",
                   "离网", "原因"}) ||
         (name.has({"status", "状态"}) && !is_of_the_person(name));
}

bool has_one_of(const NameWords& name, const std::vector<std::string_view>& words) {
  return std::ranges::any_of(words, [&](std::string_view word) { return name.has({word}); });
}

bool is_gone(const NameWords& name) {
  return name.has({"churned", "attrited", "exited", "left", "lapsed", "surrendered", "cancelled",
                   "canceled", "流失", "离网", "退保", "脱保"});
}

bool is_outcome(const NameWords& name) {
  return (is_gone(name) || name.has({"churn", "attrition"})) &&
         !name.has({"reason", "category", "score", "date", "day", "time", "month", "原因", "日期",
                    "时间", "概率", "得分"});
}

bool sums_up_history(const NameWords& name) {
  return name.has({"history", "lifetime", "ever", "max", "seniority", "tenure", "累计", "历史"}) ||
         (name.has({"in"}) && name.has({"force"}));
}

bool builds_up_in_a_term(const NameWords& name) {
  return name.has({"claim", "claims", "complaint", "call", "visit", "accident", "usage", "理赔",
                   "赔款", "赔付", "出险", "投诉", "来电", "通话"});
}

bool is_birth(const NameWords& name) {
  return name.has({"birth", "birthday", "born", "dob", "出生", "生日"});
}

bool is_recording_time(const NameWords& name) {
  return name.has({"recorded", "record", "reported", "report", "entered", "entry", "loaded",
                   "known", "booked", "入库", "录入", "报案", "登记", "记录时间"});
}

bool never_changes(const NameWords& name) {
  return is_birth(name) || name.has({"sex", "gender", "性别"});
}

bool is_code(const NameWords& name) {
  return name.has({"type", "channel", "category", "class", "kind", "area", "region", "segment",
                   "code", "brand", "渠道", "类型", "类别", "地区", "品牌"});
}

bool is_join_column(const NameWords& name) {
  return name.has({"region", "area", "city", "province", "channel", "agent", "branch", "zip",
                   "district", "地区", "区域", "城市", "省", "渠道", "代理人", "业务员", "机构"});
}

bool is_quantity(const NameWords& name) {
  return name.has({"quantity", "qty", "units", "数量", "件数"});
}

bool is_unit_price(const NameWords& name) {
  return name.has({"price", "单价"}) && !name.has({"total", "总"});
}

Mark mark_of(const NameWords& name) {
  if (name.has({"phone", "mobile", "email", "mail", "passport", "ssn", "plate", "surname",
                "firstname", "lastname", "fullname", "telephone", "姓名", "电话", "手机", "车牌",
                "身份证", "证件号", "邮箱"}) &&
      !name.has({"service", "paperless"})) {
    return Mark::Identifier;
  }
  const bool is_name =
      name.has({"name"}) &&
      (name.size() == 1 || name.has({"first", "last", "full", "customer", "client", "insured",
                                     "holder", "user", "member", "driver"}));
  if (is_name) return Mark::Identifier;
  if (name.has({"latitude", "longitude", "religion", "health", "disability", "lat", "宗教", "健康",
                "病史"})) {
    return Mark::Sensitive;
  }
  if (is_birth(name) ||
      name.has({"age",       "sex",    "gender",      "occupation", "job",     "profession",
                "income",    "salary", "education",   "marital",    "married", "partner",
                "dependent", "senior", "nationality", "licence",    "license", "年龄",
                "性别",      "职业",   "收入",        "工资",       "学历",    "教育",
                "婚姻",      "驾龄"})) {
    return Mark::Personal;
  }
  return Mark::None;
}

Topic topic_of(const NameWords& name) {
  if (name.has({"claim", "理赔", "赔案", "出险"})) return Topic::Claim;
  if (name.has({"complaint", "投诉"})) return Topic::Complaint;
  if (name.has({"reminder", "remind", "提醒"})) return Topic::Reminder;
  if (name.has({"payment", "instalment", "installment", "缴费", "付款", "收款", "支付", "扣款"}))
    return Topic::Payment;
  if (name.has({"purchase", "order", "invoice", "sale", "retail", "transaction", "trans", "basket",
                "订单", "购买", "交易", "消费", "销售"})) {
    return Topic::Purchase;
  }
  if (name.has({"call", "contact", "chat", "电话", "联系", "回访", "来电", "通话"}))
    return Topic::Contact;
  if (name.has({"visit", "service", "repair", "到店", "进店", "维修", "保养"})) return Topic::Visit;
  if (name.has({"balance", "asset", "余额", "资产"})) return Topic::Balance;
  return Topic::None;
}

std::string tidy_name(std::string_view name) {
  std::string out;
  for (const char c : lower(trimmed(name))) {
    const bool keeps = is_ascii_letter(c) || (c >= '0' && c <= '9') || is_wide(c);
    if (keeps) out += c;
    if (!keeps && !out.empty() && out.back() != '_') out += '_';
  }
  while (!out.empty() && out.back() == '_') out.pop_back();
  if (out.empty() || (out.front() >= '0' && out.front() <= '9')) out = "t" + out;
  return out;
}

}  // namespace holdfast::study
