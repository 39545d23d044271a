"""Which charts there are, and their bars from the report's own figures."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication

from vaxdesk.models.report_forms import SIGNS, product
from vaxdesk.models.reports import Pictures, Report, daily_rows
from vaxdesk.models.tickets import Station
from vaxdesk.ui.report_charts import Bar

translate = QCoreApplication.translate
HOURS, PRODUCTS, WAITS, REACTIONS, UNSENT = "hours", "products", "waits", "reactions", "unsent"
CHARTS = (HOURS, PRODUCTS, WAITS, REACTIONS, UNSENT)


def chart_names() -> tuple[str, ...]:
    """In the order of `CHARTS`."""
    return (
        translate("words", "Mũi tiêm theo giờ"),
        translate("words", "Mũi tiêm theo vắc xin"),
        translate("words", "Thời gian chờ trung bình ở mỗi trạm"),
        translate("words", "Phản ứng sau tiêm"),
        translate("words", "Bản ghi chưa gửi, theo thời gian chờ"),
    )


def bars(chart: str, report: Report, pictures: Pictures, language: str) -> tuple[Bar, ...]:
    """The bars of a chart; empty while nothing was counted."""
    match chart:
        case "hours":
            found = pictures.by_hour
            return tuple(
                Bar(f"{hour:02d}:00", found.get(hour, 0), str(found.get(hour, 0)))
                for hour in (range(min(found), max(found) + 1) if found else ())
            )
        case "products":
            return tuple(Bar(product(row.vaccine), row.used, str(row.used)) for row in daily_rows(report)[:-1])
        case "waits":
            return _waits(pictures)
        case "reactions":
            total = daily_rows(report)[-1]
            seen = [
                Bar(SIGNS[sign][language], total.signs[sign], str(total.signs[sign]))
                for sign in SIGNS
                if sign in total.signs
            ]
            severe = Bar(translate("words", "Tai biến nặng"), total.serious, str(total.serious), "stop")
            return (*seen, *([severe] if total.serious else []))
        case _:
            return _unsent(pictures)


def _waits(pictures: Pictures) -> tuple[Bar, ...]:
    names = {
        Station.WAITING: translate("words", "Chờ khám"),
        Station.SCREENING: translate("words", "Khám sàng lọc"),
        Station.INJECTION: translate("words", "Bàn tiêm"),
        Station.OBSERVATION: translate("words", "Theo dõi"),
        Station.CERTIFICATE: translate("words", "Lấy giấy"),
    }
    said = translate("words", "{minutes} phút")
    return tuple(
        Bar(name, pictures.waits[station], said.format(minutes=round(pictures.waits[station])))
        for station, name in names.items()
        if station in pictures.waits
    )


def _unsent(pictures: Pictures) -> tuple[Bar, ...]:
    names = {
        "hour": (translate("words", "Dưới 1 giờ"), "primary"),
        "day": (translate("words", "1 giờ đến 1 ngày"), "primary"),
        "three-days": (translate("words", "1 đến 3 ngày"), "decide"),
        "longer": (translate("words", "Trên 3 ngày"), "stop"),
    }
    return tuple(
        Bar(name, pictures.unsent[age], str(pictures.unsent[age]), token)
        for age, (name, token) in names.items()
        if age in pictures.unsent
    )
