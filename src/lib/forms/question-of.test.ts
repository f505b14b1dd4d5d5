// @vitest-environment jsdom
import { beforeAll, describe, expect, it } from 'vitest';
import { isLeaf, nameOf, type EngineRoot } from './engine-nodes.ts';
import { startEngine } from './form-engine.ts';
import { readLeaf, writeLeaf, type LeafValue } from './leaf-value.ts';
import { questionOf } from './question-of.ts';

/** Kinds that neither F1 nor F2 has. */
const FORM = `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml">
  <h:head><h:title>kinds</h:title><model>
    <instance><kinds id="kinds" version="1"><people/><told/><size/><born/><at/><name/></kinds></instance>
    <bind nodeset="/kinds/people" type="int" constraint=". &lt;= 20"/>
    <bind nodeset="/kinds/told" type="string" readonly="true()" calculate="concat('户内 ', /kinds/people, ' 人')"/>
    <bind nodeset="/kinds/size" type="int"/>
    <bind nodeset="/kinds/born" type="date"/>
    <bind nodeset="/kinds/at" type="dateTime"/>
    <bind nodeset="/kinds/name" type="string"/>
  </model></h:head>
  <h:body>
    <input ref="/kinds/people"><label>几口人</label></input>
    <input ref="/kinds/told"><label>记下了</label></input>
    <range ref="/kinds/size" start="1" end="5" step="1"><label>大小</label></range>
    <input ref="/kinds/born"><label>生日</label></input>
    <input ref="/kinds/at"><label>时间</label></input>
    <input ref="/kinds/name"><label>姓名</label></input>
  </h:body>
</h:html>`;

let root: EngineRoot;
beforeAll(async () => {
  Object.assign(globalThis, { __dirname: '/' });
  root = await startEngine({ xml: FORM, parameters: {}, stateFactory: (initial) => initial });
});

const nodeOf = (name: string) => {
  const node = root.currentState.children.find((each) => nameOf(each) === name);
  if (!node) throw new Error(`no ${name}`);
  return node;
};
const scope = {
  now: '2026-11-22T01:30:00.000Z',
  last: undefined,
  standing: () => [],
  showsErrors: () => false,
  typed: () => undefined,
};

describe('questions of the other kinds', () => {
  it('asks for a whole number, as a number', () => {
    const question = questionOf(nodeOf('people'), scope);
    if (question?.kind !== 'integer') throw new Error(`asked as ${question?.kind}`);
    expect(question.value).toBeUndefined();
    question.set(3);
    expect(question.value).toBe(3);
    expect(questionOf(nodeOf('told'), scope)).toMatchObject({
      kind: 'note',
      label: '记下了',
      value: '户内 3 人',
    });
    question.set(undefined);
    expect(question.value).toBeUndefined();
  });

  it('asks nothing for a control it does not know', () => {
    expect(questionOf(nodeOf('size'), scope)).toBeUndefined();
  });
});

describe('one answer', () => {
  it.each<[string, LeafValue]>([
    ['people', 0],
    ['people', 12],
    ['born', '1942-02-28'],
    ['born', '2024-02-29'],
    ['at', '2026-11-22T16:30:00.000Z'],
    ['name', '王桂兰'],
    ['name', '𠮷田 <i> & "x"'],
  ])('%s comes back as it was put in: %j', (name, value) => {
    const node = nodeOf(name);
    if (!isLeaf(node)) throw new Error(`${name} is no leaf`);
    writeLeaf(node, value);
    expect(readLeaf(node)).toBe(value);
    writeLeaf(node, undefined);
    expect(readLeaf(node)).toBeUndefined();
  });

  it('with a clock of its own is one instant all the same', () => {
    const node = nodeOf('at');
    if (!isLeaf(node)) throw new Error('at is no leaf');
    writeLeaf(node, '2026-11-22T09:30:00.000+08:00');
    expect(readLeaf(node)).toBe('2026-11-22T01:30:00.000Z');
  });
});
