"""Tell languages apart that detectors take for each other, by words that only one of them has."""

from __future__ import annotations

from collections.abc import Collection


def _gather(words: str) -> frozenset[str]:
    """Cut a list of words, written as one text so that it can be read."""
    return frozenset(words.split())


# Everyday words of the news that Indonesian and Malay spell or choose differently.
_INDONESIAN = _gather(
    "bahwa karena uang bisa polisi kantor mobil jumat senin kamis pekan inggris rusia jerman prancis "
    "tiongkok jepang belanda gubernur bupati walikota korban tewas universitas sedangkan lantaran "
    "usai terkait listrik kabupaten provinsi museum mengembalikan perusahaan rupiah dpr kpk tni polri "
    "diliburkan penelitian kesehatan energi kebijakan ekspor impor internasional nasional resmi tinju "
    "kemarin besok butuh coba kapan mengapa berbicara mengatakan tutur ilmuwan politisi partai "
    "berkampanye kampanye maret juni juli agustus desember sepakbola tentara serikat prajurit jaksa "
    "mahasiswa pabrik bioskop telepon sopir pengacara pemilu miliar triliun ribuan sang pun apa kalau "
    "makanya begitu gak nggak nyaman muslim selandia swiss spanyol yunani mesir rumania polandia "
    "kanada kroasia eropa siapa meski meskipun walau dosen kuliah liga gelar juara tim pelatih pemain "
    "kepolisian kejahatan pasca wisatawan pariwisata asing devisa bensin"
)
_MALAY = _gather(
    "bahawa kerana wang polis pejabat motosikal jumaat isnin khamis ahad british perancis jepun ogos "
    "ringgit peguam mahkamah universiti manakala berikutan selepas semalam esok sempadan semula "
    "sedekad jerebu belanjawan pindaan kekalkan faedah muzium pulangkan bekalan elektrik putuskan "
    "penghantaran kos datuk syarikat pelabur kesihatan eksport antarabangsa kebangsaan rasmi timbalan "
    "kenapa beza cuba bercakap memaklumkan parti suruhanjaya kementerian pengerusi menerusi mac jun "
    "julai disember bilion tentera gabenor saintis pasukan jurulatih pilihanraya kilang rusuhan lapan "
    "tertuduh pelancong pelancongan sukan kenyataan anjur menganjurkan susulan hujung keselamatan "
    "kawalan"
)
# Endings of borrowed words: kualitas and kualiti, organisasi in both.
_INDONESIAN_ENDINGS, _MALAY_ENDINGS = ("itas",), ("iti",)
# Words of grammar and of nearly every headline that no other language of Latin letters has.
_MALAYIC = _gather(
    "yang dan di dari untuk dengan pada ini itu akan telah sudah tidak dalam oleh kepada adalah juga "
    "atau saat ke serta bagi para lebih baru anak orang tahun hari bulan naik turun harga rumah "
    "negara pemerintah mereka kami setelah selepas sebelum antara atas bawah bank pusat kadar "
    "mendapat kata menteri presiden perdana jadi masih belum dapat akibat hingga sejak kali ribu juta "
    "besar serius faedah"
)
_MALAYIC_PREFIXES = ("meng", "meny", "mem", "men", "ber", "peng", "pem", "pen", "ter", "per", "ke", "di")
_MALAYIC_SUFFIXES = ("kan", "nya", "an")
# Letters and words by which the languages of the Arabic script are told apart.
_PERSIAN_WORDS = _gather("را در به از که این آن با برای است شد کرد شدند کردند می نمی های هزار دولت پس")
_URDU_WORDS = _gather("نے کے کی کا میں سے پر اور ہے ہیں کو")  # noqa: SIM905
_PASHTO_WORDS = _gather("په د چې سره کې او ته")  # noqa: SIM905


def choose_indonesian_or_malay(words: Collection[str], *, prior: str = "") -> tuple[str, float]:
    """Choose between Indonesian and Malay: the language, and how sure that is in [0, 1].

    words: small letters. The source's language decides unless two words more speak for the other; where
    nothing speaks for either, Indonesian, which has nine of ten speakers.
    """
    indonesian = sum(word in _INDONESIAN or word.endswith(_INDONESIAN_ENDINGS) for word in words)
    malay = sum(word in _MALAY or word.endswith(_MALAY_ENDINGS) for word in words)
    if prior in {"id", "ms"}:
        against = malay - indonesian if prior == "id" else indonesian - malay
        if against < 2:
            return prior, 0.6
    if indonesian == malay:
        return "id", 0.4
    return ("id" if indonesian > malay else "ms"), min(1.0, 0.5 + 0.1 * abs(indonesian - malay))


def is_malayic(words: Collection[str]) -> bool:
    """Tell whether a short text in Latin letters is Indonesian or Malay, by grammar and affixes."""
    if len(words) < 3:
        return False
    grammar = sum(word in _MALAYIC for word in words)
    affixed = sum(
        len(word) > 6 and word.startswith(_MALAYIC_PREFIXES) and word.endswith(_MALAYIC_SUFFIXES)
        for word in words
    )
    verbs = sum(
        len(word) > 6 and word.startswith(("meng", "meny", "mend", "memp", "berk", "berb")) for word in words
    )
    told = grammar + max(affixed, verbs)
    return told >= 2 and told >= 0.3 * len(words)


def choose_by_grammar(words: Collection[str]) -> str:
    """Choose among Persian, Urdu and Pashto by their words of grammar; "" where none has two.

    words: as written, without marks of vowels.
    """
    counts = {
        "fa": sum(word in _PERSIAN_WORDS for word in words),
        "ur": sum(word in _URDU_WORDS for word in words),
        "ps": sum(word in _PASHTO_WORDS for word in words),
    }
    language = max(counts, key=lambda name: counts[name])
    return language if counts[language] >= 2 else ""
