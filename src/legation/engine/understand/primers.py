"""The same eight neutral headlines in many languages: where a model puts a language before any news came."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from legation.engine.ports import Embedder

# Eight everyday subjects, so that their mean stands for the language and for no subject.
HEADLINES: Mapping[str, Sequence[str]] = {
    "en": (
        "Parliament adopts next year's budget",
        "Heavy rain floods several streets in the city centre",
        "Central bank leaves interest rates unchanged",
        "National team wins the last match of the season",
        "Scientists report progress in the treatment of diabetes",
        "Two people injured in a road accident near the airport",
        "Ministers of both countries discuss trade",
        "Film festival opens with a record number of visitors",
    ),
    "vi": (
        "Quốc hội thông qua ngân sách năm tới",
        "Mưa lớn làm ngập nhiều tuyến phố ở trung tâm thành phố",
        "Ngân hàng trung ương giữ nguyên lãi suất",
        "Đội tuyển quốc gia thắng trận cuối cùng của mùa giải",
        "Các nhà khoa học công bố tiến triển trong điều trị bệnh tiểu đường",
        "Hai người bị thương trong vụ tai nạn giao thông gần sân bay",
        "Bộ trưởng hai nước trao đổi về thương mại",
        "Liên hoan phim khai mạc với lượng khách kỷ lục",
    ),
    "fr": (
        "Le Parlement adopte le budget de l'année prochaine",
        "De fortes pluies inondent plusieurs rues du centre-ville",
        "La banque centrale maintient ses taux d'intérêt",
        "L'équipe nationale remporte le dernier match de la saison",
        "Des scientifiques annoncent des progrès dans le traitement du diabète",
        "Deux blessés dans un accident de la route près de l'aéroport",
        "Les ministres des deux pays parlent de commerce",
        "Le festival du film s'ouvre avec un nombre record de visiteurs",
    ),
    "es": (
        "El Parlamento aprueba el presupuesto del próximo año",
        "Las fuertes lluvias inundan varias calles del centro de la ciudad",
        "El banco central mantiene los tipos de interés",
        "La selección nacional gana el último partido de la temporada",
        "Científicos anuncian avances en el tratamiento de la diabetes",
        "Dos heridos en un accidente de tráfico cerca del aeropuerto",
        "Los ministros de ambos países hablan de comercio",
        "El festival de cine abre con un número récord de visitantes",
    ),
    "pt": (
        "Parlamento aprova o orçamento do próximo ano",
        "Chuva forte inunda várias ruas do centro da cidade",
        "Banco central mantém as taxas de juro",
        "Seleção nacional vence o último jogo da temporada",
        "Cientistas anunciam avanços no tratamento da diabetes",
        "Dois feridos em acidente de trânsito perto do aeroporto",
        "Ministros dos dois países discutem comércio",
        "Festival de cinema abre com número recorde de visitantes",
    ),
    "de": (
        "Parlament verabschiedet den Haushalt für das nächste Jahr",
        "Starker Regen überflutet mehrere Straßen in der Innenstadt",
        "Zentralbank lässt die Zinsen unverändert",
        "Nationalmannschaft gewinnt das letzte Spiel der Saison",
        "Forscher melden Fortschritte bei der Behandlung von Diabetes",
        "Zwei Verletzte bei einem Verkehrsunfall nahe dem Flughafen",
        "Minister beider Länder sprechen über Handel",
        "Filmfestival beginnt mit einem Besucherrekord",
    ),
    "it": (
        "Il Parlamento approva il bilancio del prossimo anno",
        "Forti piogge allagano diverse strade del centro",
        "La banca centrale lascia invariati i tassi d'interesse",
        "La nazionale vince l'ultima partita della stagione",
        "Gli scienziati annunciano progressi nella cura del diabete",
        "Due feriti in un incidente stradale vicino all'aeroporto",
        "I ministri dei due Paesi discutono di commercio",
        "Il festival del cinema si apre con un numero record di visitatori",
    ),
    "ru": (
        "Парламент принял бюджет на следующий год",
        "Сильный дождь затопил несколько улиц в центре города",
        "Центральный банк сохранил процентную ставку",
        "Сборная выиграла последний матч сезона",
        "Учёные сообщили об успехах в лечении диабета",
        "Два человека пострадали в дорожной аварии возле аэропорта",
        "Министры двух стран обсудили торговлю",
        "Кинофестиваль открылся с рекордным числом посетителей",
    ),
    "ar": (
        "البرلمان يقر ميزانية العام المقبل",
        "أمطار غزيرة تغمر عدة شوارع في وسط المدينة",
        "البنك المركزي يبقي أسعار الفائدة دون تغيير",
        "المنتخب الوطني يفوز بالمباراة الأخيرة في الموسم",
        "علماء يعلنون تقدما في علاج مرض السكري",
        "إصابة شخصين في حادث سير قرب المطار",
        "وزيرا البلدين يبحثان التجارة",
        "افتتاح مهرجان السينما بعدد قياسي من الزوار",
    ),
    "zh": (
        "议会通过明年预算",
        "暴雨淹没市中心多条街道",
        "央行维持利率不变",
        "国家队赢得本赛季最后一场比赛",
        "科学家宣布糖尿病治疗取得进展",
        "机场附近发生交通事故两人受伤",
        "两国部长讨论贸易问题",
        "电影节开幕观众人数创纪录",
    ),
    "ja": (
        "議会が来年度予算を可決",
        "大雨で市中心部の複数の道路が冠水",
        "中央銀行、金利を据え置き",
        "代表チームが今季最終戦に勝利",
        "科学者が糖尿病治療の進展を発表",
        "空港近くの交通事故で2人けが",
        "両国の閣僚が貿易について協議",
        "映画祭が開幕、来場者数は過去最多",
    ),
    "ko": (
        "의회, 내년도 예산안 통과",
        "폭우로 도심 도로 여러 곳 침수",
        "중앙은행, 기준금리 동결",
        "국가대표팀, 시즌 마지막 경기 승리",
        "과학자들, 당뇨병 치료 진전 발표",
        "공항 인근 교통사고로 2명 부상",
        "양국 장관, 무역 문제 논의",
        "영화제 개막, 관람객 수 역대 최다",
    ),
    "id": (
        "Parlemen mengesahkan anggaran tahun depan",
        "Hujan deras membanjiri beberapa jalan di pusat kota",
        "Bank sentral mempertahankan suku bunga",
        "Tim nasional memenangkan pertandingan terakhir musim ini",
        "Ilmuwan melaporkan kemajuan dalam pengobatan diabetes",
        "Dua orang terluka dalam kecelakaan lalu lintas dekat bandara",
        "Menteri kedua negara membahas perdagangan",
        "Festival film dibuka dengan jumlah pengunjung terbanyak",
    ),
    "th": (
        "รัฐสภาผ่านงบประมาณปีหน้า",
        "ฝนตกหนักน้ำท่วมถนนหลายสายกลางเมือง",
        "ธนาคารกลางคงอัตราดอกเบี้ย",
        "ทีมชาติชนะการแข่งขันนัดสุดท้ายของฤดูกาล",
        "นักวิทยาศาสตร์เผยความก้าวหน้าในการรักษาโรคเบาหวาน",
        "อุบัติเหตุบนถนนใกล้สนามบิน บาดเจ็บสองคน",
        "รัฐมนตรีของสองประเทศหารือเรื่องการค้า",
        "เทศกาลภาพยนตร์เปิดฉาก ผู้ชมมากเป็นประวัติการณ์",
    ),
    "lo": (
        "ສະພາຮັບຮອງງົບປະມານປີໜ້າ",
        "ຝົນຕົກໜັກ ນໍ້າຖ້ວມຖະໜົນຫຼາຍສາຍໃນໃຈກາງເມືອງ",
        "ທະນາຄານກາງຮັກສາອັດຕາດອກເບ້ຍ",
        "ທີມຊາດຊະນະການແຂ່ງຂັນນັດສຸດທ້າຍຂອງລະດູການ",
        "ນັກວິທະຍາສາດລາຍງານຄວາມຄືບໜ້າໃນການປິ່ນປົວພະຍາດເບົາຫວານ",
        "ອຸບັດຕິເຫດໃກ້ສະໜາມບິນ ມີຜູ້ບາດເຈັບສອງຄົນ",
        "ລັດຖະມົນຕີຂອງສອງປະເທດປຶກສາຫາລືການຄ້າ",
        "ງານບຸນຮູບເງົາເປີດຂຶ້ນ ມີຜູ້ເຂົ້າຊົມຫຼາຍທີ່ສຸດ",
    ),
    "km": (
        "សភាអនុម័តថវិកាឆ្នាំក្រោយ",
        "ភ្លៀងខ្លាំងជន់លិចផ្លូវជាច្រើនខ្សែកណ្តាលទីក្រុង",
        "ធនាគារកណ្តាលរក្សាអត្រាការប្រាក់ដដែល",
        "ក្រុមជម្រើសជាតិឈ្នះការប្រកួតចុងក្រោយនៃរដូវកាល",
        "អ្នកវិទ្យាសាស្ត្ររាយការណ៍ពីវឌ្ឍនភាពក្នុងការព្យាបាលជំងឺទឹកនោមផ្អែម",
        "គ្រោះថ្នាក់ចរាចរណ៍ជិតព្រលានយន្តហោះ របួសពីរនាក់",
        "រដ្ឋមន្ត្រីនៃប្រទេសទាំងពីរពិភាក្សាអំពីពាណិជ្ជកម្ម",
        "មហោស្រពភាពយន្តបើកឆាក មានអ្នកទស្សនាច្រើនបំផុត",
    ),
}


def embed_primers(embedder: Embedder) -> dict[str, NDArray[np.float32]]:
    """Return where the model puts each language: the mean of its headlines, float32 (dimensions,).

    Costs 130 short texts, a third of a second with the model of docs/decisions/0003.
    """
    texts = [headline for headlines in HEADLINES.values() for headline in headlines]
    vectors = iter(embedder.embed(texts))
    means: dict[str, NDArray[np.float32]] = {}
    for language, headlines in HEADLINES.items():
        own = np.stack([next(vectors) for _ in headlines])
        means[language] = own.mean(axis=0, dtype=np.float32)
    return means
