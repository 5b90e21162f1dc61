"""The vendor's invoice beside the statement: found, paired, and differing by what a person would say."""

from __future__ import annotations

import io
from decimal import Decimal

import pytest
import xlsxwriter
from hypothesis import given, settings
from hypothesis import strategies as st

from giao.core.agreement.invoicing import (
    InvoiceLine,
    InvoiceUnreadable,
    Tolerance,
    VendorInvoice,
    items_of,
    match_invoice,
    read_invoice,
    same_name,
)
from giao.core.agreement.results import Adjustment, CreditLine, EarnedBack, Statement, StatementLine, TaxLine

D = Decimal


def statement(**more: object) -> Statement:
    """EUR: two lines, one credit settled in the month, tax of 21%."""
    lines = (
        StatementLine("Paid claims", "per_unit", D(700), None, D("4180.00")),
        StatementLine("Governance and platform", "fixed", D(1), D(4500), D("4500.00")),
    )
    given: dict[str, object] = {
        "month": "2017-05",
        "currency": "EUR",
        "lines": lines,
        "fees": D("8680.00"),
        "at_risk": D("1041.60"),
        "credits": (CreditLine("paid_in_time", "2017-05", D("624.96")),),
        "credit_total": D("624.96"),
        "settled_credits": D("624.96"),
        "earned_back": D(0),
        "net": D("8055.04"),
        "tax_lines": (TaxLine("standard", D("0.21"), D("8055.04"), D("1691.56")),),
        "tax": D("1691.56"),
        "total": D("9746.60"),
    }
    return Statement(**{**given, **more})  # type: ignore[arg-type]


CSV = (
    "Description;Quantity;Unit price;Amount\n"
    "Paid claims;712;;4.244,80\n"
    "Governance & platform;1;4.500,00;4.500,00\n"
    "paid-in-time;;;-624,96\n"
    "Courier;3;12,00;36,00\n"
    "standard;;;1.712,72\n"
    "Total;;;9.868,56\n"
)


def by_key(invoice: VendorInvoice, ours: Statement, **more: object) -> dict[str, object]:
    matched = match_invoice(invoice, ours, **more)  # type: ignore[arg-type]
    return {match.item.key if match.item else match.lines[0].name: match for match in matched.matches}


def test_the_items_of_a_statement_sum_to_its_total() -> None:
    ours = statement(
        settled_credits=D("500.00"),
        earned_back=D("100.00"),
        earned_back_lines=(EarnedBack("paid_in_time", "2017-02", D("100.00")),),
        bonus=D("10.00"),
        adjustments=(Adjustment("2017-04", "Paid claims", D("50.00"), D("74.80")),),
        extras=(StatementLine("Courier", "pass_through", None, None, D("36.00"), in_fees=False),),
        total=D("8680.00") - 500 + 100 + 10 + D("24.80") + 36 + D("1691.56"),
    )
    items = items_of(ours)
    assert sum(item.amount for item in items) == ours.total
    assert len({item.key for item in items}) == len(items)
    assert "carried" in {item.key for item in items}  # 124.96 settles in another month


def test_two_lines_of_one_name_keep_two_keys() -> None:
    line = StatementLine("Courier", "pass_through", None, None, D(5), in_fees=False)
    assert [item.key for item in items_of(statement(extras=(line, line)))][-3:-1] == [
        "extra:Courier",
        "extra:Courier#2",
    ]


def test_an_invoice_line_by_line() -> None:
    found = by_key(
        read_invoice(CSV.encode(), "invoice.csv"),
        statement(),
        titles={"line:Governance and platform": ("Governance & platform",)},
    )
    claims = found["line:Paid claims"]
    assert (claims.outcome, claims.difference, claims.fields) == (
        "differs",
        D("64.80"),
        ("quantity", "amount"),
    )  # type: ignore[attr-defined]
    assert found["line:Governance and platform"].outcome == "agrees"  # type: ignore[attr-defined]
    assert found["credit:paid_in_time:2017-05"].outcome == "agrees"  # type: ignore[attr-defined]
    assert found["Courier"].outcome == "not_in_statement"  # type: ignore[attr-defined]
    assert found["tax:standard"].difference == D("21.16")  # type: ignore[attr-defined]


def test_the_difference_of_the_totals_is_the_sum_of_the_differences() -> None:
    invoice = read_invoice(CSV.encode(), "invoice.csv")
    matched = match_invoice(invoice, statement())
    assert matched.difference == sum(match.difference for match in matched.matches)
    assert invoice.stated_total == D("9868.56")
    assert invoice.total == invoice.stated_total
    assert len(matched.open) == 5  # claims, tax, courier, and the unpaired name on both sides


def test_a_credit_left_out_is_the_vendors_gain_and_needs_a_dispute() -> None:
    invoice = VendorInvoice((InvoiceLine("Paid claims", D("4180.00")),))
    credit = by_key(invoice, statement())["credit:paid_in_time:2017-05"]
    assert credit.outcome == "not_invoiced"  # type: ignore[attr-defined]
    assert credit.difference == D("624.96")  # type: ignore[attr-defined]
    assert credit.needs_dispute  # type: ignore[attr-defined]


def test_a_name_that_nearly_matches_is_suggested_not_paired() -> None:
    match = by_key(VendorInvoice((InvoiceLine("Governance and platforms fee", D(4500)),)), statement())[
        "Governance and platforms fee"
    ]
    assert (match.outcome, match.suggestion) == ("not_in_statement", "line:Governance and platform")  # type: ignore[attr-defined]
    paired = by_key(
        VendorInvoice((InvoiceLine("Governance and platforms fee", D(4500)),)),
        statement(),
        pairings={same_name("Governance and platforms fee"): "line:Governance and platform"},
    )
    assert paired["line:Governance and platform"].outcome == "agrees"  # type: ignore[attr-defined]


def test_several_lines_of_one_charge_are_summed() -> None:
    halves = VendorInvoice((InvoiceLine("Paid claims", D("4000")), InvoiceLine("PAID  CLAIMS", D("180"))))
    assert by_key(halves, statement())["line:Paid claims"].outcome == "agrees"  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    ("tolerance", "outcome"),
    [
        (Tolerance(), "differs"),
        (Tolerance(amount=D("64.80")), "within_tolerance"),
        (Tolerance(amount=D("64.79")), "differs"),
        (Tolerance(share=D("0.016")), "within_tolerance"),  # 66.88 of 4,180
    ],
)
def test_tolerance_is_the_larger_of_amount_and_share(tolerance: Tolerance, outcome: str) -> None:
    invoice = VendorInvoice((InvoiceLine("Paid claims", D("4244.80")),))
    assert by_key(invoice, statement(), tolerance=tolerance)["line:Paid claims"].outcome == outcome  # type: ignore[attr-defined]


VIETNAMESE = (
    "CÔNG TY TNHH DỊCH VỤ MẪU\n\n"
    "STT,Diễn giải,Số lượng,Đơn giá,Thành tiền\n"
    '1,Hồ sơ đã chi trả,700,"1.250.000","875.000.000"\n'
    '2,Quản trị,1,"12.000.000","12.000.000"\n'
    ',Tổng cộng,,,"887.000.000"\n'
)


def test_a_vietnamese_invoice_with_a_letterhead() -> None:
    found = read_invoice(VIETNAMESE.encode("utf-8-sig"), "hoa-don.csv")
    assert [(line.name, line.quantity, line.price, line.amount, line.row) for line in found.lines] == [
        ("Hồ sơ đã chi trả", D(700), D(1_250_000), D(875_000_000), 4),
        ("Quản trị", D(1), D(12_000_000), D(12_000_000), 5),
    ]
    assert found.stated_total == found.total


def test_names_are_compared_without_marks_and_punctuation() -> None:
    assert same_name("Hồ sơ  ĐÃ chi-trả") == same_name("ho so da chi tra")
    assert same_name("Paid claims") != same_name("Paid claim")


def test_an_excel_invoice() -> None:
    content = io.BytesIO()
    book = xlsxwriter.Workbook(content, {"in_memory": True})
    sheet = book.add_worksheet()
    for number, row in enumerate(
        [["Item", "Qty", "Rate", "Total"], ["Paid claims", 700, 5.9714, 4180], ["Fee", 1, 0.1, 0.1]]
    ):
        sheet.write_row(number, 0, row)
    book.close()
    found = read_invoice(content.getvalue(), "invoice.xlsx")
    assert [(line.name, line.amount) for line in found.lines] == [("Paid claims", D(4180)), ("Fee", D("0.1"))]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a,b\n1,2\n", "invoice.no_headings"),
        ("", "invoice.no_headings"),
        ("Item,Amount\n,5.00\n", "invoice.no_lines"),
        ("Item;Amount\nA;1.234\n", "invoice.which_sign"),
        ('Item;Amount\nA;1.234,50\nB;1,234.50\n', "invoice.two_signs"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_the_mend(text: str, message: str) -> None:
    with pytest.raises(InvoiceUnreadable) as caught:
        read_invoice(text.encode(), "invoice.csv")
    assert caught.value.args[0].id == message


def test_the_sign_can_be_said() -> None:
    content = b"Item;Amount\nA;1.234\n"
    assert read_invoice(content, "i.csv", decimal=",").lines[0].amount == D(1234)
    assert read_invoice(content, "i.csv", decimal=".").lines[0].amount == D("1.234")


def test_bad_rows_are_set_aside_with_row_and_reason() -> None:
    found = read_invoice(b"Item,Amount\nA,5.00\nB,about ten\n,7.00\nC,(3.00)\nD,EUR 4.50\n", "i.csv")
    assert [(line.name, line.amount) for line in found.lines] == [("A", D(5)), ("C", D(-3)), ("D", D("4.5"))]
    assert [(row, reason.id) for row, reason in found.set_aside] == [
        (3, "invoice.no_amount"),
        (4, "invoice.no_name"),
    ]  # type: ignore[attr-defined]


def test_an_archive_that_is_no_sheet() -> None:
    with pytest.raises(InvoiceUnreadable, match="does not open as a spreadsheet"):
        read_invoice(b"PK\x03\x04 nonsense", "invoice.xlsx")


amounts = st.decimals(-10_000, 10_000, places=2, allow_nan=False)


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(
            st.sampled_from(["Paid claims", "Governance and platform", "Courier", "standard"]), amounts
        ),
        min_size=1,
    )
)
def test_every_line_and_item_is_told_once(lines: list[tuple[str, Decimal]]) -> None:
    invoice = VendorInvoice(tuple(InvoiceLine(name, amount) for name, amount in lines))
    matched = match_invoice(invoice, statement())
    assert sorted(line.name for match in matched.matches for line in match.lines) == sorted(
        name for name, _ in lines
    )
    assert [match.item for match in matched.matches if match.item] == list(items_of(statement()))
    assert (
        sum(match.difference for match in matched.matches)
        == matched.difference
        == invoice.total - statement().total
    )
