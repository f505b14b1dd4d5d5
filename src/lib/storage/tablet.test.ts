import { IDBFactory, IDBKeyRange } from 'fake-indexeddb';
import { describe, expect, it } from 'vitest';
import { aesGcmCipher } from './sealing.ts';
import { openPeopleTable } from './tablet-tables.ts';
import { putAllTries } from './pin-tries.ts';
import type { ShiftShares } from './shift-share.ts';
import { openTablet, type Tablet } from './tablet.ts';

/** Shares as a browser keeps them in files; a copy of the disk is a copy of the map. */
function memoryShares() {
  const files = new Map<string, Uint8Array>();
  const shares: ShiftShares = {
    make(name) {
      files.set(name, crypto.getRandomValues(new Uint8Array(32)));
      return Promise.resolve(files.get(name));
    },
    read: (name) => Promise.resolve(files.get(name)),
    wipe: (name) => Promise.resolve(void files.delete(name)),
  };
  return { files, shares };
}

async function aTablet(indexedDB = new IDBFactory(), rounds = 1000, shares?: ShiftShares) {
  let now = 0;
  const kept = shares ? { shares } : {};
  return {
    indexedDB,
    tablet: await openTablet({ indexedDB, IDBKeyRange, nowMs: () => (now += 1), rounds, ...kept }),
  };
}
async function rowOf(indexedDB: IDBFactory) {
  const people = await openPeopleTable('qiaomen-tablet', { indexedDB, IDBKeyRange });
  const row = await people.transaction((tables) => tables.people.get('li'));
  people.close();
  if (!row) throw new Error('she is not known here');
  return row;
}

const opens = async (sealedBy: CryptoKey, openedBy: CryptoKey) => {
  const sealed = await aesGcmCipher(sealedBy).seal(new Uint8Array([7]), 'here');
  return [...(await aesGcmCipher(openedBy).unseal(sealed, 'here'))];
};

describe('who may open what on this tablet', () => {
  it('opens the same store by password and by PIN, and the key cannot be taken out', async () => {
    const { tablet, indexedDB } = await aTablet();
    const enrolled = await tablet.enrol('li', 'correct horse');
    if (enrolled.outcome !== 'open') throw new Error('not enrolled');
    await enrolled.wrapForPin('123456');
    tablet.close();
    const later = (await aTablet(indexedDB)).tablet;
    const byPassword = await later.unlockByPassword('li', 'correct horse');
    const byPin = await later.unlockByPin('li', '123456');
    if (byPassword.outcome !== 'open' || byPin.outcome !== 'open') throw new Error('not opened');
    expect(byPin.storeName).toBe(enrolled.storeName);
    expect(await opens(enrolled.key, byPassword.key)).toEqual([7]);
    expect(await opens(byPassword.key, byPin.key)).toEqual([7]);
    await expect(crypto.subtle.exportKey('raw', byPin.key)).rejects.toThrow();
  });

  it('answers a wrong password, an unknown person and a person already known, and changes nothing', async () => {
    const { tablet } = await aTablet();
    await tablet.enrol('li', 'a');
    expect(await tablet.unlockByPassword('li', 'b')).toEqual({ outcome: 'wrong' });
    expect(await tablet.unlockByPassword('wang', 'a')).toEqual({ outcome: 'unknown' });
    expect(await tablet.enrol('li', 'b')).toEqual({ outcome: 'known' });
    expect((await tablet.unlockByPassword('li', 'a')).outcome).toBe('open');
  });

  it('wraps anew, once, where a build asks for more rounds than the one before', async () => {
    const { tablet, indexedDB } = await aTablet();
    const enrolled = await tablet.enrol('li', 'correct horse');
    if (enrolled.outcome !== 'open') throw new Error('not enrolled');
    const wrapOf = async () => (await rowOf(indexedDB)).password;
    const before = await wrapOf();
    const later = (await aTablet(indexedDB, 2000)).tablet;
    expect((await later.unlockByPassword('li', 'wrong')).outcome).toBe('wrong');
    expect(await wrapOf()).toEqual(before);
    const opened = await later.unlockByPassword('li', 'correct horse');
    if (opened.outcome !== 'open') throw new Error('not opened');
    const after = await wrapOf();
    expect([before.rounds, after.rounds]).toEqual([1000, 2000]);
    const again = await later.unlockByPassword('li', 'correct horse');
    if (again.outcome !== 'open') throw new Error('not opened');
    expect(await opens(enrolled.key, again.key)).toEqual([7]);
    expect(await wrapOf()).toEqual(after);
  });

  it.each([0, -1, 1.5, 2 ** 32, Number.NaN])('does not try a wrap of %s rounds', async (rounds) => {
    const { tablet, indexedDB } = await aTablet();
    await tablet.enrol('li', 'a');
    const row = await rowOf(indexedDB);
    const people = await openPeopleTable('qiaomen-tablet', { indexedDB, IDBKeyRange });
    await people.transaction((tables) =>
      tables.people.put({ ...row, password: { ...row.password, rounds } }),
    );
    people.close();
    expect(await tablet.unlockByPassword('li', 'a')).toEqual({ outcome: 'wrong' });
  });

  it('takes the PIN away at the fifth wrong try, also where the tab is closed between tries', async () => {
    const indexedDB = new IDBFactory();
    const first = (await aTablet(indexedDB)).tablet;
    const enrolled = await first.enrol('li', 'a');
    if (enrolled.outcome === 'open') await enrolled.wrapForPin('123456');
    const tries = [];
    for (let n = 0; n < 5; n++) {
      const { tablet } = await aTablet(indexedDB);
      tries.push(await tablet.unlockByPin('li', '000000'));
      tablet.close();
    }
    expect(tries).toEqual([
      { outcome: 'wrong', triesLeft: 4 },
      { outcome: 'wrong', triesLeft: 3 },
      { outcome: 'wrong', triesLeft: 2 },
      { outcome: 'wrong', triesLeft: 1 },
      { outcome: 'password-needed' },
    ]);
    expect(await first.unlockByPin('li', '123456')).toEqual({ outcome: 'password-needed' });
    expect((await first.unlockByPassword('li', 'a')).outcome).toBe('open');
  });

  it('begins the count anew after a right PIN, and asks for the password after the shift', async () => {
    const { tablet } = await aTablet();
    const enrolled = await tablet.enrol('li', 'a');
    if (enrolled.outcome === 'open') await enrolled.wrapForPin('123456');
    await tablet.unlockByPin('li', '000000');
    await tablet.unlockByPin('li', '123456');
    expect((await tablet.listPeople())[0]).toMatchObject({ userName: 'li', hasPin: true, pinTriesLeft: 5 });
    await tablet.dropPin('li');
    expect(await tablet.unlockByPin('li', '123456')).toEqual({ outcome: 'password-needed' });
  });

  it('opens by the new password alone once it has changed', async () => {
    const { tablet } = await aTablet();
    const enrolled = await tablet.enrol('li', 'old');
    if (enrolled.outcome === 'open') await enrolled.wrapForPassword('new');
    expect((await tablet.unlockByPassword('li', 'old')).outcome).toBe('wrong');
    expect((await tablet.unlockByPassword('li', 'new')).outcome).toBe('open');
  });

  describe('where the browser keeps a share of the shift beside', () => {
    async function aShift() {
      const { files, shares } = memoryShares();
      const { tablet, indexedDB } = await aTablet(new IDBFactory(), 1000, shares);
      const enrolled = await tablet.enrol('li', 'a');
      if (enrolled.outcome !== 'open') throw new Error('not enrolled');
      await enrolled.wrapForPin('123456');
      const people = await openPeopleTable('qiaomen-tablet', { indexedDB, IDBKeyRange });
      const [pin] = await people.transaction((tables) => tables.pins.toArray());
      /** The row is there again, as it is found in the files of a browser. */
      const putBack = () =>
        people.transaction(async (tables) => {
          await tables.pins.put(pin!);
          await putAllTries(tables, 'li');
        });
      return { tablet, indexedDB, shares, files, putBack, enrolled };
    }

    it('opens by the PIN with it, in the next worker too', async () => {
      const { indexedDB, shares, enrolled } = await aShift();
      const { tablet } = await aTablet(indexedDB, 1000, shares);
      expect(await tablet.unlockByPin('li', '000000')).toEqual({ outcome: 'wrong', triesLeft: 4 });
      const opened = await tablet.unlockByPin('li', '123456');
      if (opened.outcome !== 'open') throw new Error('not opened');
      expect(await opens(enrolled.key, opened.key)).toEqual([7]);
    });

    it.each<[string, (tablet: Tablet) => Promise<unknown>]>([
      ['the end of the shift', (tablet) => tablet.dropPin('li')],
      [
        'five wrong tries',
        async (tablet) => {
          for (let n = 0; n < 5; n++) await tablet.unlockByPin('li', '000000');
        },
      ],
      ['having begun anew', (tablet) => tablet.startAnew('li', 'b')],
    ])('after %s the old wrap opens by no PIN, though it is found again', async (_name, end) => {
      const { tablet, files, putBack } = await aShift();
      expect(files.size).toBe(1);
      await end(tablet);
      expect(files.size).toBe(0);
      await putBack();
      expect(await tablet.unlockByPin('li', '123456')).toEqual({ outcome: 'password-needed' });
      expect((await tablet.listPeople())[0]?.hasPin).toBe(false);
    });

    it('takes another share at the next shift, and the wrap of the last one is worth nothing', async () => {
      const { tablet, putBack, enrolled } = await aShift();
      await enrolled.wrapForPin('654321');
      await putBack();
      expect((await tablet.unlockByPin('li', '123456')).outcome).toBe('wrong');
    });
  });

  it('keeps the store of a forgotten password for whoever remembers it', async () => {
    const { tablet } = await aTablet();
    const enrolled = await tablet.enrol('li', 'forgotten');
    if (enrolled.outcome !== 'open') throw new Error('not enrolled');
    const anew = await tablet.startAnew('li', 'new');
    expect(anew.storeName).not.toBe(enrolled.storeName);
    expect(await tablet.unlockFormer('li', 'wrong')).toEqual([]);
    const [former] = await tablet.unlockFormer('li', 'forgotten');
    expect(former?.storeName).toBe(enrolled.storeName);
    expect(await opens(enrolled.key, former!.key)).toEqual([7]);
  });

  it('lists people last used first', async () => {
    const { tablet } = await aTablet();
    await tablet.enrol('li', 'a');
    await tablet.enrol('wang', 'b');
    await tablet.unlockByPassword('li', 'a');
    expect((await tablet.listPeople()).map(({ userName }) => userName)).toEqual(['li', 'wang']);
  });
});
