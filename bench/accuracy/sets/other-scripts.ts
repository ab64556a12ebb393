/** Names in Cyrillic, Han, Hangul and Arabic letters, with a phone and a birth date written in one of several ways. */
import type { Random } from '@assay/emulator/seed/random.ts';
import { heldOut } from './held-out.ts';
import { birthDate } from './person.ts';
import { orBlank, wrongDate } from './slips.ts';

type Script = {
  given: string[];
  family: string[];
  order: 'given' | 'family';
  joint: string;
  towns: string[];
  dial: string;
};
const list = (text: string): string[] => text.split(' ');
const scripts: Script[] = [
  {
    given: list(
      'Иван Анна Сергей Мария Дмитрий Ольга Алексей Елена Николай Татьяна Андрей Наталья Павел Ирина Михаил Светлана Юрий Галина',
    ),
    family: list(
      'Иванов Смирнов Кузнецов Попов Васильев Петров Соколов Михайлов Новиков Фёдоров Морозов Волков Алексеев Лебедев Семёнов Егоров Павлов Козлов Степанов Никитин Орлов Макаров Зайцев Соловьёв Борисов Романов Киселёв Гусев',
    ),
    order: 'given',
    joint: ' ',
    towns: list('Москва Казань Самара Омск Пермь'),
    dial: '+7 9',
  },
  {
    given: list(
      '伟 芳 娜 秀英 敏 静 丽 强 磊 军 洋 勇 艳 杰 娟 涛 明 超 秀兰 霞 建国 志强 晓东 海燕 文静 子涵 浩然 雨桐',
    ),
    family: list('王 李 张 刘 陈 杨 黄 赵 周 吴 徐 孙 马 朱 胡 郭 何 林 高 罗'),
    order: 'family',
    joint: '',
    towns: list('北京 上海 广州 深圳 成都'),
    dial: '+86 13',
  },
  {
    given: list('민준 서연 지훈 지우 현우 수빈 도윤 하은 예준 지민 준서 서현 은지 영수 영희 미경 성호 정숙'),
    family: list('김 이 박 최 정 강 조 윤 장 임 한 오 서 신 권 황'),
    order: 'family',
    joint: '',
    towns: list('서울 부산 인천 대구 대전'),
    dial: '+82 10',
  },
  {
    given: list('محمد أحمد علي فاطمة مريم خالد عمر سارة يوسف حسن ليلى إبراهيم زينب طارق نور'),
    family: list('العلي الحسن المصري الشريف حداد خوري منصور النجار سليمان عباس الخطيب صالح ناصر الأحمد'),
    order: 'given',
    joint: ' ',
    towns: list('القاهرة دبي عمان بيروت الرياض'),
    dial: '+971 5',
  },
];

export const otherScripts = heldOut(
  {
    name: 'other_scripts',
    entity: 'person',
    columns: ['name', 'phone', 'born', 'town'],
    map: { full_name: 'name', phone: 'phone', birth_date: 'born', city: 'town' },
  },
  (random, add) => {
    for (let entity = 0; entity < 1400; entity++) {
      const script = random.pick(scripts);
      const [given, family] = [random.pick(script.given), random.pick(script.family)];
      const [phone, born, town] = [script.dial + random.digits(8), birthDate(random), random.pick(script.towns)];
      const copies = Number(random.weighted({ 0: 60, 1: 28, 2: 12 }));
      for (let copy = 0; copy <= copies; copy++) {
        const day = copy > 0 && random.chance(0.08) ? wrongDate(born, random) : born;
        add(String(entity), [
          written(script, given, family, copy, random),
          orBlank(random.chance(0.5) ? phone : phone.replaceAll(' ', ''), 0.25, random),
          orBlank(dateAsTyped(day, random), 0.2, random),
          orBlank(town, 0.1, random),
        ]);
      }
    }
  },
);

function written(script: Script, given: string, family: string, copy: number, random: Random): string {
  let first = given;
  if (copy > 0 && given.length > 3 && random.chance(0.12)) {
    const at = random.int(1, given.length - 2);
    first = given.slice(0, at) + given.slice(at + 1);
  }
  const other = copy > 0 && random.chance(0.15);
  if (script.order === 'family') return other ? `${family} ${first}` : `${family}${script.joint}${first}`;
  return other ? `${family}, ${first}` : `${first}${script.joint}${family}`;
}

function dateAsTyped(date: string, random: Random): string {
  const [year = '', month = '', day = ''] = date.split('-');
  const form = random.weighted({ iso: 60, german: 20, plain: 10, slash: 10 });
  const forms = {
    iso: date,
    german: `${day}.${month}.${year}`,
    plain: year + month + day,
    slash: `${year}/${Number(month)}/${Number(day)}`,
  };
  return forms[form];
}
