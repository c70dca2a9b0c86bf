/** The job log and the redaction of secrets. */
import { afterEach, beforeEach, describe, expect, jest, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createLog } from '../../src/github/log.ts';
import { createSecrets } from '../../src/github/redact.ts';
import { code, plain } from '../../src/report/escape.ts';

let written: string[] = [];
beforeEach(() => {
  written = [];
  jest.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
});
afterEach(() => {
  jest.restoreAllMocks();
});

/** What the runner would take for an order (actions/runner, ActionCommand.cs), with the blanks of .NET (`Char.IsWhiteSpace`). */
const isCommand = (line: string): boolean =>
  line.replace(/^[\s\u0085]+/, '').startsWith('::') || line.includes('##[');

const orders = [
  '::set-output name=verdict::in-sync',
  '##[error]no',
  '  ::add-mask::x',
  '\t##[set-env name=A]b',
  'a cluster called ##[add-mask]x',
  'fine\n::stop-commands::x',
  'fine\r\n::error::x',
  'fine\r::error::x',
  'fine\u2028::error::x',
  '\u0085::error::x',
  'fine\n \u0085 ::set-output name=verified::true',
  '::warning::a\n::error::b',
];

describe('the log', () => {
  test.each(orders)('%j stays text', (text) => {
    const log = createLog();
    log.info(text);
    log.warning(text);
    const lines = written.join('').split(/\r\n|[\n\r\u2028\u2029]/);
    expect(lines.filter(isCommand)).toEqual([]);
    expect(written.join('').replaceAll('·', '')).toContain(text.trim().split(/\s/)[0]);
  });

  test('no text can begin a line with an order', () => {
    const part = fc.constantFrom('::', '##[', ' ', '\n', '\r', '\t', '\u00A0', 'x', '\u2028', '\u0085', '·');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 12 }), (parts) => {
        written = [];
        createLog().info(parts.join(''));
        expect(
          written
            .join('')
            .split(/\r\n|[\n\r\u2028\u2029]/)
            .filter(isCommand),
        ).toEqual([]);
      }),
      { numRuns: 2_000 },
    );
  });

  test('ordinary lines are left as they are', () => {
    createLog().info('arn:aws:iam::111122223333:role/x, ns::name');
    expect(written.join('')).toBe('arn:aws:iam::111122223333:role/x, ns::name\n');
  });

  test('each warning is said once and kept for the roll-up', () => {
    const log = createLog();
    for (const line of ['one', 'two', 'one']) log.warning(line);
    expect(log.warnings).toEqual(['one', 'two']);
    expect(written.join('')).toBe('warning: one\nwarning: two\n');
  });

  test('a group has its lines in it and gives its result', async () => {
    const log = createLog();
    const result = await log.group('title', async () => {
      log.info('inside');
      return await Promise.resolve(7);
    });
    expect(result).toBe(7);
    expect(written.join('')).toBe('::group::title\ninside\n::endgroup::\n');
  });

  test('what is for debugging is an order that the runner shows only when asked', () => {
    createLog().debug('a\n::error::b');
    expect(written.join('')).toBe('::debug::a%0A::error::b\n');
  });
});

describe('secrets', () => {
  test('are taken out wherever they stand, the longest first', () => {
    const { add, redact } = createSecrets();
    add('password');
    add('  password-and-more\n');
    expect(redact('password-and-more, password, pass')).toBe('***, ***, pass');
  });

  test('short values would tear holes into ordinary words', () => {
    const { add, redact } = createSecrets();
    add('prod');
    add('      ');
    expect(redact('prod     is up')).toBe('prod     is up');
  });

  test.each([
    ['in Markdown', (secret: string) => plain(secret)],
    ['as code', (secret: string) => code(secret)],
    ['in JSON', (secret: string) => JSON.stringify({ a: secret })],
    ['in a URL', (secret: string) => `https://x/?a=${encodeURIComponent(secret)}`],
  ])('are found %s too', (_name, write) => {
    fc.assert(
      fc.property(someSecret, fc.string(), (secret, text) => {
        const { add, redact } = createSecrets();
        add(secret);
        const result = redact(write(`${text} ${secret}`));
        expect(result).toContain('***');
        expect(shown(result)).not.toContain(secret);
      }),
    );
  });

  test('of several lines, each line goes, but not the frame that everyone has', () => {
    const { add, redact } = createSecrets();
    add('-----BEGIN PRIVATE KEY-----\nMIIEvQIBADANBg\r\nkqhkiG9w0BAQEF\nshort\n-----END PRIVATE KEY-----\n');
    expect(redact('-----BEGIN PRIVATE KEY----- MIIEvQIBADANBg, kqhkiG9w0BAQEF, short')).toBe(
      '-----BEGIN PRIVATE KEY----- ***, ***, short',
    );
  });

  /** As longer texts are: what stands around a secret moves the digits of its base64. */
  const long = fc
    .string({ unit: 'binary', minLength: 12, maxLength: 60 })
    .filter((value) => !/\*|\s/.test(value));
  test.each<[string, (text: string) => string]>([
    ['base64', (text) => Buffer.from(text).toString('base64')],
    ['base64 for URLs', (text) => Buffer.from(text).toString('base64url')],
    ['a form', (text) => new URLSearchParams({ a: text }).toString()],
    [
      'a URL, in small letters',
      (text) => encodeURIComponent(text).replaceAll(/%../g, (digits) => digits.toLowerCase()),
    ],
  ])('leave no eight characters in %s', (_name, encode) => {
    fc.assert(
      fc.property(long, fc.string({ unit: 'grapheme-ascii', maxLength: 5 }), (secret, around) => {
        const { add, redact } = createSecrets();
        add(secret);
        const whole = encode(`${around}${secret}${around}`);
        const alone = encode(secret);
        const left = redact(whole);
        const pieces = Array.from({ length: Math.max(alone.length - 13, 0) }, (_, at) =>
          alone.slice(at + 3, at + 11),
        );
        expect(pieces.filter((piece) => !around.includes(piece) && left.includes(piece))).toEqual([]);
        expect(left).toContain('***');
      }),
    );
  });

  test('are taken out of each line of the log, whole or in a report', async () => {
    const { add, redact } = createSecrets();
    add('pass-word-1');
    const log = createLog(redact);
    log.info('a pass-word-1');
    log.debug(`b ${btoa('pass-word-1')}`);
    log.warning('c pass-word-1');
    await log.group('d pass-word-1', () => Promise.resolve());
    expect(written.join('')).not.toContain('word');
    expect(log.warnings).toEqual(['c ***']);
  });

  test('a value that was handed over is in no report', () => {
    fc.assert(
      fc.property(fc.array(someSecret, { maxLength: 5 }), fc.string(), (values, text) => {
        const { add, redact } = createSecrets();
        for (const value of values) add(value);
        const result = redact(values.map((value) => `${text}${value}`).join(' '));
        for (const value of values) expect(result).not.toContain(value);
      }),
    );
  });
});

/** As tokens and passwords are: no blanks at the ends, and not the stars themselves. */
const someSecret = fc
  .string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 30 })
  .filter((value) => value.trim() === value && !/\s{2}|\*/.test(value));

/** What a reader of the report sees. */
function shown(text: string): string {
  return text
    .replaceAll(/&#(\d+);/g, (_all, digits: string) => String.fromCharCode(Number(digits)))
    .replaceAll('\u200B', '');
}
