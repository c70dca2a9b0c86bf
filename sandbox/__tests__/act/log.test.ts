/** What act's log says of jobs and steps. */
import { expect, test } from '@jest/globals';
import { jobsOf, parseEntry, stepsOf } from '../../act/log.ts';

const entries = (...lines: readonly object[]) =>
  lines.map((line) => parseEntry(JSON.stringify({ level: 'info', msg: '', ...line })));
const inMain = { jobID: 'check', matrix: { cluster: 'a' }, step: 'Check', stepID: ['0'], stage: 'Main' };

test('a step has its outputs and how its parts ended; each job of a matrix its own', () => {
  const other = { ...inMain, matrix: { cluster: 'b' } };
  const steps = stepsOf(
    entries(
      { ...inMain, stage: 'Pre' },
      { ...inMain, command: 'set-output', name: 'verdict', arg: 'in-sync' },
      { ...inMain, command: 'set-output', name: 'drift', arg: 'false' },
      { ...inMain, raw_output: true, msg: 'one\n' },
      { ...inMain, raw_output: true, msg: 'two' },
      { ...inMain, stepResult: 'success' },
      { ...other, stepResult: 'failure' },
      { ...inMain, stage: 'Post', stepResult: 'success' },
    ),
  );
  const known = { job: 'check', id: '0', name: 'Check' };
  expect(steps).toEqual([
    {
      ...known,
      matrix: { cluster: 'a' },
      outputs: { verdict: 'in-sync', drift: 'false' },
      said: 'one\ntwo\n',
      main: 'success',
      post: 'success',
    },
    { ...known, matrix: { cluster: 'b' }, outputs: {}, said: '', main: 'failure', post: undefined },
  ]);
});

test('what a composite action does inside is no step of the job', () => {
  expect(stepsOf(entries({ ...inMain, stepID: ['0', '1'], stepResult: 'failure' }))).toEqual([]);
});

test('a matrix has failed when one of its jobs has', () => {
  const ended = ['success', 'failure', 'success'].map((jobResult) => ({ ...inMain, jobResult }));
  expect(jobsOf(entries({ jobID: 'find', jobResult: 'success' }, ...ended))).toEqual({
    find: 'success',
    check: 'failure',
  });
});

test('a line that is no JSON is kept as it is', () => {
  expect(parseEntry('Error: no such workflow')).toEqual({ level: 'error', msg: 'Error: no such workflow' });
});
