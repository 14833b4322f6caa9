"""Vietnamese typed for old fonts is recognised, and nothing else is taken for it."""

from __future__ import annotations

import pytest

from legation.engine.text.legacy_vietnamese import convert_tcvn3, convert_vni, recognise_legacy_vietnamese

TCVN3 = "Bé tr­ëng Bé Ngo¹i giao ®· tiÕp ®¹i sø c¸c n­íc t¹i Hµ Néi vµo s¸ng nay"
VNI = "Boä tröôûng Boä Ngoaïi giao ñaõ tieáp ñaïi söù caùc nöôùc taïi Haø Noäi vaøo saùng nay"
UNICODE = "Bộ trưởng Bộ Ngoại giao đã tiếp đại sứ các nước tại Hà Nội vào sáng nay"


def test_tcvn3_is_recognised_and_converted() -> None:
    assert recognise_legacy_vietnamese(TCVN3) == "tcvn3"
    assert convert_tcvn3(TCVN3) == UNICODE


def test_vni_is_recognised_and_converted() -> None:
    assert recognise_legacy_vietnamese(VNI) == "vni"
    assert convert_vni(VNI) == UNICODE


def test_capitals_of_vni_are_converted() -> None:
    assert convert_vni("COÄNG HOØA XAÕ HOÄI, Ñöôøng Aùnh") == "CỘNG HÒA XÃ HỘI, Đường Ánh"


@pytest.mark.parametrize(
    "text",
    [
        UNICODE,
        "Bo truong Bo Ngoai giao da tiep dai su cac nuoc",
        "Le ministre a été reçu à l’hôtel ; la forêt près de Noël, où naïfs et maïs œuvrent à Nîmes.",
        "Der Außenminister empfing für längere Gespräche die Botschafter; Größe, Öl, Übung, daß, müßig.",
        "Năm",
        "El año pasado, según él, la información llegó más allá de España: ¿qué pasó, señor? ª º «aquí»",
        "São Paulo não é a única opção; à noite, os órgãos já têm informações.",
        "外交部长今天上午会见了多国大使。",
        "Ã©tÃ© Ã  la plage, Ä‘á»“ng bÃ o",
        "© 2026 Reuters ® µm ± 5 » suivant « précédent §",
        "Blåbærsyltetøy på brødskive, æøå ÆØÅ, høyt nivå, å være på øya",
        "Hyvää yötä, öljyä ja äitiä; työpöytä täällä.",
    ],
)
def test_no_other_text_raises_a_false_alarm(text: str) -> None:
    assert recognise_legacy_vietnamese(text) == ""
