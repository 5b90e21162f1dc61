"""What the reader of documents (pydantic) says of a value of the wrong form; the ids are its error types."""

from __future__ import annotations

TEXTS: dict[str, tuple[str, str]] = {
    "form.assertion_error": (
        "assertion failed, {error}",
        "giá trị sai, {error}",
    ),
    "form.bool_parsing": (
        "input should be a valid boolean, unable to interpret input",
        "phải là true hoặc false",
    ),
    "form.bool_type": (
        "input should be a valid boolean",
        "phải là true hoặc false",
    ),
    "form.charge_kind": (
        "a charge line starts with one of fixed, per_unit, arc_rrc, fte, time_and_materials, outcome, gain_share, pass_through, one_off, minimum_of",
        "khoản phí bắt đầu bằng một trong fixed, per_unit, arc_rrc, fte, time_and_materials, outcome, gain_share, pass_through, one_off, minimum_of",
    ),
    "form.date_from_datetime_inexact": (
        "datetimes provided to dates should have zero time - e.g. be exact dates",
        "phải là một ngày, không kèm giờ",
    ),
    "form.date_from_datetime_parsing": (
        "input should be a valid date or datetime, {error}",
        "phải là một ngày, như 2026-03-31",
    ),
    "form.date_parsing": (
        "input should be a valid date in the format YYYY-MM-DD, {error}",
        "phải là một ngày dạng YYYY-MM-DD",
    ),
    "form.date_type": (
        "input should be a valid date",
        "phải là một ngày, như 2026-03-31",
    ),
    "form.datetime_from_date_parsing": (
        "input should be a valid datetime or date, {error}",
        "phải là ngày hoặc ngày giờ, như 2026-03-31T18:00",
    ),
    "form.datetime_parsing": (
        "input should be a valid datetime, {error}",
        "phải là ngày giờ, như 2026-03-31T18:00",
    ),
    "form.datetime_type": (
        "input should be a valid datetime",
        "phải là ngày giờ, như 2026-03-31T18:00",
    ),
    "form.decimal_max_digits": (
        "decimal input should have no more than {max_digits} digit{expected_plural} in total",
        "không được quá {max_digits} chữ số",
    ),
    "form.decimal_max_places": (
        "decimal input should have no more than {decimal_places} decimal place{expected_plural}",
        "không được quá {decimal_places} chữ số thập phân",
    ),
    "form.decimal_parsing": (
        "input should be a valid decimal",
        "phải là một số, như 6.20",
    ),
    "form.decimal_type": (
        "decimal input should be an integer, float, string or Decimal object",
        "phải là một số",
    ),
    "form.dict_type": (
        "input should be a valid dictionary",
        "cần một nhóm các trường (tên: giá trị)",
    ),
    "form.enum": (
        "input should be {expected}",
        "phải là {expected}",
    ),
    "form.extra_forbidden": (
        "extra inputs are not permitted",
        "không được có thêm trường",
    ),
    "form.finite_number": (
        "input should be a finite number",
        "phải là số hữu hạn",
    ),
    "form.float_parsing": (
        "input should be a valid number, unable to parse string as a number",
        "phải là một số",
    ),
    "form.float_type": (
        "input should be a valid number",
        "phải là một số",
    ),
    "form.greater_than": (
        "input should be greater than {gt}",
        "phải lớn hơn {gt}",
    ),
    "form.greater_than_equal": (
        "input should be greater than or equal to {ge}",
        "phải lớn hơn hoặc bằng {ge}",
    ),
    "form.int_from_float": (
        "input should be a valid integer, got a number with a fractional part",
        "phải là số nguyên, không có phần thập phân",
    ),
    "form.int_parsing": (
        "input should be a valid integer, unable to parse string as an integer",
        "phải là số nguyên",
    ),
    "form.int_parsing_size": (
        "unable to parse input string as an integer, exceeded maximum size",
        "số nguyên quá lớn",
    ),
    "form.int_type": (
        "input should be a valid integer",
        "phải là số nguyên",
    ),
    "form.invalid_key": (
        "keys should be strings",
        "khoá phải là chuỗi",
    ),
    "form.iterable_type": (
        "input should be iterable",
        "phải là một danh sách",
    ),
    "form.kpi_kind": (
        "kind must be one of share_in_target, mean, percentile, rate, sampled_rate, volume, backlog, score, ratio, availability, duty, composite",
        "kind phải là một trong share_in_target, mean, percentile, rate, sampled_rate, volume, backlog, score, ratio, availability, duty, composite",
    ),
    "form.less_than": (
        "input should be less than {lt}",
        "phải nhỏ hơn {lt}",
    ),
    "form.less_than_equal": (
        "input should be less than or equal to {le}",
        "phải nhỏ hơn hoặc bằng {le}",
    ),
    "form.list_type": (
        "input should be a valid list",
        "phải là một danh sách",
    ),
    "form.literal_error": (
        "input should be {expected}",
        "phải là {expected}",
    ),
    "form.mapping_type": (
        "input should be a valid mapping, error: {error}",
        "cần một nhóm các trường (tên: giá trị): {error}",
    ),
    "form.missing": (
        "field required",
        "thiếu trường này",
    ),
    "form.model_attributes_type": (
        "input should be a valid dictionary or object to extract fields from",
        "cần một nhóm các trường (tên: giá trị)",
    ),
    "form.model_type": (
        "input should be a valid dictionary or instance of {class_name}",
        "cần một nhóm các trường (tên: giá trị)",
    ),
    "form.multiple_of": (
        "input should be a multiple of {multiple_of}",
        "phải là bội số của {multiple_of}",
    ),
    "form.no_such_attribute": (
        "object has no attribute '{attribute}'",
        "đối tượng không có thuộc tính '{attribute}'",
    ),
    "form.none_required": (
        "input should be None",
        "phải để trống",
    ),
    "form.set_type": (
        "input should be a valid set",
        "phải là một danh sách không trùng",
    ),
    "form.string_pattern_mismatch": (
        "string should match pattern '{pattern}'",
        "chuỗi phải theo mẫu '{pattern}'",
    ),
    "form.string_too_long": (
        "string should have at most {max_length} character{expected_plural}",
        "chuỗi có nhiều nhất {max_length} ký tự",
    ),
    "form.string_too_short": (
        "string should have at least {min_length} character{expected_plural}",
        "chuỗi cần ít nhất {min_length} ký tự",
    ),
    "form.string_type": (
        "input should be a valid string",
        "phải là chuỗi văn bản",
    ),
    "form.time_delta_parsing": (
        "input should be a valid timedelta, {error}",
        "phải là một khoảng thời gian",
    ),
    "form.time_delta_type": (
        "input should be a valid timedelta",
        "phải là một khoảng thời gian",
    ),
    "form.time_parsing": (
        "input should be in a valid time format, {error}",
        "phải là một giờ, như 15:00",
    ),
    "form.time_type": (
        "input should be a valid time",
        "phải là một giờ, như 15:00",
    ),
    "form.too_long": (
        "{field_type} should have at most {max_length} item{expected_plural} after validation, not {actual_length}",
        "cần nhiều nhất {max_length} mục, hiện có {actual_length}",
    ),
    "form.too_short": (
        "{field_type} should have at least {min_length} item{expected_plural} after validation, not {actual_length}",
        "cần ít nhất {min_length} mục, hiện có {actual_length}",
    ),
    "form.tuple_type": (
        "input should be a valid tuple",
        "phải là một danh sách",
    ),
    "form.union_tag_invalid": (
        "input tag '{tag}' found using {discriminator} does not match any of the expected tags: {expected_tags}",
        "'{tag}' ở {discriminator} không thuộc các giá trị: {expected_tags}",
    ),
    "form.union_tag_not_found": (
        "unable to extract tag using discriminator {discriminator}",
        "thiếu {discriminator} để biết loại",
    ),
    "form.value_error": (
        "value error, {error}",
        "giá trị sai, {error}",
    ),
}
