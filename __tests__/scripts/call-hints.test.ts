/** Which functions of a bundle are put in parentheses. */
import { expect, test } from '@jest/globals';
import { withCallHints } from '../../scripts/call-hints.ts';

const TABLE = 'var table={12:(module,exports)=>{exports.a={3:1}},7:function(module){module.exports="ü"}};';

test('each module of the table, and nothing else', () => {
  const code = `const say=()=>{};${TABLE}say({name:()=>{}});`;
  expect(withCallHints(code)).toBe(
    'const say=()=>{};var table={12:((module,exports)=>{exports.a={3:1}}),7:(function(module){module.exports="ü"})};say({name:()=>{}});',
  );
});

test('places are counted in bytes, and anew for each file', () => {
  const code = `const text="größer";${TABLE}`;
  expect(withCallHints(code)).toBe(withCallHints(code));
  expect(withCallHints(code)).toContain('"größer";var table={12:((module');
  expect(withCallHints(code)).toContain('"ü"})};');
});

test('a bundle without modules is an error: the bundler has changed its form', () => {
  expect(() => withCallHints('const a=1;')).toThrow('the bundle has no table of modules');
});
