// Filling in a form at a door: questions by their label, answers by their word, one page after another.
import { expect, type Page } from '@playwright/test';
import { say } from './words.ts';

export interface VisitForm {
  /** Chooses an answer of a question by its word; a folded question is opened first. */
  answers(question: string, answer: string): Promise<void>;
  /** Only where the page asks it: what was said last time may stand. */
  answersIfAsked(question: string, answer: string): Promise<void>;
  /** A text; a folded question is opened first. */
  writes(question: string, text: string): Promise<void>;
  next(): Promise<void>;
  savesOnThisDevice(): Promise<void>;
  /** Reads 已存本机 ✓. */
  seesItSaved(): Promise<void>;
}

export function visitForm(page: Page): VisitForm {
  const group = (question: string) => page.getByRole('group', { name: question, exact: true });
  const unfold = async (question: string) => {
    const folded = page.locator('details:not([open]) > summary').filter({ hasText: question });
    if (await folded.isVisible()) await folded.click();
  };
  const form: VisitForm = {
    async answers(question, answer) {
      await unfold(question);
      await group(question).getByText(answer, { exact: true }).click();
    },
    async answersIfAsked(question, answer) {
      if (await group(question).isVisible()) await form.answers(question, answer);
    },
    async writes(question, text) {
      await unfold(question);
      await page.getByLabel(question, { exact: true }).fill(text);
    },
    async next() {
      await page.getByRole('button', { name: say('form_next'), exact: true }).click();
    },
    async savesOnThisDevice() {
      await page.getByRole('button', { name: say('form_save'), exact: true }).click();
    },
    async seesItSaved() {
      await expect(page.getByRole('heading', { name: '已存本机 ✓' })).toBeVisible();
    },
  };
  return form;
}

/** F2 敲门: she opened the door herself and is well. Ends on the last page. */
export async function findsTheElderWell(form: VisitForm): Promise<void> {
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
export async function findsTheFamilyAsBefore(form: VisitForm, page: Page): Promise<void> {
  await form.answers('走访结果', '见到人');
  await page.getByRole('group', { name: '谁接待的', exact: true }).locator('label').first().click();
  await form.next();
  await form.answers('成员核对', '没有变化');
  await form.next();
  await form.answersIfAsked('房屋状态', '自住');
  await form.answersIfAsked('电话可用', '是');
  await form.next();
  await form.answers('需要什么', '无');
  await form.answers('安全速查，有问题的选上', '无');
}

/** F2 敲门: nobody answers, two ways were tried, and she comes again. Ends on the last page. */
export async function findsNobody(form: VisitForm): Promise<void> {
  await form.answersIfAsked('敲门结果', '没人应答');
  await form.next();
  await form.answers('已经核实过', '打电话');
  await form.answers('已经核实过', '问邻居');
}
