"""Names of the months as pages write them, in the languages of our sources."""

from __future__ import annotations

from typing import Final

# Wide and abbreviated names of the Unicode CLDR, in the forms that stand beside a day, for 55 languages;
# the months of the Levant and the Maghreb, and Latvian, Serbian and Catalan cases, were added. "_" joins two.
_NAMES: Final = (
    (
        "january jan janvier janv januar enero ene janeiro gennaio gen januari tammikuuta tammi tammikuu "
        "janúar jaanuar jaan janvāris sausio saus sausis stycznia sty styczeń ledna led leden januára "
        "január јануар јан јануари януари яну января янв январь січня січ січень студзеня сту студзень "
        "ianuarie ian ιανουαρίου ιαν ιανουάριος ocak oca yanvar yan იანვარი იან հունվարի հնվ հունվար ינואר "
        "ינו׳ يناير ژانویهٔ ژانویه جنوری जनवरी जन॰ জানুয়ারী জানু ஜனவரி ஜன జనవరి జన ജനുവരി ജനു มกราคม ม.ค "
        "ມັງກອນ ມ.ກ មករា ဇန်နဝါရီ ဇန် қаңтар қаң январ gener xaneiro xan janar janvārī januara јануара "
        "كانون_الثاني جانفي"
    ),
    (
        "february feb février févr februar febrero fevereiro fev febbraio februari helmikuuta helmi "
        "helmikuu febrúar veebruar veebr februāris febr vasario vas vasaris lutego lut luty února úno únor "
        "februára február фебруар феб февруари фев февраля февр февраль лютого лют лютий лютага люты "
        "februarie φεβρουαρίου φεβ φεβρουάριος şubat şub fevral თებერვალი თებ փետրվարի փտվ փետրվար פברואר "
        "פבר׳ فبراير فوریهٔ فوریه فروری फ़रवरी फ़र॰ ফেব্রুয়ারী ফেব பிப்ரவரி பிப் ఫిబ్రవరి ఫిబ్ర ഫെബ്രുവരി "
        "ഫെബ്രു กุมภาพันธ์ ก.พ ກຸມພາ ກ.ພ កុម្ភៈ ဖေဖော်ဝါရီ ဖေ pebrero peb ақпан ақп феврал febrer febreiro "
        "shkurt shk फेब्रुअरी februārī februara фебруара شباط فيفري"
    ),
    (
        "march mar mars märz mär marzo março maart mrt marts maaliskuuta maalis maaliskuu märts kovo kov "
        "kovas marca marzec března bře březen marec март мар mart марта березня бер березень сакавіка сак "
        "сакавік martie március márc μαρτίου μαρ μάρτιος μάρ მარტი მარ մարտի մրտ մարտ מרץ مارس مارچ मार्च "
        "মার্চ மார்ச் மார் మార్చి മാർച്ച് മാർ มีนาคม มี.ค ມີນາ ມ.ນ មីនា မတ် maret mac marso machi наурыз "
        "нау març martā marta آذار"
    ),
    (
        "april apr avril avr abril abr aprile huhtikuuta huhti huhtikuu apríl aprill aprīlis balandžio bal "
        "balandis kwietnia kwi kwiecień dubna dub duben apríla април апр апреля апрель квітня квіт квітень "
        "красавіка кра красавік aprilie április ápr απριλίου απρ απρίλιος nisan nis aprel აპრილი აპრ ապրիլի "
        "ապր ապրիլ אפריל אפר׳ أبريل آوریل اپریل अप्रैल এপ্রিল এপ্রি ஏப்ரல் ஏப் ఏప్రిల్ ఏప్రి ഏപ്രിൽ ഏപ്രി "
        "เมษายน เม.ย ເມສາ ມ.ສ មេសា ဧပြီ aprili сәуір сәу апрел prill pri अप्रिल aprīlī aprila априла "
        "d'abril نيسان أفريل ابريل"
    ),
    (
        "may mai mayo maio maggio mag mei maj toukokuuta touko toukokuu maí maijs gegužės geg gegužė maja "
        "května kvě květen mája máj мај май мая травня трав травень május μαΐου μαΐ μάιος μάι mayıs მაისი "
        "მაი մայիսի մյս մայիս מאי مايو مهٔ مه مئی मई মে மே మే മേയ് พฤษภาคม พ.ค ພຶດສະພາ ພ.ພ ឧសភា မေ мамыр "
        "мам maig मे maijā маја أيار ماي"
    ),
    (
        "june jun juin juni junio junho giugno giu kesäkuuta kesä kesäkuu júní jún juuni jūnijs jūn "
        "birželio birž birželis czerwca cze czerwiec června čvn červen júna junij јун јуни юни июня июн "
        "июнь червня черв червень чэрвеня чэр чэрвень iunie iun június ιουνίου ιουν ιούνιος ιούν haziran "
        "haz iyun iyn ივნისი ივნ հունիսի հնս հունիս יוני يونيو ژوئن جون जून জুন ஜூன் జూన్ ജൂൺ มิถุนายน มิ.ย "
        "ມິຖຸນາ ມິ.ຖ មិថុនា ဇွန် hunyo hun маусым мау juny xuño qershor qer जुन jūnijā juna јуна حزيران "
        "جوان"
    ),
    (
        "july jul juillet juil juli julio julho luglio lug heinäkuuta heinä heinäkuu júlí júl juuli jūlijs "
        "jūl liepos liep liepa lipca lip lipiec července čvc červenec júla julij јул јули юли июля июл июль "
        "липня лип липень ліпеня ліп ліпень iulie iul július ιουλίου ιουλ ιούλιος ιούλ temmuz tem iyul iyl "
        "ივლისი ივლ հուլիսի հլս հուլիս יולי يوليو ژوئیهٔ ژوئیه جولائی जुलाई जुल॰ জুলাই জুল ஜூலை జులై ജൂലൈ "
        "กรกฎาคม ก.ค ກໍລະກົດ ກ.ລ កក្កដា ဇူလိုင် ဇူ julai hulyo hul шілде шіл juliol xullo xul korrik korr "
        "jūlijā jula јула تموز جويلية"
    ),
    (
        "august aug août agosto ago augustus augusti elokuuta elo elokuu ágúst ágú augusts rugpjūčio rugp "
        "rugpjūtis sierpnia sie sierpień srpna srp srpen augusta avgust avg август авг августа серпня серп "
        "серпень жніўня жні жнівень augusztus αυγούστου αυγ αύγουστος αύγ ağustos ağu avqust avq აგვისტო "
        "აგვ օգոստոսի օգս օգոստոս אוגוסט אוג׳ أغسطس اوت اگست अगस्त अग॰ আগস্ট আগ ஆகஸ்ட் ஆக ఆగస్టు ఆగ "
        "ഓഗസ്റ്റ് ഓഗ สิงหาคม ส.ค ສິງຫາ ສ.ຫ សីហា ဩဂုတ် agustus agu ogos ogo agosti тамыз там agost ag gusht "
        "gush अगस्ट augustā avgusta d'agost آب أوت اغسطس"
    ),
    (
        "september sep septembre sept septiembre setembro set settembre syyskuuta syys syyskuu septembris "
        "rugsėjo rugs rugsėjis września wrz wrzesień září zář septembra септембар сеп septembar септември "
        "сентября сент сентябрь вересня вер вересень верасня верасень septembrie szeptember szept "
        "σεπτεμβρίου σεπ σεπτέμβριος eylül eyl sentyabr sen სექტემბერი სექ սեպտեմբերի սեպ սեպտեմբեր ספטמבר "
        "ספט׳ سبتمبر سپتامبر ستمبر सितंबर सित॰ সেপ্টেম্বর সেপ செப்டம்பர் செப் సెప్టెంబర్ సెప్టెం സെപ്റ്റംബർ "
        "സെപ്റ്റം กันยายน ก.ย ກັນຍາ ກ.ຍ កញ្ញា စက်တင်ဘာ စက် setyembre septemba қыркүйек қыр sentabr сентябр "
        "сен setembre shtator sht सेप्टेम्बर septembrī септембра أيلول"
    ),
    (
        "october oct octobre oktober okt octubre outubro out ottobre ott lokakuuta loka lokakuu október "
        "oktoober oktobris spalio spal spalis października paź październik října říj říjen októbra октобар "
        "окт oktobar октомври октября октябрь жовтня жовт жовтень кастрычніка кас кастрычнік octombrie "
        "οκτωβρίου οκτ οκτώβριος ekim eki oktyabr ოქტომბერი ოქტ հոկտեմբերի հոկ հոկտեմբեր אוקטובר אוק׳ "
        "أكتوبر اکتبر اکتوبر अक्टूबर अक्टू॰ অক্টোবর অক্টো அக்டோபர் அக் అక్టోబర్ అక్టో ഒക്‌ടോബർ ഒക്ടോ ตุลาคม "
        "ต.ค ຕຸລາ ຕ.ລ តុលា အောက်တိုဘာ အောက် oktubre oktoba қазан қаз oktabr октябр tetor tet अक्टोबर "
        "oktobrī oktobra октобра d'octubre تشرين_الأول اكتوبر"
    ),
    (
        "november nov novembre noviembre novembro marraskuuta marras marraskuu nóvember nóv novembris "
        "lapkričio lapkr lapkritis listopada lis listopad listopadu novembra новембар нов novembar ноември "
        "ное ноября нояб ноябрь листопада лист листопад лістапада ліс лістапад noiembrie νοεμβρίου νοε "
        "νοέμβριος νοέ kasım kas noyabr noy ნოემბერი ნოე նոյեմբերի նոյ նոյեմբեր נובמבר נוב׳ نوفمبر نوامبر "
        "نومبر नवंबर नव॰ নভেম্বর নভে நவம்பர் நவ నవంబర్ నవం നവംബർ നവം พฤศจิกายน พ.ย ພະຈິກ ພ.ຈ វិច្ឆិកា "
        "နိုဝင်ဘာ နို nobyembre nob novemba қараша қар ноябр ноя nëntor nën नोभेम्बर novembrī новембра "
        "تشرين_الثاني"
    ),
    (
        "december dec décembre déc dezember dez diciembre dic dezembro dicembre desember des joulukuuta "
        "joulu joulukuu detsember dets decembris gruodžio gruod gruodis grudnia gru grudzień prosince pro "
        "prosinec decembra децембар дец decembar декември дек декабря декабрь грудня груд грудень снежня "
        "сне снежань decembrie δεκεμβρίου δεκ δεκέμβριος aralık ara dekabr dek დეკემბერი დეკ դեկտեմբերի դեկ "
        "դեկտեմբեր דצמבר דצמ׳ ديسمبر دسامبر دسمبر दिसंबर दिस॰ ডিসেম্বর ডিসে டிசம்பர் டிச డిసెంబర్ డిసెం "
        "ഡിസംബർ ഡിസം ธันวาคม ธ.ค ທັນວາ ທ.ວ ធ្នូ ဒီဇင်ဘာ ဒီ disember dis disyembre desemba желтоқсан жел "
        "декабр desembre decembro dhjetor dhj डिसेम्बर decembrī децембра كانون_الأول"
    ),
)
# Names that mean another month in Croatian than in Polish and Czech.
_CROATIAN: Final = (
    "siječnja siječanj sij", "veljače veljača velj", "ožujka ožujak ožu", "travnja travanj tra",
    "svibnja svibanj svi", "lipnja lipanj lip", "srpnja srpanj srp", "kolovoza kolovoz kol",
    "rujna rujan ruj", "listopada listopad lis", "studenoga studeni stu", "prosinca prosinac pro",
)  # fmt: skip
_PERSIAN: Final = (
    "فروردین", "اردیبهشت", "خرداد", "تیر", "مرداد", "شهریور", "مهر", "آبان", "آذر", "دی", "بهمن", "اسفند",
)  # fmt: skip
MONTHS: Final = {name: number for number, names in enumerate(_NAMES, 1) for name in names.split()}
CROATIAN_MONTHS: Final = {name: number for number, names in enumerate(_CROATIAN, 1) for name in names.split()}
# Of the solar calendar, whose first day is the spring equinox.
PERSIAN_MONTHS: Final = {name: number for number, name in enumerate(_PERSIAN, 1)}
