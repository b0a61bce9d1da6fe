import { type Language, language, words } from '../language.ts';

/** Russian: cases and endings, ё and й. */
export const russian: Language = language({
  slots: {
    noun: words(`встреча договор проект отчёт задача сервер клиент ошибка вопрос ответ решение документ файл команда счёт
ключ пароль версия неделя город улица книга музей ёлка самолёт поезд погода`),
    of: words(`встречи договора проекта отчёта задачи сервера клиента ошибки вопроса ответа решения документа файла команды
счёта ключа пароля версии недели города улицы книги музея ёлки самолёта поезда погоды`),
    with: words(
      `встречей договором проектом отчётом задачей сервером клиентом ошибкой вопросом ответом решением документом`,
    ),
    do: words('проверить отправить обсудить подписать удалить изменить найти прочитать написать закончить'),
    did: words('проверили отправила обсуждали подписал удалили изменила нашли прочитал написала закончили'),
    adj: words('новый важная срочное последние большой быстрая простое общие зелёный синяя'),
  },
  sentences: [
    'Мы {did} {noun} и {adj} {noun}.',
    'Не надо {do} {of} с {with}!',
    'Кто {did} {of} из {of}?',
    'Это {adj} {noun} для {of}',
    'Прошу {do} {noun}, как на {noun}.',
  ],
});

/** Thai: no spaces between words. */
export const thai: Language = language({
  slots: {
    noun: words(`ประชุม เอกสาร สัญญา งบประมาณ รายงาน โครงการ ลูกค้า เซิร์ฟเวอร์ ไฟล์ รหัสผ่าน โรงเรียน โรงพยาบาล สนามบิน กรุงเทพ
ข้าว กาแฟ บ้าน รถไฟ อากาศ เวลา ปัญหา คำตอบ`),
    do: words('ตรวจสอบ ส่ง แก้ไข ลบ เตรียม เริ่ม อ่าน เขียน ค้นหา ซื้อ'),
    adj: words('ใหม่ ดี สำคัญ เร็ว ช้า ใหญ่ เล็ก'),
  },
  sentences: [
    'กรุณา{do}{noun}{adj}ครับ',
    'เรา{do}{noun}และ{noun}แล้ว',
    '{noun}นี้{adj}มาก',
    'พรุ่งนี้มี{noun}ที่{noun}ไหม',
    '{noun} {noun} {do}',
  ],
});

/** Lao, Khmer and Burmese, a few sentences each: scripts without spaces that are rarer still. */
export const southEastAsian: Language = language({
  slots: {
    lao: words('ປະຊຸມ ເອກະສານ ໂຮງຮຽນ ກາເຟ ໂຄງການ ລູກຄ້າ'),
    khmer: words('ប្រជុំ ឯកសារ សាលា កាហ្វេ គម្រោង អតិថិជន'),
    burmese: words('အစည်းအဝေး စာရွက် ကျောင်း ကော်ဖီ စီမံကိန်း'),
  },
  sentences: [
    'ພວກເຮົາມີ{lao}ມື້ນີ້',
    '{lao}ແລະ{lao}',
    'យើងមាន{khmer}ថ្ងៃនេះ',
    '{khmer}និង{khmer}',
    '{burmese}ရှိသည်',
    'ဒီနေ့ {burmese}',
  ],
});

/** Spanish, Italian, Portuguese and Dutch. */
export const southern: Language = language({
  slots: {
    es: words(
      'reunión contrato proyecto informes decisiones canción canciones año niños corazón pingüino señor cuestión trabajos',
    ),
    it: words('riunione contratto progetto relazioni decisioni città perché caffè bambini lavori qualità domande'),
    pt: words('reunião contrato projeto relatórios decisões coração ações avó avô informações trabalhos você'),
    nl: words(
      'vergadering contract project verslagen beslissingen kinderen huizen ideeën coördinatie vragen boeken lopen',
    ),
    esDo: words('preparamos enviaron cambiando trabajado firmaremos corriendo'),
    itDo: words('prepariamo mandavano cambiando lavorato firmeremo correndo'),
    ptDo: words('preparamos enviaram mudando trabalhado assinaremos correndo'),
    nlDo: words('bereiden gestuurd veranderen gewerkt tekenen zoekend'),
  },
  sentences: [
    'El {es} y los {es} que {esDo} para la {es}.',
    '¿{esDo} una {es} con más {es}?',
    'Il {it} non è nel {it}: {itDo} gli {it} della {it}',
    'Anche una {it} che {itDo} per {it}',
    'O {pt} não é um {pt}, mas {ptDo} os {pt}.',
    'Uma {pt} para {ptDo} na {pt}',
    'De {nl} is niet in het {nl}, we {nlDo} ook de {nl}.',
    'Een {nl} van de {nl} te {nlDo}',
  ],
});

/** Scripts with spaces that have no stems here: Greek, Arabic, Hebrew, Hindi. */
export const further: Language = language({
  slots: {
    el: words('συνάντηση έγγραφο πελάτης ΠΡΟΫΠΟΛΟΓΙΣΜΌΣ λόγος Οδυσσεύς ερώτηση καφές'),
    ar: words('اجتماع وثيقة عميل ميزانية مشروع سؤال قهوة مدرسة'),
    he: words('פגישה מסמך לקוח תקציב פרויקט שאלה קפה'),
    hi: words('बैठक दस्तावेज़ ग्राहक बजट परियोजना प्रश्न कॉफ़ी विद्यालय'),
    tr: words('İSTANBUL istanbul ISPARTA ışık toplantı görüşme'),
  },
  sentences: ['Ο {el} και η {el} σήμερα', '{ar} و {ar} غداً', 'ה{he} של {he}', 'आज {hi} और {hi} है', '{tr} {tr} yarın'],
});
