/** The proxy rule, row by row against what Go says. */
import { expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { createProxyRule, proxyAuthorization, refuseUnusableProxy } from '../../../src/tools/proxy/rule.ts';
import { NO_PROXY_ROWS } from './go-table.ts';

const PROXY = 'http://proxy:3128';
const proxied = { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY };
const hrefOf = (env: Record<string, string>, url = 'https://example.com/') =>
  createProxyRule(env)(new URL(url))?.href;

test('the table is long enough, and has both ways', () => {
  expect(NO_PROXY_ROWS.length).toBeGreaterThanOrEqual(60);
  expect(new Set(NO_PROXY_ROWS.map(([, , way]) => way)).size).toBe(2);
});

test.each(NO_PROXY_ROWS)('NO_PROXY "%s", %s: %s', (noProxy, url, way) => {
  const found = hrefOf({ ...proxied, NO_PROXY: noProxy }, url);
  expect(found).toBe(way === 'proxy' ? `${PROXY}/` : undefined);
});

/** By Go, too: which variable counts. */
test.each([
  [{}, undefined],
  [{ HTTPS_PROXY: '' }, undefined],
  [{ HTTP_PROXY: PROXY }, undefined],
  [{ ALL_PROXY: PROXY, all_proxy: PROXY }, undefined],
  [{ HTTPS_PROXY: 'http://upper', https_proxy: 'http://lower' }, 'http://upper/'],
  [{ HTTPS_PROXY: '', https_proxy: 'http://lower' }, 'http://lower/'],
  [{ https_proxy: 'http://lower' }, 'http://lower/'],
  [{ ...proxied, NO_PROXY: 'other.test', no_proxy: 'example.com' }, `${PROXY}/`],
  [{ ...proxied, NO_PROXY: '', no_proxy: 'example.com' }, undefined],
  [{ ...proxied, REQUEST_METHOD: 'GET' }, `${PROXY}/`],
])('%j: %s', (env, href) => {
  expect(hrefOf(env)).toBe(href);
});

test('http has its own variable, another scheme has none', () => {
  const env = { HTTPS_PROXY: 'http://a', http_proxy: 'http://b' };
  expect(hrefOf(env, 'http://example.com')).toBe('http://b/');
  expect(hrefOf(env, 'https://example.com')).toBe('http://a/');
  expect(hrefOf({ HTTPS_PROXY: 'http://a', HTTP_PROXY: 'http://a' }, 'ws://example.com')).toBeUndefined();
});

/** By Go, too, but for the slash at the end and default ports. */
test.each([
  ['proxy:3128', 'http://proxy:3128/'],
  ['proxy', 'http://proxy/'],
  ['https://proxy', 'https://proxy/'],
  ['10.0.0.1:3128', 'http://10.0.0.1:3128/'],
  ['[2001:db8::1]:3128', 'http://[2001:db8::1]:3128/'],
  ['localhost:3128', 'http://localhost:3128/'],
  ['http:3128', 'http://http:3128/'],
  ['u:p@proxy:3128', 'http://u:p@proxy:3128/'],
  ['http://u:p%40ss@proxy:3128', 'http://u:p%40ss@proxy:3128/'],
  ['http://u:a@b@proxy:1', 'http://u:a%40b@proxy:1/'],
  ['u:p:q@proxy:1', 'http://u:p%3Aq@proxy:1/'],
  ['HTTP://proxy:3128', 'http://proxy:3128/'],
])('the proxy %s is %s', (value, href) => {
  expect(hrefOf({ HTTPS_PROXY: value })).toBe(href);
});

/** Go knows SOCKS, and makes no proxy, or one that leads nowhere, of the others. */
test.each([
  'socks5://u:hunter2@proxy:1080',
  'socks5h://proxy:1080',
  'ftp://proxy',
  'http://u:hunter2@x y',
  'http://u:hun"ter2@proxy',
  'http://u:h%zz@proxy',
  'http://u:hunt#er2@proxy',
  'http://u:hunt/er2@proxy',
  ' http://proxy:3128',
  'http://proxy:3128\n',
  'http://proxy:abc',
  '::',
  'http://',
  'http:/proxy',
  '//proxy:3128',
])('a proxy that can not be used is bad input, its text left out: %j', (value) => {
  const rule = createProxyRule({ https_proxy: value, NO_PROXY: 'exempt.test' });
  expect(() => rule(new URL('https://example.com:8443/x?y'))).toThrow(
    expect.objectContaining({
      reason: 'invalid-input',
      message: expect.not.stringMatching(/hun|%zz/),
      details: expect.objectContaining({
        tried: 'reach example.com:8443 through the proxy of https_proxy',
        next: expect.stringContaining('NO_PROXY'),
      }),
    }),
  );
  // Nobody minds it who does not use it.
  expect(rule(new URL('https://exempt.test'))).toBeUndefined();
  expect(rule(new URL('http://example.com'))).toBeUndefined();
});

test('a CGI program does not trust HTTP_PROXY, whatever NO_PROXY says', () => {
  const env = { ...proxied, NO_PROXY: '*', REQUEST_METHOD: 'GET' };
  expect(() => hrefOf(env, 'http://example.com')).toThrow('REQUEST_METHOD is set');
  expect(hrefOf({ NO_PROXY: '*', REQUEST_METHOD: 'GET' }, 'http://example.com')).toBeUndefined();
});

test('no text of NO_PROXY breaks it', () => {
  const part = fc.constantFrom(
    ...'. * : / [ ] % , - 0 1 8 9 a b é'.split(' '),
    ' ',
    '::',
    '/8',
    'example.com',
    '10.0.0.1',
  );
  const texts = fc.array(part, { maxLength: 12 }).map((parts) => parts.join(''));
  const urls = fc.constantFrom('https://example.com', 'http://10.0.0.1:80', 'https://[::ffff:a00:1]');
  fc.assert(
    fc.property(texts, urls, (noProxy, url) => {
      expect([undefined, `${PROXY}/`]).toContain(hrefOf({ ...proxied, NO_PROXY: noProxy }, url));
      // What is exempt stays so, whatever else is on the list.
      const more = hrefOf(
        { ...proxied, NO_PROXY: `${noProxy},${new URL(url).hostname.replace(/[[\]]/g, '')}` },
        url,
      );
      expect(more).toBeUndefined();
    }),
  );
});

test.each([
  ['http://u:p%40ss@proxy', 'u:p@ss'],
  ['http://u@proxy', 'u:'],
  ['http://:p@proxy', ':p'],
])('%s sends %s', (url, pair) => {
  expect(proxyAuthorization(new URL(url))).toBe(`Basic ${Buffer.from(pair).toString('base64')}`);
});

test('without user and password nothing is sent', () => {
  expect(proxyAuthorization(new URL(PROXY))).toBeUndefined();
});

test('all addresses are looked at before the first call; what is no address is left to others', () => {
  const rule = createProxyRule({ HTTPS_PROXY: 'socks5://proxy', NO_PROXY: 'a.test' });
  expect(() =>
    refuseUnusableProxy(rule, ['https://a.test', '', 'no address', 'http://b.test']),
  ).not.toThrow();
  expect(() => refuseUnusableProxy(rule, ['https://a.test', 'https://b.test'])).toThrow(
    'its scheme is socks5',
  );
});
