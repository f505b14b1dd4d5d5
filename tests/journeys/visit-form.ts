// Filling in a form at a door: questions by their label, answers by their word, one page after another.
import { expect, type Page } from '@playwright/test';
import { say } from './words.ts';

export interface VisitForm {
  /** Chooses an answer of a question by its word; a folded question is opened first. */
  answers(question: string, answer: string): Promise<void>;
  asks(question: string): Promise<boolean>;
  /** Only where the page asks it: what was said last time may stand. */
  /** The form's engine is there, and its first question. */
  opens(): Promise<void>;
  answersIfAsked(question: string, answer: string): Promise<void>;
  /** Chooses the first answer there is. */
  answersAny(question: string): Promise<void>;
  /** A text; a folded question is opened first. */
  writes(question: string, text: string): Promise<void>;
  next(): Promise<void>;
  savesOnThisDevice(): Promise<void>;
  /** Reads 已存本机 ✓. */
  seesItSaved(withinMs?: number): Promise<void>;
}

/** A question's label, with or without the word that it may be left out. */
const labelOf = (question: string) =>
  new RegExp(`^${question.replace(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`)}(\\s.*)?$`);

export function visitForm(page: Page): VisitForm {
  const group = (question: string) => page.getByRole('group', { name: labelOf(question) });
  const unfold = async (question: string) => {
    const folded = page.locator('details:not([open]) > summary').filter({ hasText: question });
    if (await folded.isVisible()) await folded.click();
  };
  const form: VisitForm = {
    async answers(question, answer) {
      await unfold(question);
      await group(question).getByText(answer, { exact: true }).click();
    },
    async opens() {
      await page.getByRole('group').first().waitFor();
    },
    asks: (question) => group(question).isVisible(),
    async answersIfAsked(question, answer) {
      if (await form.asks(question)) await form.answers(question, answer);
    },
    async answersAny(question) {
      await group(question).locator('label').first().click();
    },
    async writes(question, text) {
      await unfold(question);
      await page.getByLabel(labelOf(question)).fill(text);
    },
    async next() {
      await page.getByRole('button', { name: say('form_next'), exact: true }).click();
    },
    async savesOnThisDevice() {
      await page.getByRole('button', { name: say('form_save'), exact: true }).click();
    },
    async seesItSaved(withinMs) {
      const timeout = withinMs === undefined ? {} : { timeout: withinMs };
      await expect(page.getByRole('heading', { name: '已存本机 ✓' })).toBeVisible(timeout);
    },
  };
  return form;
}

/** F2 敲门: she opened the door herself and is well. Ends on the last page. */
async function findsTheElderWell(form: VisitForm): Promise<void> {
  await form.answers('敲门结果', '平安');
  await form.answers('谁应的门', '本人');
  await form.next();
  await form.answersIfAsked('居住', '独居');
  await form.answersIfAsked('行动', '自如');
  await form.answersIfAsked('用餐', '自理');
  await form.answersIfAsked('用药正常', '是');
  await form.answersIfAsked('紧急联系人有效', '是');
  await form.next();
  await form.answers('水电气', '正常');
}

/** F1 入户走访: somebody of the family opened, nothing has changed. Ends on the last page. */
async function findsTheFamilyAsBefore(form: VisitForm): Promise<void> {
  await form.answers('走访结果', '见到人');
  await form.answersAny('谁接待的');
  await form.next();
  await form.answers('成员核对', '没有变化');
  await form.next();
  await form.answersIfAsked('房屋状态', '自住');
  await form.answersIfAsked('电话可用', '是');
  await form.next();
  await form.answers('需要什么', '无');
  await form.answers('安全速查，有问题的选上', '无');
}

/** Whichever form this door has. Ends on the last page. */
export async function findsAllWell(form: VisitForm): Promise<void> {
  if (await form.asks('走访结果')) await findsTheFamilyAsBefore(form);
  else await findsTheElderWell(form);
}

/** Nobody answers, as was said already on the way in: what was tried (敲门), and when she comes again. Ends on the last page. */
export async function findsNobody(form: VisitForm): Promise<void> {
  await form.opens();
  if (await form.asks('已经核实过')) {
    await form.answers('已经核实过', '打电话');
    await form.answers('已经核实过', '问邻居');
    await form.answersAny('什么时候再来看');
  } else {
    await form.answersAny('哪天再来');
  }
}
