"""A file of records uploaded in the browser, with an account of every line."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from playwright.sync_api import expect

pytestmark = pytest.mark.slow


def test_a_file_is_uploaded_and_every_line_accounted_for(office, tmp_path):
    yesterday = datetime.now(UTC) - timedelta(days=1)
    records = [
        {
            "id": f"import-{number}",
            "title": f"Điểm tin số {number} của thư viện thị trấn",
            "body": f"Thư viện thị trấn mở thêm phòng đọc thứ {number}, nơi bạn đọc mượn được bản đồ cũ.",
            "lang": "vi",
            "time": yesterday.isoformat(),
            "outlet": "Bản tin thư viện",
            "url": f"https://library.example/{number}",
        }
        for number in range(4)
    ]
    lines = [json.dumps(record, ensure_ascii=False) for record in records]
    lines += [lines[0], '{"title": "cut off he']
    file = tmp_path / "library.jsonl"
    file.write_text("\n".join(lines) + "\n")

    page = office.open("analyst")
    page.goto("/desk/listen/imports/")
    page.locator("input[type=file]").set_input_files(file)
    page.get_by_role("button", name="Import", exact=True).click()
    page.wait_for_url("**/imports/*/")
    expect(page.locator("#account")).to_contain_text("Read to the end")
    counts = [row.inner_text().split("\t") for row in page.locator("#account tbody tr").all()]
    by_outcome = {cells[0].strip().lower(): int(cells[-1]) for cells in counts}
    total = by_outcome.pop("all records")
    assert total == len(lines) == sum(by_outcome.values())
    assert by_outcome["kept"] == len(records)
    assert len(by_outcome) == 3, by_outcome
    page.goto("/desk/listen/articles/?q=thư+viện")
    expect(page.locator("main")).to_contain_text("Điểm tin số 3 của thư viện thị trấn")
