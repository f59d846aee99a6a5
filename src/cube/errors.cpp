#include "cube/errors.hpp"

namespace holdfast::cube::errors {

const ErrorKind kNoRows{"cube.no_rows",
                        422,
                        2,
                        "there are no rows",
                        "没有任何数据行",
                        "check the period and the filter",
                        "请检查期间和筛选条件"};

const ErrorKind kShape{"cube.shape",
                       500,
                       1,
                       "{what} has {found} values where {expected} are needed",
                       "{what} 有 {found} 个值,需要 {expected} 个",
                       "",
                       ""};

const ErrorKind kBadCode{"cube.bad_code",
                         422,
                         2,
                         "row {row} of dimension {dimension} is {code}; it must be below {categories}",
                         "维度 {dimension} 第 {row} 行为 {code},必须小于 {categories}",
                         "",
                         ""};

const ErrorKind kBadNumber{"cube.bad_number",
                           422,
                           2,
                           "row {row} of measure {measure} is {number}, which cannot be added up",
                           "度量 {measure} 第 {row} 行为 {number},无法汇总",
                           "leave the row out of the measure: 0 above and 0 below",
                           "请将该行从度量中排除: 分子与分母均为 0"};

const ErrorKind kUnknownName{"cube.unknown_name",
                             422,
                             2,
                             "there is no {what} {name}",
                             "不存在 {what} {name}",
                             "",
                             ""};

const ErrorKind kTooLarge{"cube.too_large",
                          422,
                          2,
                          "the dimensions make {cells} cells, more than {largest}",
                          "各维度共构成 {cells} 个单元,超过 {largest}",
                          "use fewer dimensions, or join rare categories",
                          "请减少维度,或合并稀少的类别"};

const ErrorKind kNotAlike{"cube.not_alike",
                          422,
                          2,
                          "the two cubes differ in {what}",
                          "两个数据立方体的 {what} 不同",
                          "build both from the same dimensions and measures",
                          "请用相同的维度和度量构建两者"};

const ErrorKind kNoRate{"cube.no_rate",
                        422,
                        2,
                        "measure {measure} has nothing below the line in the period {which}",
                        "度量 {measure} 在 {which} 期间的分母为 0",
                        "choose a period in which somebody could leave",
                        "请选择有客户可能流失的期间"};

const ErrorKind kBadOption{"cube.bad_option",
                           422,
                           2,
                           "{option} is {value}; it must be within {needed}",
                           "{option} 为 {value},必须在 {needed} 之内",
                           "",
                           ""};

std::vector<const ErrorKind*> cube_kinds() {
  return {&kNoRows,   &kShape,    &kBadCode, &kBadNumber, &kUnknownName,
          &kTooLarge, &kNotAlike, &kNoRate,  &kBadOption};
}

}  // namespace holdfast::cube::errors
