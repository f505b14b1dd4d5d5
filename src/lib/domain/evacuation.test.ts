import { describe, expect, it } from 'vitest';
import { aDocument, aModel, TODAY } from '#tests/fixtures/one-building.ts';
import { evacuationList } from './evacuation.ts';

const tag = (key: string, room: string, fields: Record<string, unknown>) =>
  aDocument(`tag:${key}`, { household: `household:${room}`, ...fields });
const doors = (...more: Record<string, unknown>[]) => evacuationList(aModel(...more), TODAY)[0]?.doors;

describe('the evacuation list', () => {
  it('counts everybody in the building, and names those who need help with what one must know', () => {
    expect(evacuationList(aModel(), TODAY)).toEqual([
      {
        building: 'building:3',
        number: '3',
        households: 3,
        people: 4,
        doors: [
          {
            household: 'household:501',
            door: '3-2-501',
            people: 1,
            help: [{ name: '王桂兰', age: 84, tags: ['alone80'] }],
            notes: ['听力不好，请用力敲'],
          },
        ],
      },
    ]);
  });

  it('has the very old and the small by their age alone, from the top floor down', () => {
    const born = (key: string, birth: string) => aDocument(`resident:${key}`, { name: '某人', birth });
    const listed = doors(born('401a', '1946-11-22'), born('502b', '2019-11-23'));
    expect(listed?.map(({ door }) => door)).toEqual(['3-2-501', '3-2-502', '3-2-401']);
    expect(doors(born('401a', '1946-11-23'))?.map(({ door }) => door)).toEqual(['3-2-501']);
  });

  it('tells of somebody who needs help though nobody of the household is named for it', () => {
    const listed = doors(tag('x', '502', { code: 'disabledSevere' }));
    expect(listed?.[1]).toMatchObject({ door: '3-2-502', help: [{ name: '', tags: ['disabledSevere'] }] });
  });

  it('has no tag that is over, restricted, or no matter in a staircase', () => {
    const listed = doors(
      tag('a', '502', { code: 'disabled', until: '2026-11-21' }),
      tag('b', '502', { code: 'communityCorrection', resident: 'resident:502a' }),
      tag('c', '502', { code: 'partyMember', resident: 'resident:502a' }),
    );
    expect(listed?.map(({ door }) => door)).toEqual(['3-2-501']);
  });

  it('leaves out a household that is closed', () => {
    const closed = aDocument('household:501', {
      room: 'room:501',
      kind: 'family',
      head: 'resident:501a',
      closedOn: '2026-11-01',
    });
    expect(doors(closed)).toEqual([]);
  });
});
