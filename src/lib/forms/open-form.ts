// Opens a form: loads the engine, tells it who lives here, puts in what is known or the draft, and gives out an OpenForm.
// Invariant: the engine's nodes stay behind this layer; who holds an OpenForm holds only our own shapes.
import { STANDING_FACTS } from '#lib/domain/last-answers.ts';
import type { Answers } from '#lib/domain/visit.ts';
import { isLeaf, nameOf, type EngineNode, type EngineRoot, type LeafNode } from './engine-nodes.ts';
import { answersOf, asItCounts, putAnswers, type Reading } from './form-answers.ts';
import { readDefinition } from './form-definition.ts';
import { startEngine, type StateFactory } from './form-engine.ts';
import { formPages, type FormPage } from './form-pages.ts';
import { formParameters } from './form-parameters.ts';
import type { FormContext, FormDraft, FormLanguage, FormName, OpenForm } from './form-port.ts';
import { readLeaf, type LeafValue } from './leaf-value.ts';
import { parseDraft } from './parse-draft.ts';
import { wordsOf } from './question-words.ts';

export interface OpenFormInput {
  definition: FormName;
  language: FormLanguage;
  /**
   * Answers known before the first question. Facts (`STANDING_FACTS`) stand as 与上次相同 until confirmed; every other key
   * is answered already (`result: 'nobody'` from a button on the household's card).
   */
  prefill: Answers;
  /** As `draft()` gave it, after whatever storage; what cannot be read as a draft of this form is not taken. */
  draft?: unknown;
  context: FormContext;
  /** In a screen: `(o) => { const s = $state(o); return s; }`. */
  stateFactory: StateFactory;
}

/** The engine's instance with what we keep beside it. */
interface Session {
  input: OpenFormInput;
  version: string;
  root: EngineRoot;
  /** Facts that 与上次相同 confirms. */
  facts: Answers;
  /** What was typed last, by node: the engine shows nothing of what is not relevant. */
  typed: Map<string, LeafValue>;
  pages: FormPage[];
  /** Name of the shown page, and the pages found wrong. */
  shown: { page: string; wrong: readonly string[] };
}

/** Opens a new form, or the draft where there is one. Rejects only where engine or definition are broken or missing. */
export async function openForm(input: OpenFormInput): Promise<OpenForm> {
  const { xml, version } = await readDefinition(input.definition);
  const { facts, others } = splitPrefill(input.definition, input.prefill);
  const parameters = formParameters(input.context, Object.keys(facts));
  const root = await startEngine({ xml, parameters, stateFactory: input.stateFactory });
  const shown = input.stateFactory<Session['shown']>({ page: '', wrong: [] });
  const typed = new Map<string, LeafValue>();
  const remember = (node: LeafNode, value: LeafValue | undefined) => {
    if (value === undefined) typed.delete(node.nodeId);
    else typed.set(node.nodeId, value);
  };
  const scope = {
    now: input.context.now,
    last: input.context.last,
    standing: () => factsInWords(root, facts),
    typed: remember,
  };
  const pages = formPages(root, (page) => ({ ...scope, showsErrors: () => shown.wrong.includes(page) }));
  const draft = parseDraft(input.draft, input.definition);
  const values = draft?.values ?? { occurredAt: input.context.now, mode: 'door', by: 'self', ...others };
  putAnswers(root.currentState.children, values, remember);
  shown.page = draft?.page ?? '';
  const form = formOf({ input, version, root, facts, typed, pages, shown });
  form.setLanguage(input.language);
  return form;
}

function formOf(session: Session): OpenForm {
  const { input, version, root, pages, shown } = session;
  const relevant = () => pages.filter((page) => page.isRelevant());
  const position = () =>
    Math.max(
      0,
      relevant().findIndex(({ page }) => page.name === shown.page),
    );
  /** Shows the page with its errors if it has any, and says which is the first. */
  const wrongOn = ({ page, firstWrong }: FormPage) => {
    const question = firstWrong();
    shown.wrong = shown.wrong.filter((name) => name !== page.name);
    if (question === undefined) return undefined;
    shown.wrong = [...shown.wrong, page.name];
    shown.page = page.name;
    return question;
  };
  return {
    definition: input.definition,
    version,
    now: input.context.now,
    get language() {
      return root.currentState.activeLanguage.language as FormLanguage;
    },
    get pages() {
      return relevant().map(({ page }) => page);
    },
    get currentPage() {
      return position();
    },
    get page() {
      return relevant()[position()]!.page;
    },
    get isLastPage() {
      const { length } = relevant();
      return position() === length - 1 && (length > 1 || relevant()[0]!.isUnderWay());
    },
    next() {
      const question = wrongOn(relevant()[position()]!);
      if (question !== undefined) return { outcome: 'invalid', question };
      const following = relevant()[position() + 1];
      if (following) shown.page = following.page.name;
      return { outcome: 'moved' };
    },
    back() {
      shown.page = relevant()[Math.max(0, position() - 1)]!.page.name;
    },
    finish() {
      for (const page of relevant()) {
        const question = wrongOn(page);
        if (question !== undefined) return { outcome: 'invalid', question };
      }
      return { outcome: 'complete', answers: countedAnswers(session) };
    },
    answers: () => countedAnswers(session),
    draft: () => draftOf(session),
    setLanguage(language) {
      const chosen = root.languages.find((known) => known.language === language);
      if (chosen) root.setLanguage(chosen);
    },
  };
}

function splitPrefill(definition: FormName, prefill: Answers): { facts: Answers; others: Answers } {
  const standing = new Set<string>(STANDING_FACTS[definition]);
  const of = (wanted: boolean) =>
    Object.fromEntries(Object.entries(prefill).filter(([name]) => standing.has(name) === wanted));
  return { facts: of(true), others: of(false) };
}

function countedAnswers({ root, facts }: Session): Answers {
  const answers = answersOf(root, asItCounts);
  return answers.sameAsLast === true ? { ...facts, ...answers } : answers;
}

function draftOf({ input, version, root, typed, shown, pages }: Session): FormDraft {
  const asTyped: Reading = {
    leaf: (node) => (node.currentState.relevant ? readLeaf(node) : typed.get(node.nodeId)),
    emptyRows: true,
  };
  const page = shown.page || (pages[0]?.page.name ?? '');
  return { definition: input.definition, version, page, values: answersOf(root, asTyped) };
}

function factsInWords(root: EngineRoot, facts: Answers): { name: string; label: string; value: string }[] {
  const leaves = (nodes: readonly EngineNode[]): LeafNode[] =>
    nodes.flatMap((node) =>
      node.nodeType === 'group' ? leaves(node.currentState.children) : isLeaf(node) ? node : [],
    );
  return leaves(root.currentState.children).flatMap((node) => {
    const name = nameOf(node);
    const fact = facts[name];
    return fact === undefined
      ? []
      : [{ name, label: node.currentState.label?.asString ?? '', value: wordsOf(node, fact) }];
  });
}
