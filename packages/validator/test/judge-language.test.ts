import { describe, expect, it } from "vitest";
import { eld } from "eld/extrasmall";
import { judgeLanguage } from "../src/judge-language.ts";
import { LANGUAGES } from "../src/check-gates.ts";

const ANSWERS: Readonly<Record<string, string>> = {
  en: "Trail running shoes with a dual density midsole usually last longest, about 800 kilometres.",
  de: "Am längsten halten meist Laufschuhe mit fester Sohle, je nach Untergrund etwa 800 Kilometer.",
  es: "Las zapatillas que más duran suelen ser las de suela firme, unos 800 kilómetros según el terreno.",
  fr: "Les chaussures qui durent le plus longtemps ont une semelle ferme, environ 800 kilomètres.",
  pl: "Najdłużej wytrzymują buty z twardą podeszwą, zależnie od podłoża około 800 kilometrów.",
  ru: "Дольше всего служат кроссовки с плотной подошвой, примерно 800 километров.",
  ja: "最も長持ちするのは、ソールが硬いランニングシューズで、およそ800キロです。",
  zh: "鞋底较硬的跑鞋通常最耐穿，大约可以跑八百公里。",
  ko: "밑창이 단단한 러닝화가 보통 가장 오래가며 약 800킬로미터입니다.",
  ar: "الأحذية ذات النعل الصلب تدوم عادة لأطول مدة، حوالي 800 كيلومتر.",
  he: "נעלי ריצה עם סוליה קשיחה מחזיקות בדרך כלל הכי הרבה זמן, כ-800 קילומטר.",
  th: "รองเท้าวิ่งที่มีพื้นแข็งมักจะทนทานที่สุด ประมาณ 800 กิโลเมตร",
};

const codes = Object.keys(ANSWERS);

describe("the language of an answer", () => {
  it.each(Object.entries(ANSWERS))("is told: %s", (code, text) => {
    expect(judgeLanguage(text, [code])).toBe("fitting");
    expect(judgeLanguage(text, codes)).toBe("fitting");
    expect(judgeLanguage(text, [code === "vi" ? "fi" : "vi"])).toEqual({ other: code });
  });

  it.each([
    "",
    "42",
    "Nike Pegasus",
    "👟👟👟",
    "https://example.com/a/very/long/path/of/an/address",
    "Ja, sicher.",
    "是的。",
  ])("is not decided for %j", (text) => {
    for (const code of codes) expect(judgeLanguage(text, [code])).not.toHaveProperty("other");
  });

  it("is that of the words, not of code and addresses", () => {
    const code = "```js\nfunction answerTheQuestion(question) { return question.length; }\n```";
    expect(judgeLanguage(`${ANSWERS["de"]}\n${code}\nhttps://example.com/the/answer/to/every/question`, ["de"])).toBe(
      "fitting",
    );
    expect(judgeLanguage(code, ["de"])).toBe("undecided");
  });

  it("can be any that the detector knows, and no other", () => {
    expect(Object.values(eld.info().Languages)).toEqual(LANGUAGES);
  });
});
