/** What a run of acceptance/ has made is removed, whatever happened. */
import { expect, test } from '@jest/globals';
import { CleanUps } from '../../acceptance/frame/clean-ups.ts';

const quiet = (): void => {};
const impatient = { attempts: 2, pauseMs: 1, boundMs: 50 };

function thing(what: string, done: string[], fails = 0) {
  let left = fails;
  return {
    what,
    byHand: `remove ${what}`,
    undo: () => {
      if (left > 0) {
        left -= 1;
        return Promise.reject(new Error(`${what} is in use`));
      }
      done.push(what);
      return Promise.resolve();
    },
  };
}

test('the last made goes first, and a second run has nothing to do', async () => {
  const done: string[] = [];
  const cleanUps = new CleanUps(impatient);
  for (const what of ['cluster', 'role', 'association']) cleanUps.add(thing(what, done));
  expect(await cleanUps.run(quiet)).toEqual([]);
  expect(done).toEqual(['association', 'role', 'cluster']);
  expect(await cleanUps.run(quiet)).toEqual([]);
  expect(done).toHaveLength(3);
});

test("what fails once is tried again; what can't be removed is told with its command, and keeps no other", async () => {
  const done: string[] = [];
  const cleanUps = new CleanUps(impatient);
  cleanUps.add(thing('cluster', done));
  cleanUps.add(thing('stuck', done, 9));
  cleanUps.add(thing('slow', done, 1));
  expect(await cleanUps.run(quiet)).toEqual([
    { what: 'stuck', byHand: 'remove stuck', why: 'stuck is in use' },
  ]);
  expect(done).toEqual(['slow', 'cluster']);
});

test('one that never ends is left, and told', async () => {
  const cleanUps = new CleanUps({ ...impatient, attempts: 1 });
  const { promise } = Promise.withResolvers<never>();
  cleanUps.add({ what: 'endless', byHand: 'wait', undo: () => promise });
  expect(await cleanUps.run(quiet)).toEqual([
    { what: 'endless', byHand: 'wait', why: 'it took longer than 0.05 s' },
  ]);
});

test('kept things are listed in the order in which they would go; what is of the process ends', async () => {
  const done: string[] = [];
  const cleanUps = new CleanUps(impatient);
  cleanUps.add(thing('cluster', done));
  cleanUps.add({ ...thing('controller', done), isOfProcess: true });
  cleanUps.add(thing('role', done));
  expect((await cleanUps.keep()).map(({ what, byHand }) => [what, byHand])).toEqual([
    ['role', 'remove role'],
    ['cluster', 'remove cluster'],
  ]);
  expect(done).toEqual(['controller']);
});
