import { describe, expect, it } from 'vitest';
import {
  isLinear,
  leavesAbove,
  leavesOf,
  pathOf,
  type RevisionNode,
  type RevisionTree,
} from './revision-tree.ts';

const node = (id: string, children: RevisionNode[] = [], deleted = false): RevisionNode => [
  id,
  { status: 'available', ...(deleted ? { deleted } : {}) },
  children,
];

describe('a tree of revisions', () => {
  //  1-a ─ 2-b ─ 3-c
  //      └ 2-x ─ 3-y ─ 4-z (deleted)
  const tree: RevisionTree = [
    { pos: 1, ids: node('a', [node('b', [node('c')]), node('x', [node('y', [node('z', [], true)])])]) },
    { pos: 3, ids: node('stray') },
  ];

  it('has its leaves in the order of winning', () => {
    expect(leavesOf(tree).map(({ rev }) => rev)).toEqual(['3-stray', '3-c', '4-z']);
  });

  it('knows the path to each of its revisions', () => {
    const leaves = leavesOf(tree);
    expect(pathOf(leaves, '4-z')?.map(({ id }) => id)).toEqual(['z', 'y', 'x', 'a']);
    expect(pathOf(leaves, '2-b')?.map(({ id }) => id)).toEqual(['b', 'a']);
    expect(pathOf(leaves, '3-stray')).toHaveLength(1);
    expect([pathOf(leaves, '3-b'), pathOf(leaves, '9-z'), pathOf(leaves, '1-stray')]).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });

  it('knows what came of a revision', () => {
    const leaves = leavesOf(tree);
    expect(leavesAbove(leaves, '1-a').map(({ rev }) => rev)).toEqual(['3-c', '4-z']);
    expect(leavesAbove(leaves, '2-x').map(({ rev }) => rev)).toEqual(['4-z']);
    expect(leavesAbove(leaves, '2-nowhere')).toEqual([]);
  });

  it('is linear with one leaf only', () => {
    expect(isLinear([{ pos: 1, ids: node('a', [node('b')]) }])).toBe(true);
    expect(isLinear(tree)).toBe(false);
    expect(isLinear([{ pos: 1, ids: node('a', [node('b'), node('c')]) }])).toBe(false);
  });

  it('of a thousand revisions has its one leaf', () => {
    let deep = node('leaf');
    for (let at = 0; at < 1000; at++) deep = node(`r${at}`, [deep]);
    expect(leavesOf([{ pos: 1, ids: deep }]).map(({ rev }) => rev)).toEqual(['1001-leaf']);
  });
});
