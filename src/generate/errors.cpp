#include "generate/errors.hpp"

namespace holdfast::generate::errors {

const ErrorKind kBadOptions{
    "generate.bad_options",
    400,
    2,
    "a portfolio cannot be made like this: {what_en}",
    "无法按此生成数据: {what_zh}",
    "give 1 to 1,000,000 customers and at least two years between from and to",
    "请指定 1 至 1,000,000 名客户,且起止日期至少相隔两年"};

std::vector<const ErrorKind*> generate_kinds() { return {&kBadOptions}; }

}  // namespace holdfast::generate::errors
